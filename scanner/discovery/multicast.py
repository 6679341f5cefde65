"""Askers of everybody: one question to a group, or by broadcast, on every attached segment."""

from collections.abc import AsyncIterator, Sequence
from ipaddress import IPv4Address, IPv4Interface
from uuid import uuid4

from scanner.discovery.contract import Met, segments_with_targets
from scanner.discovery.question import QUESTIONS, Question
from scanner.discovery.stream import merged
from scanner.model.host import Endpoint, Host, Transport
from scanner.model.observation import Via
from scanner.model.sighting import Sighting, sighted
from scanner.net.interface import Interface
from scanner.net.network import Network


class MulticastAsker:
    """Sends each question once per segment and hears whoever answers, on any subnet.

    Finds nothing where a switch filters multicast or a device has the protocol switched off.
    """

    name = "multicast"
    traffic = tuple(
        question.traffic(question.reach) for question in QUESTIONS if not question.is_unicast_only
    )

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        """Ask all questions at the same time on all interfaces."""
        # One question that fails leaves the others of its interface: it names none.
        streams = [
            (None, self._ask(question, to, interface, own, network))
            for interface, own in segments_with_targets(interfaces, network.gate.scope)
            for question in QUESTIONS
            if (to := question.everybody(own)) is not None
        ]
        async for met in merged(streams):
            yield met

    async def _ask(
        self,
        question: Question,
        everybody: IPv4Address,
        interface: Interface,
        own: IPv4Interface,
        network: Network,
    ) -> AsyncIterator[Sighting]:
        to = Endpoint(everybody, question.port, Transport.UDP)
        async for datagram in network.shout(own, to, question.build(uuid4()), question.name):
            facts = question.read(datagram.data)
            host = Host(datagram.sender, interface=interface.name)
            endpoint = Endpoint(datagram.sender, datagram.port, Transport.UDP)
            if facts:
                yield sighted(host, facts, question.name, Via.MULTICAST, network.clock.now(), endpoint)
