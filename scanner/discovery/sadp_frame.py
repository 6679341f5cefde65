"""SADP on layer 2: reaches devices whose address is of another subnet, or none at all."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from ipaddress import IPv4Interface

from scanner.discovery.contract import Met, segments_with_targets
from scanner.discovery.stream import merged
from scanner.hearing.ear import Ear
from scanner.model.sighting import Sighting
from scanner.model.traffic import Reach, Traffic
from scanner.net.filter import SADP_FILTER
from scanner.net.interface import Interface
from scanner.net.link import Link
from scanner.net.network import Network
from scanner.protocols import sadp


class SadpFrameAsker:
    """Broadcasts one SADP inquiry per segment, ethertype 0x8033, opcode 3 and no other.

    Hears nothing from devices that speak SADP over UDP only.
    """

    name = "sadp frame"
    traffic = (
        Traffic(
            Reach.BROADCAST,
            "ethertype 0x8033",
            "SADP inquiry, opcode 0x03",
            "a device-side source and a public dissector agree",
        ),
    )

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        """Ask on all attached segments that hold targets."""
        streams = [
            (interface.name, self._ask(interface, own, network))
            for interface, own in segments_with_targets(interfaces, network.gate.scope)
        ]
        async for met in merged(streams):
            yield met

    async def _ask(
        self, interface: Interface, own: IPv4Interface, network: Network
    ) -> AsyncIterator[Sighting]:
        ear = Ear(interface.name)
        async with Link.open(interface.name, SADP_FILTER) as link:
            await network.gate.everybody(own.network, None, "sadp frame")
            await link.send([sadp.inquiry_frame(link.mac, own.ip, secrets.randbits(32))])
            closing = asyncio.get_running_loop().call_later(
                network.gate.limits.discovery_wait_s, lambda: asyncio.ensure_future(link.close())
            )
            try:
                async for batch in link.batches():
                    for sighting in ear.hear(batch):
                        yield sighting
            finally:
                closing.cancel()
