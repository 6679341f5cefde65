"""The virtual LAN: one switch, one scanner, and a namespace with its own MAC for every device.

    scanner's namespace       switch's namespace        a device's namespace
        scan0  ───────────────── port ── lan0 ── port ───────── eth0

Nothing is connected to the machine's own network.
"""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from itertools import count
from socket import if_nametoindex

from tests.lab.namespace import Namespace, leave_machine_network
from tests.lab.netlink import LOOPBACK_INDEX, Netlink, send_whole_frames

SCANNER_INTERFACE = "scan0"
SCANNER_MAC = "02:ca:3c:e5:00:02"
DEVICE_INTERFACE = "eth0"
BRIDGE = "lan0"


def scanner_address(network: IPv4Network) -> IPv4Address:
    """Return the address of the scanner: the second of the network."""
    return network[2]


class Lan:
    """Layer 2, with the scanner plugged in; the process that makes it is the scanner's namespace.

    Raises ``NamespacesRefused`` where namespaces are not allowed.
    """

    def __init__(self, network: IPv4Network) -> None:
        leave_machine_network()
        self.network = network
        self.scanner = Namespace.current()
        self.switch = Namespace.fresh()
        self._port_numbers = count(1)
        with self.switch.entered():
            self._switch_link = Netlink()
            self._switch_link.add_bridge(BRIDGE)
            self._bridge_index = if_nametoindex(BRIDGE)
            self._switch_link.bring_up(self._bridge_index)
        self._connect(self.scanner, SCANNER_INTERFACE, SCANNER_MAC, scanner_address(network))
        # Nobody is at the gateway's address: what leaves the segment ends there, in plain sight.
        Netlink().add_default_route(if_nametoindex(SCANNER_INTERFACE), network[1])

    def plug(self, mac: str, address: IPv4Address | None, *, ipv6: bool = False) -> Namespace:
        """Connect a new device; without an address its kernel answers nothing, not even ARP."""
        namespace = Namespace.fresh()
        self._connect(namespace, DEVICE_INTERFACE, mac, address, ipv6=ipv6)
        return namespace

    def _connect(
        self, namespace: Namespace, name: str, mac: str, address: IPv4Address | None, *, ipv6: bool = False
    ) -> None:
        port = f"port{next(self._port_numbers)}"
        with self.switch.entered():
            self._switch_link.add_cable(port, self._bridge_index, name, namespace.descriptor, mac)
            self._switch_link.bring_up(if_nametoindex(port))
        with namespace.entered():
            link = Netlink()
            link.bring_up(LOOPBACK_INDEX)
            link.bring_up(if_nametoindex(name), ipv6=ipv6)
            if address is not None:
                interface = IPv4Interface((address, self.network.prefixlen))
                link.add_address(if_nametoindex(name), interface)
            link.close()
            send_whole_frames(name)
