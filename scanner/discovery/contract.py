"""What a discoverer is: something that yields the hosts it meets, as it meets them."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime
from ipaddress import IPv4Interface, IPv6Interface
from typing import Protocol

from scanner.model.host import Address, Endpoint, Host
from scanner.model.observation import Fact, Observation, Via
from scanner.model.scope import Network as Segment
from scanner.model.scope import Scope
from scanner.model.sighting import Sighting
from scanner.model.traffic import Traffic
from scanner.net.interface import Interface
from scanner.net.network import Network


class Discoverer(Protocol):
    """One way of finding out who is there."""

    @property
    def name(self) -> str:
        """The name in results and docs."""

    @property
    def traffic(self) -> tuple[Traffic, ...]:
        """Everything it may send; one line of ``Reach.NOTHING`` for a listener."""

    def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Sighting]:
        """Yield hosts on the given interfaces and in the network's scope.

        Raises NoAccess when an interface or a right is missing; what was yielded before counts.
        """


def segment_of(address: Address, interfaces: Iterable[Interface]) -> Segment | None:
    """Return the attached network that an address belongs to, or None when it is routed."""
    for interface in interfaces:
        for own in own_addresses(interface):
            if own.version == address.version and address in own.network and not interface.is_loopback:
                return own.network
    return None


def segments_with_targets(
    interfaces: Iterable[Interface], scope: Scope
) -> Iterator[tuple[Interface, IPv4Interface]]:
    """Yield each attached IPv4 segment in which a target lies, as its interface and our address there."""
    for interface in interfaces:
        for own in interface.ipv4:
            if scope.overlaps(own.network) and not interface.is_loopback:
                yield interface, own


def own_addresses(interface: Interface) -> tuple[IPv4Interface | IPv6Interface, ...]:
    """Return every address of an interface with its network."""
    return (*interface.ipv4, *interface.ipv6)


def sighted(
    host: Host,
    facts: Iterable[Fact],
    source: str,
    via: Via,
    at: datetime,
    endpoint: Endpoint | None = None,
) -> Sighting:
    """Return a sighting of a host that showed some facts at one moment."""
    seen: dict[Observation, None] = {}
    for fact in facts:
        seen.setdefault(fact.seen(host, source, via, at, endpoint))
    return Sighting(host, tuple(seen))
