"""Askers by multicast: one question to a group on every attached segment."""

from collections.abc import AsyncIterator, Sequence
from ipaddress import IPv4Address

from scanner.discovery.contract import sighted
from scanner.discovery.question import QUESTIONS, Question
from scanner.discovery.stream import merged
from scanner.errors import OutOfScope
from scanner.model.host import Endpoint, Host, Transport
from scanner.model.observation import Via
from scanner.model.sighting import Sighting
from scanner.model.traffic import Reach
from scanner.net.interface import Interface
from scanner.net.network import Network


class MulticastAsker:
    """Sends each question once per segment and hears whoever answers, on any subnet.

    Finds nothing where a switch filters multicast or a device has the protocol switched off.
    """

    name = "multicast"
    traffic = tuple(question.traffic(Reach.MULTICAST) for question in QUESTIONS if question.group)

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Sighting]:
        """Ask all questions at the same time on all interfaces."""
        streams = [
            self._ask(question, question.group, interface, network)
            for interface in interfaces
            if not interface.is_loopback
            for question in QUESTIONS
            if question.group is not None
        ]
        async for sighting in merged(streams):
            yield sighting

    async def _ask(
        self, question: Question, group: IPv4Address, interface: Interface, network: Network
    ) -> AsyncIterator[Sighting]:
        to = Endpoint(group, question.port, Transport.UDP)
        try:
            async for datagram in network.shout(interface, to, question.build(), question.name):
                facts = question.read(datagram.data)
                host = Host(datagram.sender, interface=interface.name)
                endpoint = Endpoint(datagram.sender, datagram.port, Transport.UDP)
                if facts:
                    at = network.clock.now()
                    yield sighted(host, facts, question.name, Via.MULTICAST, at, endpoint)
        except OutOfScope:
            return
