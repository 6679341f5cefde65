"""The ARP sweep: who has each address of an attached segment?"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from ipaddress import IPv4Address, IPv4Interface

from scanner.discovery.contract import Met, segments_with_targets
from scanner.discovery.stream import merged
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Sighting
from scanner.model.traffic import Reach, Traffic
from scanner.net.filter import ARP_FILTER
from scanner.net.interface import Interface
from scanner.net.link import Link
from scanner.net.network import Network
from scanner.net.record import moment
from scanner.protocols import arp, frame

# A host on the same segment answers within milliseconds; the rest is for a loaded camera.
ANSWER_S = 0.4


class ArpSweep:
    """Asks for every address in scope on the attached segments; unanswered ones are asked again.

    Finds every IPv4 host that is up on the segment, however quiet. Reaches nothing behind a router, and
    needs the right to send frames.
    """

    name = "arp"
    traffic = (
        Traffic(Reach.BROADCAST, "ethertype 0x0806", "ARP who-has, one per address and try", "RFC 826"),
    )

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        """Sweep all interfaces at the same time."""
        streams = [
            (interface.name, self._sweep(interface, own, network))
            for interface, own in segments_with_targets(interfaces, network.gate.scope)
        ]
        async for met in merged(streams):
            yield met

    async def _sweep(
        self, interface: Interface, own: IPv4Interface, network: Network
    ) -> AsyncIterator[Sighting]:
        async with Link.open(interface.name, ARP_FILTER) as link:
            waiting = _on_segment(own, network)
            sender = asyncio.create_task(self._send(link, own, waiting, network))
            try:
                async for at_s, data in link.frames():
                    heard = frame.parse(data)
                    packet = arp.read_packet(heard.payload) if heard else None
                    if packet is None or packet.sender_address not in waiting:
                        continue
                    waiting.pop(packet.sender_address)
                    host = Host(packet.sender_address, packet.sender_mac, interface.name, str(own.network))
                    fact = Fact(Field.MAC, packet.sender_mac, data)
                    yield Sighting(host, (fact.seen(host, self.name, Via.LINK, moment(at_s)),))
            finally:
                sender.cancel()
                await asyncio.gather(sender, return_exceptions=True)

    async def _send(
        self, link: Link, own: IPv4Interface, waiting: dict[IPv4Address, None], network: Network
    ) -> None:
        """Ask for everyone, then again for whoever has not answered; then close the link.

        A long pass leaves its first addresses more time than they need, so only short ones are waited on.
        """
        for _ in range(network.gate.limits.arp_tries):
            started_s = network.clock.monotonic()
            async for batch in network.gate.batches(tuple(waiting), "arp request"):
                targets = [address for address in batch if isinstance(address, IPv4Address)]
                await link.send(arp.requests(link.mac, own.ip, targets))
            await asyncio.sleep(max(0.0, ANSWER_S - (network.clock.monotonic() - started_s)))
        await asyncio.sleep(ANSWER_S)
        await link.close()


def _on_segment(own: IPv4Interface, network: Network) -> dict[IPv4Address, None]:
    """Return the permitted addresses of a segment, without our own."""
    return {
        address: None
        for address in network.gate.scope.addresses_within(own.network)
        if isinstance(address, IPv4Address) and address != own.ip
    }
