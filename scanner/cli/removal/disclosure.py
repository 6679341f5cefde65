"""What films public places, for those whom it films: where, whose make, what for, and nothing technical."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass

from scanner.cli import talk
from scanner.cli.history.delivery import deliver, tell_last_sweeps
from scanner.cli.history.redaction import fresh
from scanner.cli.history.site_choice import check_named, named
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.export.listing import Listing
from scanner.export.plural import counted
from scanner.export.redaction import Level
from scanner.inventory.contract import DeviceRow, FindingRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.obligation_book import ObligationBook
from scanner.inventory.roll import Roll
from scanner.model.site import Site
from scanner.model.verdict import Status
from scanner.removal.lifecycle import Lifecycle, lifecycle
from scanner.removal.owner import NOTHING_SAID, Custody

COLUMNS = ("site", "location", "maker", "purpose", "cameras")
# Classes that take pictures of whoever is before them.
_FILMING = frozenset({"camera", "ptz_camera", "thermal_camera", "intercom", "access_terminal"})
_TARGETS = frozenset({Status.FLAGGED.value, Status.SUSPECTED.value})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sites are told of, and whether they are named."""

    sites: tuple[str, ...]
    is_all: bool
    is_named: bool


@dataclass(frozen=True, slots=True, order=True)
class Disclosure:
    """What cameras are counted by."""

    site: str
    location: str
    maker: str
    purpose: str


@dataclass(slots=True)
class Told:
    """The cameras in public places, and how many devices that may be some are left out for want of a word."""

    cameras: Counter[Disclosure]
    unplaced_count: int = 0
    uncalled_count: int = 0

    def add(self, device: DeviceRow, custody: Custody, latest: FindingRow | None) -> None:
        """Count one device that is there; ``latest`` is the finding that assessed it last, if any did."""
        if custody.is_public and custody.location:
            maker, purpose = device.maker or "not known", custody.purpose or "not said"
            self.cameras[Disclosure(device.site, custody.location, maker, purpose)] += 1
        elif not custody.location:
            self.unplaced_count += custody.is_public or _may_film(latest)
        elif not custody.is_private_office:
            self.uncalled_count += _may_film(latest)


def run(db: str | None, wanted: Wanted, output: str | None, form: ListFormat | None) -> None:
    """Print or write the list, then say what it leaves out."""
    with opened(db) as inventory:
        check_named(wanted.sites, wanted.is_all, "whose notices are wanted")
        sites = named(inventory, wanted.sites)
        told = Told(Counter())
        for site in sites:
            _count(inventory, site, told)
        deliver(_listing(told, wanted), form, output)
        for sentence in _sentences(told):
            talk.closing(sentence)
        tell_last_sweeps(inventory, [site.name for site in sites])


def _count(inventory: Inventory, site: Site, told: Told) -> None:
    book = ObligationBook(inventory.engine)
    obligations, custodies = book.obligations(site.name), book.custodies(site.name)
    latest = {one.device: one for one in Roll(inventory.engine).latest(site.name)}
    for device in inventory.devices(site.name):
        decided = obligations.get(device.number, {}).values()
        if lifecycle(device.presence, device.last_seen, decided, site.zone) is not Lifecycle.GONE:
            told.add(device, custodies.get(device.number, NOTHING_SAID), latest.get(device.number))


def _may_film(latest: FindingRow | None) -> bool:
    """Whether a device is of a kind that films; a flagged one of which no class is known may be."""
    if latest is None:
        return False
    return latest.device_class in _FILMING or (latest.device_class is None and latest.verdict in _TARGETS)


def _listing(told: Told, wanted: Wanted) -> Listing:
    redaction = fresh(Level.ADDRESSES, ())
    rows = [(*map(redaction.text, astuple(one)), told.cameras[one]) for one in sorted(told.cameras)]
    if wanted.is_named:
        return Listing("notice", COLUMNS, rows)
    return Listing("notice", COLUMNS[1:], [row[1:] for row in rows])


def _sentences(told: Told) -> Iterator[str]:
    count, places = told.cameras.total(), len({(one.site, one.location) for one in told.cameras})
    known = f"{counted(count, 'camera')} in {counted(places, 'public place')}."
    yield known if count else "No camera in a public place is known."
    if told.unplaced_count or told.uncalled_count:
        yield (
            f"Not listed: {told.unplaced_count or 'none'} that may film and of which nobody has said where, "
            f"{told.uncalled_count or 'none'} at a place that nobody has called public."
        )
