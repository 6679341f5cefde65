"""The door: scope, rate, connections per host and bytes per host, checked for every packet."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from scanner.clock import Clock
from scanner.errors import OutOfScope
from scanner.model.host import Address
from scanner.model.limits import Limits
from scanner.model.scope import Network, Scope
from scanner.net.ledger import Ledger

# The only groups that any asker speaks to: mDNS (RFC 6762), SSDP, WS-Discovery and SADP share one
# (UPnP Device Architecture 1.1, WS-Discovery 1.1), DHIP.
ASKED_GROUPS = frozenset(map(ip_address, ("224.0.0.251", "239.255.255.250", "239.255.255.251", "ff02::fb")))
BURST_S = 0.02  # at most so many seconds' worth of packets leave back to back
MAX_BATCH = 128  # one write to a sender; at the fastest profile that is 26 ms of packets

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class Pace:
    """A token bucket: ``reserve`` tells how long to wait before sending ``count`` more."""

    per_s: float
    burst: float
    _ready_at: float = float("-inf")

    def reserve(self, now: float, count: int = 1) -> float:
        """Return seconds to wait, and book the sending."""
        start = max(self._ready_at, now - self.burst / self.per_s)
        self._ready_at = start + count / self.per_s
        return max(0.0, start - now)


@dataclass(slots=True)
class _Door:
    """One host's turnstile."""

    turnstile: asyncio.Semaphore
    next_at: float = float("-inf")
    received_bytes: int = 0


@dataclass(slots=True)
class Gate:
    """One gate guards one sweep; every sender asks it first, at send time.

    Raises OutOfScope for a destination that the scope does not permit, whoever named it: an address
    found on the wire never widens the scope.
    """

    scope: Scope
    limits: Limits
    clock: Clock
    ledger: Ledger = field(default_factory=Ledger)
    sleep: Sleep = asyncio.sleep
    _packets: Pace = field(init=False)
    _connections: Pace = field(init=False)
    _doors: defaultdict[Address, _Door] = field(init=False)

    def __post_init__(self) -> None:
        limits = self.limits
        self._packets = Pace(limits.packets_per_s, max(1.0, limits.packets_per_s * BURST_S))
        self._connections = Pace(limits.connections_per_s, max(1.0, limits.connections_per_s * BURST_S))
        self._doors = defaultdict(lambda: _Door(asyncio.Semaphore(limits.connections_per_host)))

    def check(self, address: Address) -> None:
        """Raise OutOfScope unless a packet may go to this address."""
        if self.scope.permits(address):
            return
        self.ledger.refused(str(address))
        raise OutOfScope(
            f"{address} is outside the authorised scope, so nothing was sent to it and it is not "
            "assessed. Add it to the targets if you are allowed to examine it."
        )

    async def datagram(self, address: Address, kind: str) -> None:
        """Wait for the turn of one datagram to one host."""
        self.check(address)
        await self._wait(self._packets, 1)
        self.ledger.sent(kind, str(address))

    async def everybody(self, segment: Network, address: Address | None, kind: str) -> None:
        """Wait for the turn of one message to everybody on an attached segment in which targets lie.

        ``address`` is a discovery protocol's group or the segment's broadcast address; None stands for
        a broadcast on layer 2.
        """
        is_known = address in ASKED_GROUPS or address in (None, segment.broadcast_address)
        if not is_known or not self.scope.overlaps(segment):
            self.ledger.refused(str(address or segment))
            raise OutOfScope(f"{address or segment} is not asked: no target lies on {segment}.")
        await self._wait(self._packets, 1)
        self.ledger.sent(kind, str(address or segment))

    async def batches(self, addresses: Iterable[Address], kind: str) -> AsyncIterator[tuple[Address, ...]]:
        """Yield the permitted addresses in paced batches, for senders that frame packets themselves.

        A batch is what one burst may hold, so that a slow sweep stays even and a fast one stays cheap.
        """
        size = max(1, min(MAX_BATCH, int(self._packets.burst)))
        for batch in _batched((a for a in addresses if self.scope.permits(a)), size):
            await self._wait(self._packets, len(batch))
            for address in batch:
                self.ledger.sent(kind, str(address))
            yield batch

    def delegate(self, addresses: Iterable[Address], kind: str) -> tuple[Address, ...]:
        """Return the permitted ones of some hosts that another program is to ask at the same rates."""
        permitted = tuple(address for address in addresses if self.scope.permits(address))
        for address in permitted:
            self.ledger.sent(kind, str(address))
        return permitted

    @asynccontextmanager
    async def connection(self, address: Address, kind: str) -> AsyncIterator[None]:
        """Hold one of the host's places for one connection, paced globally and per host."""
        self.check(address)
        door = self._doors[address]
        async with door.turnstile:
            now = self.clock.monotonic()
            if door.next_at > now:
                await self.sleep(door.next_at - now)
            await self._wait(self._connections, 1)
            self.ledger.sent(kind, str(address))
            try:
                yield
            finally:
                door.next_at = self.clock.monotonic() + self.limits.host_gap_ms / 1000

    def remaining_bytes(self, address: Address) -> int:
        """Return how many bytes may still be read from a host in this sweep."""
        return max(0, self.limits.max_host_bytes - self._doors[address].received_bytes)

    def received(self, address: Address, count: int) -> None:
        """Count bytes that a host sent."""
        self._doors[address].received_bytes += count

    async def _wait(self, pace: Pace, count: int) -> None:
        pause = pace.reserve(self.clock.monotonic(), count)
        if pause > 0:
            await self.sleep(pause)


def _batched(addresses: Iterable[Address], size: int) -> Iterator[tuple[Address, ...]]:
    batch: list[Address] = []
    for address in addresses:
        batch.append(address)
        if len(batch) == size:
            yield tuple(batch)
            batch.clear()
    if batch:
        yield tuple(batch)
