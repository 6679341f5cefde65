"""Scapy, as a second opinion on frames: it builds what our readers read, and reads what we build."""

from scapy.config import conf

# Both flags must be set before any layer is imported, or scapy reads the machine's routes.
conf.route_autoload = conf.route6_autoload = False

from scapy.layers.dhcp import BOOTP, DHCP  # noqa: E402
from scapy.layers.inet import IP, UDP, IPOption_Router_Alert  # noqa: E402
from scapy.layers.inet6 import (  # noqa: E402
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
)
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether  # noqa: E402

__all__ = [
    "ARP",
    "BOOTP",
    "DHCP",
    "IP",
    "UDP",
    "Dot1AD",
    "Dot1Q",
    "Ether",
    "ICMPv6NDOptDstLLAddr",
    "ICMPv6NDOptSrcLLAddr",
    "ICMPv6ND_NA",
    "ICMPv6ND_NS",
    "IPOption_Router_Alert",
    "IPv6",
    "IPv6ExtHdrDestOpt",
    "IPv6ExtHdrFragment",
    "IPv6ExtHdrHopByHop",
]
