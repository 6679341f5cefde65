"""Every step that was taken about one device, under every policy."""

from collections.abc import Iterable, Iterator

from scanner.cli import talk
from scanner.cli.history.delivery import deliver
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.export.listing import Listing, Row
from scanner.inventory.obligation_book import ObligationBook
from scanner.removal.obligation import Obligation, Step

COLUMNS = (
    *("device_id", "at", "policy", "state", "day", "by", "reason", "owner", "basis", "replacement"),
    "waiver",
)


def run(db: str | None, reference: str, wanted: ListFormat | None) -> None:
    """List the steps, in the order in which they were entered."""
    with opened(db) as inventory:
        device = inventory.device(reference)
        known = ObligationBook(inventory.engine).obligations(device.site).get(device.number, {})
    rows = list(_rows(known.values()))
    deliver(Listing("step", COLUMNS, rows), wanted)
    if not rows:
        talk.closing(f"Nothing was decided about device {device.number} of {device.site} yet.")


def _rows(obligations: Iterable[Obligation]) -> Iterator[Row]:
    steps = [(one, step) for one in obligations for step in one.steps]
    for one, step in sorted(steps, key=lambda pair: pair[1].at):
        yield one.device, step.at, one.policy, *_told(step)


def _told(step: Step) -> Row:
    said = (step.owner, step.basis, step.replacement, step.waiver)
    return step.state.value, step.day, step.by, step.reason, *said
