"""Askers by unicast, for addresses that no multicast reaches: routed segments and loopback."""

from collections.abc import AsyncIterator, Iterator, Sequence
from uuid import uuid4

from scanner.discovery.contract import Met, own_addresses, segment_of
from scanner.discovery.question import QUESTIONS, Question
from scanner.discovery.stream import merged
from scanner.model.host import Address, Endpoint, Host, Transport
from scanner.model.observation import Via
from scanner.model.sighting import Sighting, sighted
from scanner.model.traffic import Reach, Traffic
from scanner.net.interface import Interface
from scanner.net.network import Network


class UnicastAsker:
    """Sends each discovery question once to each address in scope that is not on an attached segment.

    Finds nothing where a router or firewall drops the datagrams, or the device answers multicast only.
    """

    name = "unicast"
    traffic = tuple(question.traffic(Reach.UNICAST) for question in QUESTIONS)

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        """Ask all questions at the same time."""
        streams = [(None, self._ask(question, interfaces, network)) for question in QUESTIONS]
        async for met in merged(streams):
            yield met

    async def _ask(
        self, question: Question, interfaces: Sequence[Interface], network: Network
    ) -> AsyncIterator[Sighting]:
        addresses = routed_addresses(interfaces, network)
        async for datagram in network.scatter(
            addresses, question.port, question.build(uuid4()), question.name
        ):
            facts = question.read(datagram.data)
            if not facts:
                continue
            endpoint = Endpoint(datagram.sender, datagram.port, Transport.UDP)
            at = network.clock.now()
            yield sighted(Host(datagram.sender), facts, question.name, Via.UNICAST, at, endpoint)


class RoutedCandidates:
    """Names every routed address in scope as a candidate: only asking its ports can tell who is there.

    Sends nothing itself; the port check that follows does.
    """

    name = "routed candidates"
    traffic: tuple[Traffic, ...] = ()

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Sighting]:
        """Yield the addresses."""
        for address in routed_addresses(interfaces, network):
            yield Sighting(Host(address))


class SegmentCandidates:
    """Names every address in scope on the attached segments, for when ARP cannot be sent.

    Sends nothing itself; the port check that follows does.
    """

    name = "segment candidates"
    traffic: tuple[Traffic, ...] = ()

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Sighting]:
        """Yield the addresses, except this machine's own."""
        own = {ours.ip for interface in interfaces for ours in own_addresses(interface)}
        for address in network.gate.scope.addresses():
            if address not in own and segment_of(address, interfaces) is not None:
                yield Sighting(Host(address))


def routed_addresses(interfaces: Sequence[Interface], network: Network) -> Iterator[Address]:
    """Yield the addresses in scope that are on no attached segment."""
    attached = [
        own.network
        for interface in interfaces
        if not interface.is_loopback
        for own in own_addresses(interface)
    ]
    return network.gate.scope.addresses_outside(attached)
