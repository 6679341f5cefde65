"""Another machine's inventory into this one, and what stands at two sites then."""

from scanner.cli import talk
from scanner.cli.history.conflicts import tell_count
from scanner.cli.inventory import opened
from scanner.export.plural import counted
from scanner.inventory.elsewhere import reading_elsewhere
from scanner.inventory.merging import Taken, merge


def run(db: str | None, other: str, prefix: str) -> None:
    """Take over an inventory and say what came, and how many conflicts there are."""
    with reading_elsewhere(other):
        # One that cannot be used is told before a new inventory is made here.
        pass
    with opened(db, must_exist=False) as inventory:
        taken = merge(inventory.engine, other, prefix)
        talk.info(sentence(taken))
        tell_count(inventory)


def sentence(taken: Taken) -> str:
    """Return what was taken over."""
    named = ("sweep", "device", "finding", "record", "obligation")
    counts = ", ".join(counted(taken.rows[name], name) for name in named)
    return f"Taken over: {counted(len(taken.sites), 'site')} ({', '.join(taken.sites)}), {counts}."
