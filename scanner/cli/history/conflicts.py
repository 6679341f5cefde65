"""Units that stand at two sites, side by side."""

from collections.abc import Collection
from operator import attrgetter

from scanner.cli import talk
from scanner.cli.history.delivery import deliver, tell_last_sweeps
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.cli.running.result import EXIT_DIFFERENT
from scanner.export.listing import Listing, Row
from scanner.export.plural import counted, plural
from scanner.inventory.conflict import Conflict, conflicts
from scanner.inventory.inventory import Inventory

_OF_EACH = ("site", "device_id", "segment", "address", "status", "model", "first_seen", "last_seen")
COLUMNS = ("same", "value", *_OF_EACH, *(f"other_{name}" for name in _OF_EACH))
SHOWN = (
    *("same", "value", "site", "device_id", "model", "last_seen"),
    *("other_site", "other_device_id", "other_model", "other_first_seen", "other_last_seen"),
)
_STANDING = attrgetter(
    *("site", "device", "segment", "address", "presence.value", "model", "first_seen", "last_seen")
)


def run(db: str | None, wanted: ListFormat | None, output: str | None) -> int:
    """List the conflicts, then how much each site's last sweep looked at; return 3 if there are any."""
    with opened(db) as inventory:
        found = conflicts(inventory.engine)
        deliver(Listing("conflict", COLUMNS, map(_row, found), SHOWN), wanted, output)
        talk.closing(_sentence(len(found)))
        tell_last_sweeps(inventory, [one.name for one in inventory.sites()])
    return EXIT_DIFFERENT if found else 0


def tell_count(inventory: Inventory, sites: Collection[str] | None = None) -> None:
    """Say how many conflicts there are between some sites or all, unless there is none."""
    if count := len(conflicts(inventory.engine, sites)):
        talk.closing(f"{_sentence(count)} Each is counted at both: camcensus conflicts lists them.")


def _sentence(count: int) -> str:
    if not count:
        return "Nothing is known by the same serial number, ONVIF UUID or MAC at two sites."
    pairs, verb = counted(count, "pair"), plural(count, "has", "have")
    return f"{pairs} of devices at two sites {verb} the same serial number, ONVIF UUID or MAC."


def _row(one: Conflict) -> Row:
    return (one.key.value, one.value, *_STANDING(one.earlier), *_STANDING(one.later))
