"""The virtual LAN: switches, one scanner, and a namespace with its own MAC for every device.

    scanner's namespace       switches' namespace       a device's namespace
    scan0  ───────────────── port ── lan0 ── port ───────── eth0
    scan1  ───────────────── port ── lan1 ── port ───────── eth0      attached segment

    a router's namespace
    eth0   ───────────────── port ── lan0
    eth1   ───────────────── port ── lan2 ── port ───────── eth0      routed segment

Nothing is connected to the machine's own network.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from itertools import count
from socket import if_nametoindex

from tests.lab.errors import LabError
from tests.lab.namespace import Namespace, leave_machine_network
from tests.lab.netlink import LOOPBACK_INDEX, Netlink, send_whole_frames

SCANNER_INTERFACE = "scan0"
SCANNER_MAC = "02:ca:3c:e5:00:02"
# The last two octets are the segment's number and the address's last one.
_SCANNER_MACS = "02:ca:3c:e5:{:02x}:02"
_ROUTER_MACS = "02:ca:3c:e5:{:02x}:01"
DEVICE_INTERFACE = "eth0"
BRIDGE = "lan0"
_BRIDGES = "lan{}"


def scanner_address(network: IPv4Network) -> IPv4Address:
    """Return the address of the scanner: the second of the network."""
    return network[2]


def router_address(network: IPv4Network) -> IPv4Address:
    """Return the address of the router, where the network has one: the first."""
    return network[1]


def router_mac(number: int) -> str:
    """Return the MAC of the router's interface in the n-th segment."""
    return _ROUTER_MACS.format(number)


@dataclass(frozen=True, slots=True)
class Segment:
    """One switch and the network on it, to which the scanner has an interface, or else the router.

    ``bridge`` and ``uplink`` are indexes in the switches' namespace; the uplink is the port of the scanner's
    or of the router's cable.
    """

    name: str
    network: IPv4Network
    bridge: int
    uplink: int
    is_routed: bool = False


class Lan:
    """Layer 2, with the scanner plugged in; the process that makes it is the scanner's namespace.

    Raises ``NamespacesRefused`` where namespaces are not allowed.
    """

    def __init__(self, network: IPv4Network) -> None:
        leave_machine_network()
        self.scanner = Namespace.current()
        self.switch = Namespace.fresh()
        self.segments: list[Segment] = []
        self._router: Namespace | None = None
        self._port_numbers = count(1)
        with self.switch.entered():
            self._switch_link = Netlink()
        self.attach(network)
        # Nobody is at the gateway's address: what leaves the segment ends there, in plain sight.
        Netlink().add_default_route(if_nametoindex(SCANNER_INTERFACE), router_address(network))

    def attach(self, network: IPv4Network) -> None:
        """Add a segment to which the scanner has an interface of its own."""
        number = len(self.segments)
        bridge = self._bridge(number)
        own = IPv4Interface((scanner_address(network), network.prefixlen))
        uplink = self._connect(self.scanner, f"scan{number}", _SCANNER_MACS.format(number), bridge, own)
        self.segments.append(Segment(_BRIDGES.format(number), network, bridge, uplink))

    def route(self, network: IPv4Network) -> None:
        """Add a segment behind the router, which stands at the first address of both networks."""
        if self._router is None:
            self._router = Namespace.fresh()
            self._lay_to_router(self._router, 0, self.segments[0].network, self.segments[0].bridge)
        number = len(self.segments)
        bridge = self._bridge(number)
        uplink = self._lay_to_router(self._router, number, network, bridge)
        self.segments.append(Segment(_BRIDGES.format(number), network, bridge, uplink, is_routed=True))

    def segment(self, name: str) -> Segment:
        """Return a segment; raises ``LabError`` with the names that there are."""
        for segment in self.segments:
            if segment.name == name:
                return segment
        names = ", ".join(segment.name for segment in self.segments)
        raise LabError(f"there is no segment {name}; there are {names}")

    def segment_of(self, address: IPv4Address) -> Segment:
        """Return the segment whose network holds an address; raises ``LabError`` when none does."""
        for segment in self.segments:
            if address in segment.network:
                return segment
        raise LabError(f"no segment of this lab holds {address}")

    def cut(self, segment: Segment, *, visibly: bool) -> None:
        """Let nothing pass the switch; ``visibly`` also takes the carrier from whoever leads there."""
        with self.switch.entered():
            self._switch_link.bring_down(segment.uplink if visibly else segment.bridge)

    def restore(self, segment: Segment) -> None:
        """Let everything pass again."""
        with self.switch.entered():
            for index in (segment.bridge, segment.uplink):
                self._switch_link.bring_up(index)

    def plug(self, mac: str, address: IPv4Address, *, has_ip: bool = True, ipv6: bool = False) -> Namespace:
        """Connect a new device where its address belongs.

        Without IP its kernel answers nothing, not even ARP.
        """
        segment, namespace = self.segment_of(address), Namespace.fresh()
        own = IPv4Interface((address, segment.network.prefixlen)) if has_ip else None
        self._connect(namespace, DEVICE_INTERFACE, mac, segment.bridge, own, ipv6=ipv6)
        if segment.is_routed and has_ip:
            with namespace.entered():
                link = Netlink()
                link.add_default_route(if_nametoindex(DEVICE_INTERFACE), router_address(segment.network))
                link.close()
        return namespace

    def _bridge(self, number: int) -> int:
        name = _BRIDGES.format(number)
        with self.switch.entered():
            self._switch_link.add_bridge(name)
            index = if_nametoindex(name)
            self._switch_link.bring_up(index)
        return index

    def _lay_to_router(self, router: Namespace, number: int, network: IPv4Network, bridge: int) -> int:
        own, name = IPv4Interface((router_address(network), network.prefixlen)), f"eth{number}"
        port = self._connect(router, name, router_mac(number), bridge, own)
        with router.entered():
            link = Netlink()
            link.forward(if_nametoindex(name))
            link.close()
        return port

    def _connect(
        self,
        namespace: Namespace,
        name: str,
        mac: str,
        bridge: int,
        own: IPv4Interface | None,
        *,
        ipv6: bool = False,
    ) -> int:
        """Lay a cable from a switch to an interface elsewhere; return the index of the switch's port."""
        port = f"port{next(self._port_numbers)}"
        with self.switch.entered():
            self._switch_link.add_cable(port, bridge, name, namespace.descriptor, mac)
            index = if_nametoindex(port)
            self._switch_link.bring_up(index)
        with namespace.entered():
            link = Netlink()
            link.bring_up(LOOPBACK_INDEX)
            link.bring_up(if_nametoindex(name), ipv6=ipv6)
            if own is not None:
                link.add_address(if_nametoindex(name), own)
            link.close()
            send_whole_frames(name)
        return index
