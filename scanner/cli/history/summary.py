"""Counts for those who need numbers and no places: nothing in them leads to a device or a site."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.bundle import place
from scanner.cli import talk
from scanner.cli.history.conflicts import tell_count
from scanner.cli.history.delivery import deliver
from scanner.cli.history.redaction import fresh
from scanner.cli.history.ruling import Ruling
from scanner.cli.history.site_choice import check_named, named
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat, RuleOptions
from scanner.export.listing import Listing
from scanner.export.plural import counted
from scanner.export.redaction import Level, Redaction
from scanner.inventory.contract import DeviceRow
from scanner.inventory.inventory import Inventory
from scanner.model.site import Site
from scanner.model.verdict import Status
from scanner.policy.label import LOCAL_PREFIX

COLUMNS = ("unit", "labels", "maker", "verdict", "state", "devices")


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What devices are counted by."""

    unit: str
    labels: tuple[str, ...]
    maker: str
    verdict: str
    state: str


def run(db: str | None, names: Sequence[str], is_all: bool, wanted: ListFormat | None) -> None:
    """Print the counts, then the sums and how many of the sites were swept to the end."""
    check_named(names, is_all, "that are counted with --site")
    with opened(db) as inventory:
        sites = named(inventory, names)
        redaction = fresh(Level.SITES, _telling(inventory, inventory.sites()))
        counts = Counter(_kinds(inventory, sites, redaction))
        rows = [
            (one.unit, one.labels, one.maker, one.verdict, one.state, counts[one]) for one in sorted(counts)
        ]
        deliver(Listing("count", COLUMNS, rows), wanted)
        for sentence in _sentences(inventory, sites, counts):
            talk.closing(sentence)
        tell_count(inventory, [one.name for one in sites])


def _telling(inventory: Inventory, sites: Iterable[Site]) -> Iterator[str]:
    """Yield every word that would lead to a site or a device."""
    for site in sites:
        yield from (word for word in place.names(site) if word != site.owner)
        for device in inventory.devices(site.name):
            yield from (device.model, *device.serials)


def _kinds(inventory: Inventory, sites: Sequence[Site], redaction: Redaction) -> Iterator[Kind]:
    ruling = Ruling(inventory, sites, RuleOptions())
    for site in sites:
        unit = redaction.text(site.owner) or "not said"
        labels = tuple(_label(label, redaction) for label in sorted(site.labels))
        for device in inventory.devices(site.name):
            state = ruling.of_device(device, None).lifecycle
            yield Kind(unit, labels, _maker(device), device.status, state)


def _label(label: str, redaction: Redaction) -> str:
    """Return a label; one of the operator's own may be named after a place."""
    return redaction.text(label) if label.startswith(LOCAL_PREFIX) else label


def _maker(device: DeviceRow) -> str:
    return device.maker or "unknown"


def _sentences(inventory: Inventory, sites: Sequence[Site], counts: Counter[Kind]) -> Iterator[str]:
    flagged = sum(count for kind, count in counts.items() if kind.verdict == Status.FLAGGED.value)
    total = counts.total()
    sweeps = [inventory.last_scan(site.name) for site in sites]
    finished = [one for one in sweeps if one is not None]
    complete = sum(one.is_complete for one in finished)
    yield f"{counted(total, 'device', none='No')}, {flagged or 'none'} of them flagged."
    yield (
        f"{counted(len(sites), 'site')}: the last sweep of {complete} was complete, of "
        f"{len(finished) - complete} it was not, and {len(sites) - len(finished)} have had none. What was "
        "not examined is not known to be free of anything."
    )
