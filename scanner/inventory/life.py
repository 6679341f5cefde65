"""The lives of a site's devices, as the timeline counts them."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from scanner.inventory.contract import ChangeRow, DeviceRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.obligation_book import ObligationBook
from scanner.inventory.roll import Roll
from scanner.model.device import ChangeKind, Presence
from scanner.model.site import Site
from scanner.removal.lifecycle import was_met_after
from scanner.removal.obligation import Obligation, State
from scanner.removal.owner import NOTHING_SAID, Owner, WorkList
from scanner.removal.timeline import Life, Spell


@dataclass(frozen=True, slots=True)
class Lives:
    """The devices of one site that are counted, and how many are not, being others' own.

    ``unknown_count`` is how many of those that are counted have an unknown owner.
    """

    counted: tuple[Life, ...]
    others_count: int
    unknown_count: int


def lives(inventory: Inventory, site: Site, chosen: Container[int] | None = None) -> Lives:
    """Return the lives of the devices that were ever flagged, or of those that are ``chosen``."""
    book = ObligationBook(inventory.engine)
    flagged = Roll(inventory.engine).first_flagged(site.name)
    obligations, custodies = book.obligations(site.name), book.custodies(site.name)
    changes = _changes(inventory, site)
    counted: list[Life] = []
    owners: list[Owner] = []
    for device in inventory.devices(site.name):
        if device.number not in (flagged if chosen is None else chosen):
            continue
        custody = custodies.get(device.number, NOTHING_SAID)
        owners.append(custody.owner)
        if custody.work_list is WorkList.REMOVAL:
            found_at = flagged.get(device.number, device.first_seen)
            decided = obligations.get(device.number, {})
            counted.append(_life(device, site, found_at, changes.get(device.number, []), decided))
    return Lives(tuple(counted), len(owners) - len(counted), owners.count(Owner.UNKNOWN))


def _changes(inventory: Inventory, site: Site) -> dict[int, list[ChangeRow]]:
    found: dict[int, list[ChangeRow]] = {}
    for row in inventory.changes(site=site.name):
        if row.change.kind in (ChangeKind.GONE, ChangeKind.RETURNED):
            found.setdefault(row.device, []).append(row)
    return found


def _life(
    device: DeviceRow,
    site: Site,
    found_at: datetime,
    changes: list[ChangeRow],
    decided: Mapping[str, Obligation],
) -> Life:
    plans = [one.last.day for one in decided.values() if one.last and one.state is State.PLANNED]
    return Life(
        site=site.name,
        found_on=site.day(found_at),
        missed=tuple(_missed(device, site, changes)),
        attested=tuple(spell for one in decided.values() for spell in _attested(one, site, device.last_seen)),
        planned=min(plans, default=None),
    )


def _missed(device: DeviceRow, site: Site, changes: list[ChangeRow]) -> Iterator[Spell]:
    """Yield the spells in which the device was gone; one that has no end goes on only if it still is."""
    since: date | None = None
    for row in changes:
        day = site.day(row.at)
        if row.change.kind is ChangeKind.GONE:
            since = since or day
        elif since is not None:
            yield Spell(since, day)
            since = None
    if since is not None and device.presence is Presence.GONE:
        yield Spell(since)


def _attested(known: Obligation, site: Site, last_seen: datetime) -> Iterator[Spell]:
    """Yield the spells in which the device's removal was attested: each until the next step.

    Whoever was met after it belies it, whatever sweeps miss from then on.
    """
    met = site.day(last_seen)
    ends = [site.day(step.at) for step in known.steps[1:]]
    for step, until in zip(known.steps, [*ends, None], strict=True):
        if step.state is State.REMOVED:
            is_belied = was_met_after(step, last_seen, site.zone)
            yield Spell(step.day, min(met, until or met) if is_belied else until)
