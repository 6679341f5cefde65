"""Every host that a sweep met, and everything that was seen of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from scanner.model.host import Address, Host
from scanner.model.observation import Observation
from scanner.model.probe import ProbeResult
from scanner.model.sighting import Sighting

# A flood of invented hosts must not fill memory; the largest scope without an override has as many.
MAX_HOSTS = 65_536
# One device shows about forty facts per protocol and page; more is a device that never stops talking.
MAX_OBSERVATIONS_PER_HOST = 1000


@dataclass(slots=True)
class Record:
    """What is known of one host so far."""

    host: Host
    observations: dict[Observation, None] = field(default_factory=dict)
    results: list[ProbeResult] = field(default_factory=list)
    other_macs: set[str] = field(default_factory=set)
    shortfall: str = ""  # why the host was not examined to the end; empty when it was

    def keep(self, observations: tuple[Observation, ...]) -> None:
        """Add observations that are new."""
        for observation in observations:
            if len(self.observations) < MAX_OBSERVATIONS_PER_HOST:
                self.observations.setdefault(observation)

    def meet(self, host: Host) -> None:
        """Fill in what another sighting of the same address knows; a second MAC is kept apart."""
        if self.host.mac and host.mac and host.mac != self.host.mac:
            self.other_macs.add(host.mac)
        self.host = replace(
            self.host,
            mac=self.host.mac or host.mac,
            interface=self.host.interface or host.interface,
            segment=self.host.segment or host.segment,
        )


class Roster:
    """Hosts by address; clients without an address wait under their MAC."""

    def __init__(self) -> None:
        self._records: dict[Address, Record] = {}
        self._without_address: dict[str, Record] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(tuple(self._records.values()))

    def add(self, sighting: Sighting) -> Record | None:
        """Keep a sighting; return the record when the host is new, else None."""
        host = sighting.host
        if host.address.is_unspecified:
            if host.mac and len(self._without_address) < MAX_HOSTS:
                self._without_address.setdefault(host.mac, Record(host)).keep(sighting.observations)
            return None
        record = self._records.get(host.address)
        if record is not None:
            record.meet(host)
            record.keep(sighting.observations)
            return None
        if len(self._records) >= MAX_HOSTS:
            return None
        record = self._records[host.address] = Record(host)
        record.keep(sighting.observations)
        return record

    def forget(self, address: Address) -> None:
        """Drop a candidate that never showed itself."""
        self._records.pop(address, None)

    def settle(self) -> None:
        """Join what belongs to one host: its IPv6 sightings, and what it said before it had an address."""
        by_mac = {
            record.host.mac: record
            for record in self._records.values()
            if record.host.mac and isinstance(record.host.address, IPv4Address)
        }
        for record in tuple(self._records.values()):
            main = by_mac.get(record.host.mac or "")
            if main is not None and record is not main and record.host.address.version == 6:
                main.keep(tuple(record.observations))
                del self._records[record.host.address]
        for mac, waiting in self._without_address.items():
            if mac in by_mac:
                by_mac[mac].keep(tuple(waiting.observations))
        self._without_address.clear()
