"""Units that stand at more than one site: known there by the same serial number, ONVIF UUID or MAC.

A device that was moved and a number that was copied look alike, so that nothing is joined: a conflict
only says what is the same.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, func, select

from scanner.inventory.database import reading
from scanner.inventory.schema import DEVICE, IDENTITY, SITE
from scanner.inventory.tracking import MAC_FIELDS, SERIAL_FIELDS, UUID_FIELDS, differ, is_local
from scanner.model.device import Identity, Presence
from scanner.model.field import Field, field_named


class Key(Enum):
    """What two devices are the same by, the strongest first."""

    SERIAL = "serial number"
    UUID = "ONVIF UUID"
    MAC = "MAC"


_FIELDS = {Key.SERIAL: SERIAL_FIELDS, Key.UUID: UUID_FIELDS, Key.MAC: MAC_FIELDS}


@dataclass(frozen=True, slots=True)
class Standing:
    """One device where it stands, and what it is known by there."""

    device: int
    site: str
    segment: str
    address: str
    presence: Presence
    model: str
    first_seen: datetime
    last_seen: datetime
    identities: frozenset[Identity]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two devices at two sites that bear the same ``value``; ``later`` was seen last."""

    key: Key
    value: str
    earlier: Standing
    later: Standing


def conflicts(engine: Engine, sites: Collection[str] | None = None) -> tuple[Conflict, ...]:
    """Return the conflicts between some sites or all, by what is the same. Raises StorageProblem."""
    with reading(engine) as connection:
        return tuple(paired(_standings(connection, sites)))


def paired(standings: Sequence[Standing]) -> Iterator[Conflict]:
    """Yield each device beside the one at another site that was seen next.

    A pair comes once, by the strongest that is the same. What a stronger number tells apart is no pair, and
    a MAC that the host made up says nothing.
    """
    seen: set[tuple[int, int]] = set()
    for key, fields in _FIELDS.items():
        for identity, bearers in _bearers(standings, fields):
            for earlier, later in _neighbours(bearers, key):
                pair = (min(earlier.device, later.device), max(earlier.device, later.device))
                if pair not in seen:
                    seen.add(pair)
                    yield Conflict(key, identity.value, earlier, later)


def _bearers(
    standings: Iterable[Standing], fields: frozenset[Field]
) -> Iterator[tuple[Identity, list[Standing]]]:
    bearers: dict[Identity, list[Standing]] = {}
    for one in sorted(standings, key=lambda one: (one.last_seen, one.device)):
        for identity in one.identities:
            if identity.field in fields and _is_telling(identity):
                bearers.setdefault(identity, []).append(one)
    yield from sorted(bearers.items(), key=lambda item: (item[0].value, item[0].field.value))


def _is_telling(identity: Identity) -> bool:
    return identity.field not in MAC_FIELDS or not is_local(identity.value)


def _neighbours(bearers: Sequence[Standing], key: Key) -> Iterator[tuple[Standing, Standing]]:
    for index, one in enumerate(bearers):
        others = (other for other in bearers[index + 1 :] if _may_be_one(one, other, key))
        if (following := next(others, None)) is not None:
            yield one, following


def _may_be_one(one: Standing, other: Standing, key: Key) -> bool:
    """Whether two devices stand at two sites, and no serial number tells them apart."""
    is_told_apart = key is not Key.SERIAL and differ(one.identities, other.identities, SERIAL_FIELDS)
    return one.site != other.site and not is_told_apart


def _standings(connection: Connection, sites: Collection[str] | None) -> list[Standing]:
    """Return every device that is known by something that another site knows, too."""
    bearers = _shared(sites)
    borne: dict[int, set[Identity]] = {}
    known = select(IDENTITY.c.device_id, IDENTITY.c.field, IDENTITY.c.value)
    for device, name, value in connection.execute(known.where(IDENTITY.c.device_id.in_(bearers))):
        borne.setdefault(device, set()).add(Identity(field_named(name), value))
    named = select(DEVICE, SITE.c.name.label("site")).join(SITE, SITE.c.id == DEVICE.c.site_id)
    rows = connection.execute(named.where(DEVICE.c.id.in_(bearers)))
    return [_standing(row, frozenset(borne[row.id])) for row in rows]


def _shared(sites: Collection[str] | None) -> Select[Any]:
    """Return the question for the devices that bear what is borne at two sites."""
    ids = select(SITE.c.id) if sites is None else select(SITE.c.id).where(SITE.c.name.in_(sites))
    is_chosen = IDENTITY.c.site_id.in_(ids)
    at_two = (
        select(IDENTITY.c.field, IDENTITY.c.value)
        .where(is_chosen)
        .group_by(IDENTITY.c.field, IDENTITY.c.value)
        .having(func.count(IDENTITY.c.site_id.distinct()) > 1)
        .subquery()
    )
    is_same = and_(at_two.c.field == IDENTITY.c.field, at_two.c.value == IDENTITY.c.value)
    return select(IDENTITY.c.device_id).join(at_two, is_same).where(is_chosen)


def _standing(row: Any, identities: frozenset[Identity]) -> Standing:
    return Standing(
        device=row.id,
        site=row.site,
        segment=row.segment,
        address=row.address,
        presence=Presence(row.presence),
        model=row.model,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        identities=identities,
    )
