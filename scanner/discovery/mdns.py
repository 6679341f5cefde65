"""mDNS browsing: the service types that cameras and their look-alikes announce."""

from collections.abc import AsyncIterator, Sequence
from ipaddress import IPv4Interface

from scanner.discovery.contract import Met, segments_with_targets
from scanner.discovery.stream import merged
from scanner.model.host import Endpoint, Host, Transport
from scanner.model.observation import Via
from scanner.model.sighting import Sighting, sighted
from scanner.model.traffic import Reach, Traffic
from scanner.net.interface import Interface
from scanner.net.network import Network
from scanner.protocols import mdns

# What cameras and recorders announce, and what tells printers, NAS, speakers and phones apart from them.
# Sources: captures of a camera's boot, and the service types that public camera finders browse.
BROWSED_TYPES = tuple(
    f"_{name}._tcp.local."
    for name in (
        "http",
        "psia",
        "CGI",
        "rtsp",
        "onvif",
        "axis-video",
        "axis-nvr",
        "ipp",
        "printer",
        "smb",
        "workstation",
        "hap",
        "airplay",
        "googlecast",
        "ssh",
    )
)


class MdnsBrowser:
    """Browses on every attached segment through zeroconf, which asks by multicast.

    Finds nothing of devices that announce other service types, or whose switch filters multicast.
    """

    name = "mdns"
    traffic = (
        Traffic(
            Reach.MULTICAST,
            "udp 224.0.0.251:5353",
            "PTR queries for " + ", ".join(BROWSED_TYPES),
            "RFC 6762, RFC 6763",
        ),
    )

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        """Browse on all interfaces at the same time."""
        streams = [
            (interface.name, self._browse(interface, own, network))
            for interface, own in segments_with_targets(interfaces, network.gate.scope)
        ]
        async for met in merged(streams):
            yield met

    async def _browse(
        self, interface: Interface, own: IPv4Interface, network: Network
    ) -> AsyncIterator[Sighting]:
        """Yield a sighting for each address of each service."""
        for service in await network.browse(own, BROWSED_TYPES):
            facts = mdns.service_facts(service.instance, service.host, service.txt)
            for address in service.addresses:
                host = Host(address, interface=interface.name)
                endpoint = Endpoint(address, mdns.PORT, Transport.UDP)
                yield sighted(host, facts, self.name, Via.MULTICAST, network.clock.now(), endpoint)
