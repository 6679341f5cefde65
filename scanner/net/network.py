"""One sweep's view of the network: everything that probes and discoverers may do, behind one gate."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Interface

import httpx

from scanner.clock import Clock
from scanner.model.host import Address, Endpoint, Transport
from scanner.model.probe import ProbeStatus
from scanner.net import http, nmap, tcp, tls, udp, zeroconf
from scanner.net.exchange import Complete, Datagram, Exchange, Handshake, never
from scanner.net.gate import Gate
from scanner.net.http import Request


@dataclass(frozen=True, slots=True)
class Network:
    """The door and what lies behind it; probes hold nothing else that can send."""

    gate: Gate
    clock: Clock
    asker: httpx.AsyncClient

    async def check_port(self, endpoint: Endpoint) -> ProbeStatus:
        """Return whether a TCP port accepts a connection."""
        return await tcp.check(self.gate, endpoint)

    async def converse(
        self, endpoint: Endpoint, question: bytes, kind: str, complete: Complete = never
    ) -> Exchange:
        """Send one question over TCP (or nothing) and return what is said until ``complete``."""
        return await tcp.converse(self.gate, endpoint, question, kind, complete)

    async def nmap(self, addresses: Sequence[Address], ports: Sequence[int]) -> bytes:
        """Let nmap connect to the ports of some hosts; return its XML. Raises nmap.ToolFailed."""
        limits = self.gate.limits
        within = nmap.ScanLimits(
            max_rate=max(1, int(limits.connections_per_s)),
            host_gap_ms=limits.host_gap_ms,
            max_parallelism=limits.connections_per_host,
            host_timeout_s=int(limits.host_deadline_s),
        )
        return await nmap.scan(self.gate.delegate(addresses, "nmap connect scan"), ports, within)

    async def fetch(self, endpoint: Endpoint, request: Request, *, tls: bool) -> Exchange:
        """Send one HTTP request and return the reply's bytes."""
        return await http.fetch(self.gate, self.asker, endpoint, request, tls=tls)

    async def handshake(self, endpoint: Endpoint) -> Handshake:
        """Complete a TLS handshake and return the certificate."""
        return await tls.handshake(self.gate, endpoint)

    async def scatter(
        self, addresses: Iterable[Address], port: int, question: bytes, kind: str
    ) -> AsyncIterator[Datagram]:
        """Send one datagram to each of many hosts and yield the answers as they come."""
        wait_s = self.gate.limits.discovery_wait_s
        async for datagram in udp.scatter(self._paced(addresses, port, kind), question, wait_s):
            yield datagram

    async def shout(
        self, own: IPv4Interface, everybody: Endpoint, question: bytes, kind: str
    ) -> AsyncIterator[Datagram]:
        """Ask a group, or by broadcast, on the attached segment where we have ``own``; yield the answers."""
        await self.gate.everybody(own.network, everybody.address, kind)
        async for datagram in udp.shout(own.ip, everybody, question, self.gate.limits.discovery_wait_s):
            yield datagram

    async def _paced(self, addresses: Iterable[Address], port: int, kind: str) -> AsyncIterator[Endpoint]:
        async for batch in self.gate.batches(addresses, kind):
            for address in batch:
                yield Endpoint(address, port, Transport.UDP)

    async def browse(self, own: IPv4Interface, types: tuple[str, ...]) -> tuple[zeroconf.Service, ...]:
        """Browse mDNS service types on the attached segment where we have ``own``."""
        await self.gate.everybody(own.network, zeroconf.GROUP, "mdns browse")
        return await zeroconf.browse(own.ip, types, self.gate.limits.discovery_wait_s)


@asynccontextmanager
async def opened(gate: Gate, clock: Clock) -> AsyncIterator[Network]:
    """Open the network for one sweep."""
    async with http.client() as asker:
        yield Network(gate, clock, asker)
