"""What is said of a device: whose it is, where it hangs, what for, what depends on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from scanner.cli import talk
from scanner.cli.history.delivery import deliver
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.clock import SystemClock
from scanner.export.listing import Listing, Row
from scanner.inventory.contract import DeviceRow
from scanner.inventory.obligation_book import ObligationBook
from scanner.removal.owner import Custody, Owner, check

COLUMNS = (
    *("device_id", "at", "owner", "list", "location", "private_office", "public", "purpose", "dependency"),
    "by",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said now; None says nothing."""

    owner: str | None = None
    location: str | None = None
    is_private_office: bool | None = None
    dependency: str | None = None
    is_public: bool | None = None
    purpose: str | None = None

    def over(self, before: Custody, by: str, at: datetime) -> Custody:
        """Return what is said from now on. Raises UsageProblem."""
        said = {
            "owner": Owner(self.owner) if self.owner else None,
            "location": self.location,
            "is_private_office": self.is_private_office,
            "dependency": self.dependency,
            "is_public": self.is_public,
            "purpose": self.purpose,
        }
        changes = {name: value for name, value in said.items() if value is not None}
        custody = replace(before, **changes, by=by, at=at)  # type: ignore[arg-type]
        check(custody)
        return custody


def run(db: str | None, reference: str, told: Told, by: str, wanted: ListFormat | None) -> None:
    """Enter what is said, or list what was, where nothing is."""
    now = SystemClock().now()
    with opened(db) as inventory:
        device = inventory.device(reference)
        book = ObligationBook(inventory.engine)
        if told == Told():
            rows = _rows(device, book.custody_history(device.number))
            deliver(Listing("custody", COLUMNS, rows), wanted)
            return
        custody = book.change_custody(device.number, lambda before: told.over(before, by, now))
    talk.info(
        f"Device {device.number} of {device.site} is on the {custody.work_list.value} list: "
        f"owner {custody.owner.value}."
    )


def _rows(device: DeviceRow, history: Iterable[Custody]) -> Iterator[Row]:
    for one in history:
        whose = (device.number, one.at, one.owner.value, one.work_list.value)
        where = (one.location, one.is_private_office, one.is_public, one.purpose)
        yield (*whose, *where, one.dependency, one.by)
