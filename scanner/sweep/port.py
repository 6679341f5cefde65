"""Which of the examined ports are open? Two ways to find out, with one answer."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from scanner.model.field import Field
from scanner.model.host import Address, Endpoint, Host
from scanner.model.observation import Fact, Observation, Via
from scanner.model.probe import ProbeStatus
from scanner.net import nmap
from scanner.net.network import Network
from scanner.protocols import nmap_xml

# The likeliest ports first: when the first three of a mere candidate stay silent, nobody is there.
LIKELY_FIRST = (80, 554, 443)
# One nmap process examines so many hosts; more in one process only wait for its slowest host.
NMAP_BATCH = 16
NMAP_GATHER_S = 0.2


@dataclass(frozen=True, slots=True)
class PortReport:
    """Open ports of one host, as observations and numbers. ``is_alive`` is False when nobody answered."""

    open_ports: tuple[int, ...] = ()
    observations: tuple[Observation, ...] = ()
    is_alive: bool = True


class PortFinder(Protocol):
    """One way of finding open ports."""

    async def find(self, host: Host, is_candidate: bool) -> PortReport:
        """Return the open ports; ``is_candidate`` says that nothing yet proves the host exists."""

    def notes(self) -> tuple[str, ...]:
        """Return sentences about how the ports were found, for the coverage."""


@dataclass(slots=True)
class ConnectFinder:
    """Connects to each port and closes at once; sends no byte of payload."""

    network: Network
    ports: tuple[int, ...]

    async def find(self, host: Host, is_candidate: bool) -> PortReport:
        """Check the ports; a candidate that stays silent on the likeliest is not asked further."""
        first = [port for port in LIKELY_FIRST if port in self.ports] or list(self.ports[: len(LIKELY_FIRST)])
        rest = [port for port in self.ports if port not in first]
        statuses = await self._check(host.address, first)
        if is_candidate and not any(_shows_life(status) for status in statuses.values()):
            return PortReport(is_alive=False)
        statuses |= await self._check(host.address, rest)
        open_ports = tuple(sorted(p for p, status in statuses.items() if status is ProbeStatus.ANSWERED))
        return PortReport(open_ports, open_observations(host, open_ports, "port check", self.network))

    def notes(self) -> tuple[str, ...]:
        """Say that no nmap was used."""
        if not self.ports:
            return ("no port was asked: hosts were only looked for",)
        return ("the built-in connect check found the open ports; nmap was not used",)

    async def _check(self, address: Address, ports: Sequence[int]) -> dict[int, ProbeStatus]:
        checks = (self.network.check_port(Endpoint(address, port)) for port in ports)
        return dict(zip(ports, await asyncio.gather(*checks), strict=True))


def _shows_life(status: ProbeStatus) -> bool:
    return status in (ProbeStatus.ANSWERED, ProbeStatus.REFUSED, ProbeStatus.RESET)


def open_observations(
    host: Host, ports: Sequence[int], source: str, network: Network
) -> tuple[Observation, ...]:
    """Return one observation per open port."""
    at = network.clock.now()
    return tuple(
        Fact(Field.PORT_OPEN, f"{port}/tcp").seen(
            host, source, Via.CONNECTION, at, Endpoint(host.address, port)
        )
        for port in ports
    )


@dataclass(slots=True)
class _Batch:
    """Hosts waiting for one nmap process, and the reports they wait for."""

    waiting: dict[Address, tuple[Host, asyncio.Future[PortReport]]] = field(default_factory=dict)


class NmapFinder:
    """Lets nmap find the open ports, many hosts in one process; falls back to connecting.

    Candidates are left to the connect check: nmap would wait for every port of every empty address.
    """

    def __init__(
        self, network: Network, ports: tuple[int, ...], fallback: ConnectFinder, version: str
    ) -> None:
        self._network, self._ports, self._fallback, self._version = network, ports, fallback, version
        self._batch = _Batch()
        self._runs: set[asyncio.Task[None]] = set()
        self._failures: Counter[str] = Counter()

    def notes(self) -> tuple[str, ...]:
        """Say which nmap was used, and where it failed."""
        failed = (
            f"nmap failed on {n} batches, the connect check served: {w}" for w, n in self._failures.items()
        )
        return (f"nmap {self._version} found the open ports", *failed)

    async def find(self, host: Host, is_candidate: bool) -> PortReport:
        """Wait for the batch that this host is put in."""
        if is_candidate:
            return await self._fallback.find(host, is_candidate)
        future: asyncio.Future[PortReport] = asyncio.get_running_loop().create_future()
        batch = self._batch
        batch.waiting[host.address] = host, future
        if len(batch.waiting) == 1:
            self._start(batch)
        if len(batch.waiting) >= NMAP_BATCH:
            self._batch = _Batch()
        return await future

    def _start(self, batch: _Batch) -> None:
        run = asyncio.create_task(self._run(batch))
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)

    async def _run(self, batch: _Batch) -> None:
        await asyncio.sleep(NMAP_GATHER_S)
        if self._batch is batch:
            self._batch = _Batch()
        found = await self._scan(tuple(batch.waiting))
        for address, (host, future) in batch.waiting.items():
            report = _report(host, found[address], self._network) if address in found else None
            if report is None:
                report = await self._fallback.find(host, False)
            if not future.done():
                future.set_result(report)

    async def _scan(self, addresses: tuple[Address, ...]) -> dict[Address, nmap_xml.NmapHost]:
        try:
            xml = await self._network.nmap(addresses, self._ports)
        except nmap.ToolFailed as error:
            self._failures[str(error)] += 1
            return {}
        return {host.address: host for host in nmap_xml.parse(xml)}


def _report(host: Host, found: nmap_xml.NmapHost, network: Network) -> PortReport:
    at = network.clock.now()
    observations = tuple(
        fact.seen(host, "nmap", Via.CONNECTION, at, Endpoint(host.address, port.port))
        for port in found.ports
        for fact in port.facts()
    )
    open_ports = tuple(sorted(port.port for port in found.ports if port.is_open))
    return PortReport(open_ports, observations)
