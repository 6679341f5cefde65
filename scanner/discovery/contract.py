"""What a discoverer is: something that yields the hosts it meets, as it meets them."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface
from typing import Protocol

from scanner.model.host import Address
from scanner.model.scope import Network as Segment
from scanner.model.scope import Scope
from scanner.model.sighting import Incident, Sighting
from scanner.model.traffic import Traffic
from scanner.net.interface import Interface
from scanner.net.network import Network

Met = Sighting | Incident


class Discoverer(Protocol):
    """One way of finding out who is there."""

    @property
    def name(self) -> str:
        """The name in results and docs."""

    @property
    def traffic(self) -> tuple[Traffic, ...]:
        """Everything it may send; one line of ``Reach.NOTHING`` for a listener."""

    def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        """Yield hosts on the given interfaces and in the network's scope.

        What cannot be examined on one of them, for want of an interface, a right or a tool, is yielded
        as an incident, and the others go on. Raises NoAccess where that concerns all of them.
        """


@dataclass(frozen=True, slots=True)
class Tally:
    """What a listening post has counted so far, to within a second.

    ``frames`` were taken in and ``heard`` of them told something new; ``dropped`` passed the filter and
    were lost because nobody took them in time. ``outages`` is how often the interface could not be
    heard: no link, no interface or no capture.
    """

    interface: str
    frames: int
    heard: int
    dropped: int
    outages: int

    def __str__(self) -> str:
        told = f"{self.frames} frames heard, {self.heard} of them told something new, {self.dropped} dropped"
        return f"{self.interface}: {told}"


class Listens(Discoverer, Protocol):
    """A discoverer that sends nothing and goes on until it is stopped."""

    def stop(self) -> None:
        """End politely: ``discover`` yields what has arrived and what was lost, and ends."""

    def tallies(self) -> tuple[Tally, ...]:
        """Return the counters of the present or last listening, one for each interface."""


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
