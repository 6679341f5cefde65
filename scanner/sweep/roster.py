"""Every host that was met, and everything that was seen of it."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Observation, Via
from scanner.model.probe import ProbeResult
from scanner.model.sighting import Sighting

# A flood of invented hosts must not fill memory; the largest scope without an override has as many.
MAX_HOSTS = 65_536
# One device shows about forty facts per protocol and page; more is a device that never stops talking.
MAX_OBSERVATIONS_PER_HOST = 1000
# Ten thousand devices with a hundred facts and a page each fit; a flood of invented facts does not.
MAX_EVIDENCE_BYTES = 1024 * 1024 * 1024
# DHCP servers hand an address to another client no sooner than the shortest leases in use end.
ADDRESS_REUSE = timedelta(hours=1)
# Why a host was met and not examined: the sweep ended before its turn came.
INTERRUPTED = "interrupted"
OUT_OF_HOURS = "out of hours"
UNFINISHED = frozenset({INTERRUPTED, OUT_OF_HOURS})
# A second hardware address is news; the hundredth is a flood.
MAX_RIVALS = 64

_Sameness = tuple[Field, str, Via, str, Endpoint | None]


@dataclass(slots=True, eq=False)
class Record:
    """What is known of one host so far: one address with one MAC, or none, through one stretch of time.

    ``shortfall`` says why the host was not examined to the end; it is empty when it was. ``version`` grows
    with everything that is learned of it, and ``last_seen`` is when it last showed anything. One that
    ``is_restored`` was met by an earlier run of the same sweep: whoever is met there now is the same one.
    """

    host: Host
    results: list[ProbeResult] = field(default_factory=list)
    shortfall: str = ""
    evidence_bytes: int = 0
    version: int = 0
    last_seen: datetime | None = None
    is_restored: bool = False
    _observations: dict[_Sameness, Observation] = field(default_factory=dict)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Everything seen of it, each fact once, as it was seen last."""
        return tuple(self._observations.values())

    @property
    def state(self) -> tuple[int, int, str]:
        """What differs whenever anything about it has changed."""
        return self.version, len(self.results), self.shortfall

    @property
    def has_shown_itself(self) -> bool:
        """Whether anything was seen of it."""
        return bool(self._observations)

    @property
    def is_somebody(self) -> bool:
        """Whether anybody is there: it showed something, or was asked to the end and did not prove empty."""
        return self.has_shown_itself or not self.shortfall

    def keep(self, observations: tuple[Observation, ...]) -> None:
        """Add observations; a fact that is known already is only made younger."""
        for seen in observations:
            key = (seen.field, seen.value, seen.via, seen.source, seen.endpoint)
            known = self._observations.get(key)
            if known is None:
                if len(self._observations) >= MAX_OBSERVATIONS_PER_HOST:
                    continue
                self.evidence_bytes += len(seen.value) + len(seen.raw)
            elif known.observed_at >= seen.observed_at:
                continue
            self._observations[key] = seen
            self.version += 1
            if self.last_seen is None or seen.observed_at > self.last_seen:
                self.last_seen = seen.observed_at

    def meet(self, host: Host) -> None:
        """Fill in what another sighting of the same host knows."""
        mine = self.host
        self.host = replace(
            mine,
            mac=mine.mac or host.mac,
            interface=mine.interface or host.interface,
            segment=mine.segment or host.segment,
            name=mine.name or host.name,
        )
        self.version += self.host != mine

    def is_recent(self, at: datetime | None) -> bool:
        """Whether the address cannot have passed to another host between this record and a moment."""
        return (
            self.is_restored
            or at is None
            or self.last_seen is None
            or abs(at - self.last_seen) < ADDRESS_REUSE
        )


# What an address is unique in.
Place = Callable[[Host], Hashable]


def one_network(host: Host) -> Hashable:
    """Return an address's place where every address is met in one way: a sweep from one machine."""
    return host.address


def by_segment(host: Host) -> Hashable:
    """Return an address's place in the segment that whoever tells of it names."""
    return host.segment, host.address


def by_interface(host: Host) -> Hashable:
    """Return an address's place on the interface and VLAN on which it was heard."""
    return host.interface, host.segment, host.address


class Roster:
    """Hosts by place and MAC.

    Sightings of one address are one host while their MACs agree, or, where one of them has none, while
    they are close in time. What has no address yet is known by its MAC, or else by its name.
    ``turned_away`` counts sightings that found no more room; ``version`` grows with every one that did.
    """

    def __init__(self, place: Place = one_network) -> None:
        self._place = place
        self._records: dict[Record, None] = {}
        self._by_mac: dict[tuple[Hashable, str], Record] = {}
        self._latest: dict[Hashable, Record] = {}
        self._rivals: dict[Hashable, int] = {}
        self._evidence_bytes = 0
        self.turned_away = 0
        self.version = 0

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(tuple(self._records))

    def add(self, sighting: Sighting) -> Record | None:
        """Keep a sighting; return the record when nobody was known at its place, else None."""
        place = self._place_of(sighting.host)
        is_new_place = place not in self._latest
        record = self._known(place, sighting) or self._begun(place, sighting.host)
        if record is None or self._evidence_bytes > MAX_EVIDENCE_BYTES:
            self.turned_away += 1
            return None
        before = record.evidence_bytes
        record.keep(sighting.observations)
        self._evidence_bytes += record.evidence_bytes - before
        self.version += 1
        return record if is_new_place else None

    def restore(self, sighting: Sighting) -> Record | None:
        """Take in a host as an earlier run left it; return its record, or None when there is no room."""
        self.add(sighting)
        record = self._known(self._place_of(sighting.host), sighting)
        if record is not None:
            record.is_restored = True
        return record

    def forget(self, record: Record) -> None:
        """Drop a candidate that never showed itself."""
        self._records.pop(record, None)
        self._latest.pop(self._place_of(record.host), None)

    def _place_of(self, host: Host) -> Hashable:
        if host.address.is_unspecified:
            return self._place(host), host.mac or host.name
        return self._place(host)

    def _known(self, place: Hashable, sighting: Sighting) -> Record | None:
        """Return the record that a sighting belongs to."""
        host, latest = sighting.host, self._latest.get(place)
        if host.mac is None:
            return latest if latest and latest.is_recent(sighting.seen_at) else None
        record = self._by_mac.get((place, host.mac))
        if record is None and latest and latest.host.mac is None and latest.is_recent(sighting.seen_at):
            record = self._by_mac[place, host.mac] = latest
        if record is not None:
            record.meet(host)
            self._latest[place] = record
        return record

    def _begun(self, place: Hashable, host: Host) -> Record | None:
        """Begin a record, unless there are too many already."""
        rivals = self._rivals.get(place, 0)
        if len(self._records) >= MAX_HOSTS or rivals >= MAX_RIVALS:
            return None
        record = Record(host)
        self._records[record] = None
        self._latest[place] = record
        self._rivals[place] = rivals + 1
        if host.mac is not None:
            self._by_mac[place, host.mac] = record
        return record


def turned_away(roster: Roster) -> tuple[str, ...]:
    """Return the sentence that says that hosts or facts found no more room, if any did."""
    if not roster.turned_away:
        return ()
    return (
        f"{roster.turned_away} sightings found no more room in memory and were left out: somebody may be "
        "inventing hosts. Narrow the interfaces or files and run again.",
    )
