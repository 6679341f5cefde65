"""The listener: hears what devices say unprompted, and sends nothing at all.

It captures frames instead of joining multicast groups, because a join makes the kernel send IGMP
reports.
"""

from collections.abc import AsyncIterator, Sequence

from scanner.discovery.heard import heard
from scanner.discovery.stream import merged
from scanner.model.sighting import Sighting
from scanner.model.traffic import Reach, Traffic
from scanner.net.filter import DISCOVERY_FILTER
from scanner.net.interface import Interface
from scanner.net.link import Link
from scanner.net.network import Network


class Listener:
    """Hears ARP, DHCP, IGMP, mDNS, SSDP, WS-Discovery, SADP and DHIP on the attached segments.

    Hears only what reaches this port: broadcast and multicast, or everything on a mirror port. Runs
    until its caller stops it.
    """

    name = "listener"
    traffic = (Traffic(Reach.NOTHING, "none", "(listens)", "captures frames; joins no group"),)

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Sighting]:
        """Listen on all interfaces."""
        del network  # It cannot send: it does not even hold the door.
        async for sighting in merged([self._listen(interface) for interface in interfaces]):
            yield sighting

    async def _listen(self, interface: Interface) -> AsyncIterator[Sighting]:
        async with Link.open(interface.name, DISCOVERY_FILTER, promiscuous=True) as link:
            async for at, data in link.frames():
                sighting = heard(data, at, interface.name)
                if sighting is not None:
                    yield sighting
