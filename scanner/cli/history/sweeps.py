"""The sweeps of a site, each with how much it looked at."""

from scanner.cli.history.delivery import deliver
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.export.listing import Listing, Row
from scanner.inventory.contract import SweepRow

COLUMNS = (
    *("sweep", "sweep_id", "site", "kind", "state", "started_at", "ended_at", "devices", "flagged"),
    *("coverage", "complete", "trouble"),
)
SHOWN = (
    *("sweep", "site", "kind", "state", "started_at", "ended_at", "devices", "flagged"),
    *("coverage", "trouble"),
)


def run(db: str | None, site: str | None, wanted: ListFormat | None) -> None:
    """List sweeps, oldest first."""
    with opened(db) as inventory:
        deliver(Listing("sweep", COLUMNS, map(_row, inventory.sweeps(site)), SHOWN), wanted)


def _row(sweep: SweepRow) -> Row:
    covered = sweep.coverage
    return (
        sweep.number,
        sweep.uuid,
        sweep.site,
        sweep.kind.value,
        sweep.state.value,
        sweep.started_at,
        sweep.ended_at,
        sweep.devices,
        sweep.flagged,
        _coverage(sweep),
        None if covered is None else covered.is_complete,
        sweep.trouble,
    )


def _coverage(sweep: SweepRow) -> str:
    covered = sweep.coverage
    if covered is None:
        return ""
    rest = "" if covered.is_complete else ", incomplete"
    return (
        f"{covered.in_scope} in scope, {covered.answered} answered, {covered.silent} silent, "
        f"{covered.examined} examined{rest}"
    )
