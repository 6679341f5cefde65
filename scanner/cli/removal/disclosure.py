"""The list of what films public places, and what it leaves out."""

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
from scanner.inventory.inventory import Inventory
from scanner.inventory.obligation_book import ObligationBook
from scanner.inventory.roll import Roll
from scanner.model.site import Site
from scanner.model.verdict import Status
from scanner.removal.disclosure import Disclosures, may_film
from scanner.removal.lifecycle import Lifecycle, lifecycle
from scanner.removal.owner import NOTHING_SAID

COLUMNS = ("site", "location", "maker", "purpose", "cameras")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sites are told of, and whether they are named."""

    sites: tuple[str, ...]
    is_all: bool
    is_named: bool


def run(db: str | None, wanted: Wanted, output: str | None, form: ListFormat | None) -> None:
    """Print or write the list, then say what it leaves out."""
    with opened(db) as inventory:
        check_named(wanted.sites, wanted.is_all, "whose notices are wanted")
        sites = named(inventory, wanted.sites)
        told = Disclosures()
        for site in sites:
            _count(inventory, site, told)
        deliver(_listing(told, wanted), form, output)
        for sentence in _sentences(told):
            talk.closing(sentence)
        tell_last_sweeps(inventory, [site.name for site in sites])


def _count(inventory: Inventory, site: Site, told: Disclosures) -> None:
    book = ObligationBook(inventory.engine)
    obligations, custodies = book.obligations(site.name), book.custodies(site.name)
    latest = {one.device: one for one in Roll(inventory.engine).latest(site.name)}
    for device in inventory.devices(site.name):
        decided = obligations.get(device.number, {}).values()
        if lifecycle(device.presence, device.last_seen, decided, site.zone) is not Lifecycle.GONE:
            custody, found = custodies.get(device.number, NOTHING_SAID), latest.get(device.number)
            films = found is not None and may_film(found.device_class, Status(found.verdict))
            told.add(device.site, device.maker, films, custody)


def _listing(told: Disclosures, wanted: Wanted) -> Listing:
    redaction = fresh(Level.ADDRESSES, ())
    rows = [(*map(redaction.text, astuple(one)), told.cameras[one]) for one in sorted(told.cameras)]
    if wanted.is_named:
        return Listing("notice", COLUMNS, rows)
    return Listing("notice", COLUMNS[1:], [row[1:] for row in rows])


def _sentences(told: Disclosures) -> Iterator[str]:
    count, places = told.cameras.total(), len({(one.site, one.location) for one in told.cameras})
    known = f"{counted(count, 'camera')} in {counted(places, 'public place')}."
    yield known if count else "No camera in a public place is known."
    if told.unplaced_count or told.uncalled_count:
        yield (
            f"Not listed: {told.unplaced_count or 'none'} that may film and of which nobody has said where, "
            f"{told.uncalled_count or 'none'} at a place that nobody has called public."
        )
