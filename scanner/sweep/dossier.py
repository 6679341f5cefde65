"""Several records, one device: joined by MAC, serial number or ONVIF UUID, and never against the evidence.

Two MACs on one address, or one MAC on several, may be a device that was renumbered, a router, or somebody
who pretends. Such records stay apart and each says what is at odds.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from scanner.model.field import Field
from scanner.model.host import Address, Host
from scanner.model.observation import Observation
from scanner.model.probe import ProbeResult
from scanner.sweep.roster import Record

# What a device alone bears. A serial number counts once per protocol that tells it.
IDENTITY_FIELDS = frozenset(
    {
        Field.SADP_SERIAL,
        Field.DHIP_SERIAL,
        Field.ONVIF_SERIAL,
        Field.UPNP_SERIAL,
        Field.WSD_ENDPOINT,
    }
)
# Shorter ones, and those of one or two different characters, are what makers leave in as a default.
MIN_IDENTITY_CHARACTERS = 8
MIN_DIFFERENT_CHARACTERS = 3
# What stands around a UUID's digits (RFC 9562 section 4) and makes the nil UUID look like many characters.
_FRAME_OF_UUID = re.compile(r"(?i)\A(?:urn:)?uuid:|-")
# A renumbered device with two ports has so many; what more addresses bear is a default.
MAX_SHARING = 4
# An IPv6 host takes a new address every day and keeps the old ones for a week.
MAX_GROUP = 64
# Enough to see what is the matter.
MAX_NAMED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Dossier:
    """What is known of one device: its records, the first one being what it is known by.

    ``remarks`` are clauses that say what is at odds.
    """

    records: tuple[Record, ...]
    remarks: tuple[str, ...] = ()

    @property
    def host(self) -> Host:
        """The device's address, with the MAC and segment that any of its records knows."""
        first = self.records[0].host
        return Host(
            first.address,
            first.mac or _first(record.host.mac for record in self.records),
            first.interface or _first(record.host.interface for record in self.records),
            first.segment or _first(record.host.segment for record in self.records),
            first.name or _first(record.host.name for record in self.records),
        )

    @property
    def also_at(self) -> tuple[Host, ...]:
        """Where else the same device was met."""
        return tuple(record.host for record in self.records[1:] if not record.host.address.is_unspecified)

    @property
    def last_seen(self) -> datetime | None:
        """When the device last showed anything."""
        times = (record.last_seen for record in self.records if record.last_seen)
        return max(times, default=None)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Everything seen of it."""
        return tuple(chain.from_iterable(record.observations for record in self.records))

    @property
    def results(self) -> tuple[ProbeResult, ...]:
        """Every exchange with it."""
        return tuple(chain.from_iterable(record.results for record in self.records))

    @property
    def shortfall(self) -> str:
        """Why it was not examined to the end; empty when it was."""
        return _first(record.shortfall for record in self.records) or ""


def dossiers(records: Iterable[Record]) -> list[Dossier]:
    """Return one dossier per device, in the order of their addresses. The records stay as they are."""
    groups = _Groups(sorted(records, key=_order))
    by_mac = list(_sharing(groups.records, _macs))
    by_identity = list(_sharing(groups.records, _identities))
    for sharing in by_mac:
        groups.join(sharing, _may_share_mac)
    for sharing in by_identity:
        if len({record.host.address for record in sharing}) <= MAX_SHARING:
            groups.join(sharing, _may_be_one)
    remarks = _Remarks(groups)
    for sharing in _sharing(groups.records, _addresses):
        remarks.add("the address was also seen with MAC", sharing, _mac)
    for sharing in by_mac:
        remarks.add("its MAC was also seen at", sharing, _ipv4)
    for sharing in by_identity:
        remarks.add("its serial number or UUID was also seen at", sharing, _ipv4)
    return [Dossier(group, remarks.of(group)) for group in groups]


class _Groups:
    """Records in groups; at first each is its own."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        self._group_of = {record: [record] for record in records}

    def __iter__(self) -> Iterator[tuple[Record, ...]]:
        seen = {id(group): group for group in self._group_of.values()}
        return (tuple(sorted(group, key=_order)) for group in seen.values())

    def of(self, record: Record) -> Sequence[Record]:
        """Return the group that a record is in."""
        return self._group_of[record]

    def join(self, records: Sequence[Record], may_join: Callable[[Record, Record], bool]) -> None:
        """Join each record to the first of the foremost ones that it may be joined to."""
        for place, record in enumerate(records):
            for main in records[: min(place, MAX_SHARING)]:
                if self._can_join(main, record, may_join):
                    self._merge(self._group_of[main], self._group_of[record])
                    break

    def _can_join(self, main: Record, record: Record, may_join: Callable[[Record, Record], bool]) -> bool:
        one, other = self._group_of[main], self._group_of[record]
        if one is other or len(one) + len(other) > MAX_GROUP:
            return False
        return all(may_join(a, b) for a in one for b in other)

    def _merge(self, into: list[Record], others: list[Record]) -> None:
        into += others
        for record in others:
            self._group_of[record] = into


class _Remarks:
    """What is at odds about records that share something without being one device."""

    def __init__(self, groups: _Groups) -> None:
        self._groups = groups
        self._told: dict[Record, list[str]] = {}

    def add(self, remark: str, sharing: Sequence[Record], name: Callable[[Record], str | None]) -> None:
        """Tell each of the records what the others are called, those of its own group left out."""
        names = {called: None for record in sharing if (called := name(record))}
        for record in sharing:
            own = {name(mine) for mine in self._groups.of(record)}
            others = [called for called in islice(names, MAX_NAMED + len(own)) if called not in own]
            count = len(names) - len(own & names.keys())
            if name(record) and count:
                more = f" and {count - MAX_NAMED} more" if count > MAX_NAMED else ""
                clause = f"{remark} {', '.join(others[:MAX_NAMED])}{more}"
                self._told.setdefault(record, []).append(clause)

    def of(self, group: Iterable[Record]) -> tuple[str, ...]:
        """Return what was told of a group's records, each clause once."""
        return tuple(dict.fromkeys(chain.from_iterable(self._told.get(record, ()) for record in group)))


def _may_share_mac(one: Record, other: Record) -> bool:
    """Whether two records of one MAC are one device: not when it stands behind two IPv4 addresses."""
    addresses = {record.host.address for record in (one, other) if _is_ipv4(record)}
    return len(addresses) < 2 and not _differ(one.host.name, other.host.name)


def _may_be_one(one: Record, other: Record) -> bool:
    """Whether nothing says that two records are two devices: no MAC, and nobody who names them apart."""
    return not (_differ(one.host.mac, other.host.mac) or _differ(one.host.name, other.host.name))


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other) and one != other


def _is_ipv4(record: Record) -> bool:
    return record.host.address.version == 4 and not record.host.address.is_unspecified


def _sharing(
    records: Iterable[Record], keys: Callable[[Record], Iterable[Hashable]]
) -> Iterator[list[Record]]:
    """Yield the records that share a key, for each key that several have."""
    by_key: dict[Hashable, list[Record]] = {}
    for record in records:
        for key in keys(record):
            by_key.setdefault(key, []).append(record)
    return (sharing for sharing in by_key.values() if len(sharing) > 1)


def _macs(record: Record) -> Iterable[Hashable]:
    return (record.host.mac,) if record.host.mac else ()


def _identities(record: Record) -> Iterable[Hashable]:
    return {
        (seen.field, seen.value)
        for seen in record.observations
        if seen.field in IDENTITY_FIELDS and is_telling(seen.value)
    }


def is_telling(value: str) -> bool:
    """Whether a serial number or UUID is one that a device alone can have, and no default of its maker."""
    bare = _FRAME_OF_UUID.sub("", value)
    return len(bare) >= MIN_IDENTITY_CHARACTERS and len(set(bare)) >= MIN_DIFFERENT_CHARACTERS


def _addresses(record: Record) -> Iterable[Hashable]:
    return () if record.host.address.is_unspecified else ((record.host.segment, record.host.address),)


def _mac(record: Record) -> str | None:
    return record.host.mac


def _ipv4(record: Record) -> str | None:
    return str(record.host.address) if _is_ipv4(record) else None


def _order(record: Record) -> tuple[bool, int, int, str, str]:
    """Order records: those with an address first, IPv4 before IPv6; then by MAC and by name."""
    address: Address = record.host.address
    return (
        address.is_unspecified,
        address.version,
        int(address),
        record.host.mac or "",
        record.host.name or "",
    )


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
