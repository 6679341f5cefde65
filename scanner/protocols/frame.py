"""Frames and the IPv4, IPv6 and UDP headers in them: who said what to whom.

Layouts: RFC 791 (IPv4), RFC 8200 (IPv6), RFC 768 (UDP); what comes before them is read by ``link``.
Checksums are not verified: network cards fill them in after a capture has seen the frame. Fragments
are not put together here: of a datagram in several, the first one's part is read.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from struct import Struct
from typing import NamedTuple

from scanner.model.field import Field
from scanner.model.host import Address
from scanner.model.observation import Fact
from scanner.protocols import link
from scanner.protocols.link import LinkType

__all__ = [
    "ETHERTYPE_ARP",
    "ETHERTYPE_IPV4",
    "ETHERTYPE_IPV6",
    "PROTOCOL_ICMPV6",
    "PROTOCOL_IGMP",
    "PROTOCOL_TCP",
    "PROTOCOL_UDP",
    "Frame",
    "LinkType",
    "is_group",
    "parse",
    "read",
]

ETHERTYPE_IPV4 = link.ETHERTYPE_IPV4
ETHERTYPE_ARP = 0x0806
ETHERTYPE_IPV6 = link.ETHERTYPE_IPV6

# IANA protocol numbers.
PROTOCOL_IGMP = 2
PROTOCOL_TCP = 6
PROTOCOL_UDP = 17
PROTOCOL_ICMPV6 = 58

_ETHERNET_BYTES = 14
_EVERYBODY = IPv4Address("255.255.255.255")
_IPV4_BYTES = 20
_IPV6_BYTES = 40
_UDP_BYTES = 8
# RFC 8200 section 4: hop-by-hop options, routing, destination options: all with the same length rule.
_IPV6_OPTION_HEADERS = frozenset({0, 43, 60})
_IPV6_FRAGMENT = 44
# A packet holds each extension header once, destination options twice (RFC 8200 section 4.1).
_MAX_IPV6_HEADERS = 8
# Distinct addresses worth remembering; a /20 fits, and a flood of invented ones stays bounded.
_REMEMBERED = 8192

_ipv4_header = Struct("!xxHxxHBBxx4s4s").unpack_from
_ipv6_header = Struct("!4xHBB16s16s").unpack_from
_udp_header = Struct("!HHH").unpack_from

# Source, destination, protocol, hop limit, body: a tuple, since this runs once per frame.
_Packet = tuple[Address, Address, int, int, bytes]


# A named tuple rather than a frozen dataclass: one is made per frame, for a fifth less time in all.
class Frame(NamedTuple):
    """One frame. MACs are lower-case hex with colons, None where the link does not show them.

    ``vlans`` are numbers, outermost first. ``ethertype`` is that behind the tags (below 0x600: an 802.3
    length) and ``payload`` what follows it. ``source`` to ``hop_limit`` are None unless it carries whole
    IPv4 or IPv6 headers. ``datagram`` is what UDP carries, or what IP carries for any other protocol; it
    is empty for a later fragment. ``is_to_group``: it went to a multicast group or to everybody.
    """

    source_mac: str | None
    destination_mac: str | None
    vlans: tuple[int, ...]
    ethertype: int
    payload: bytes
    source: Address | None = None
    destination: Address | None = None
    protocol: int | None = None
    hop_limit: int | None = None
    source_port: int | None = None
    destination_port: int | None = None
    datagram: bytes = b""
    is_to_group: bool = False


def read(data: bytes) -> tuple[Fact, ...]:
    """Return the sender's hardware address, unless the frame is too short or names a group as sender."""
    if len(data) < _ETHERNET_BYTES or data[6] & 1:
        return ()
    return (Fact(Field.MAC, data[6:12].hex(":"), data),)


def parse(data: bytes, link_type: LinkType = LinkType.ETHERNET) -> Frame | None:
    """Return the frame, or None when it is shorter than the header of its link. Never raises.

    An Ethernet frame starts at the destination address and ends before the frame check sequence.
    Padding after an IP packet is cut off.
    """
    header = link.parse(data, link_type)
    if header is None:
        return None
    source_mac, destination_mac, is_to_group, vlans, ethertype, payload_at = header
    payload = data[payload_at:]
    packet = _packet(ethertype, payload)
    if packet is None:
        return Frame(source_mac, destination_mac, vlans, ethertype, payload, is_to_group=bool(is_to_group))
    source, destination, protocol, hop_limit, body = packet
    source_port, destination_port, datagram = _datagram(protocol, body)
    return Frame(
        source_mac,
        destination_mac,
        vlans,
        ethertype,
        payload,
        source,
        destination,
        protocol,
        hop_limit,
        source_port,
        destination_port,
        datagram,
        is_group(destination) if is_to_group is None else is_to_group,
    )


def is_group(address: Address) -> bool:
    """Return whether an address is that of a multicast group or of everybody, so of no host."""
    return address.is_multicast or address == _EVERYBODY


_ipv4_address = lru_cache(_REMEMBERED)(IPv4Address)
_ipv6_address = lru_cache(_REMEMBERED)(IPv6Address)


def _packet(ethertype: int, payload: bytes) -> _Packet | None:
    if ethertype == ETHERTYPE_IPV4:
        return _ipv4(payload)
    if ethertype == ETHERTYPE_IPV6:
        return _ipv6(payload)
    return None


def _ipv4(payload: bytes) -> _Packet | None:
    if len(payload) < _IPV4_BYTES or payload[0] >> 4 != 4:
        return None
    header_bytes = (payload[0] & 0x0F) * 4
    total_bytes, fragment, hop_limit, protocol, source, destination = _ipv4_header(payload)
    if not _IPV4_BYTES <= header_bytes <= total_bytes or header_bytes > len(payload):
        return None
    is_later_fragment = fragment & 0x1FFF
    body = b"" if is_later_fragment else payload[header_bytes:total_bytes]
    return _ipv4_address(source), _ipv4_address(destination), protocol, hop_limit, body


def _ipv6(payload: bytes) -> _Packet | None:
    if len(payload) < _IPV6_BYTES or payload[0] >> 4 != 6:
        return None
    body_bytes, next_header, hop_limit, source, destination = _ipv6_header(payload)
    protocol, body = _behind_extensions(next_header, payload[_IPV6_BYTES : _IPV6_BYTES + body_bytes])
    return _ipv6_address(source), _ipv6_address(destination), protocol, hop_limit, body


def _behind_extensions(next_header: int, body: bytes) -> tuple[int, bytes]:
    """Return the first protocol that is not an extension header, and its bytes."""
    for _ in range(_MAX_IPV6_HEADERS):
        if next_header in _IPV6_OPTION_HEADERS and len(body) >= 8:
            next_header, body = body[0], body[(body[1] + 1) * 8 :]
        elif next_header == _IPV6_FRAGMENT and len(body) >= 8:
            is_later_fragment = (body[2] << 8 | body[3]) & 0xFFF8
            next_header, body = body[0], b"" if is_later_fragment else body[8:]
        else:
            break
    return next_header, body


def _datagram(protocol: int, body: bytes) -> tuple[int | None, int | None, bytes]:
    """Return both ports and what UDP carries; for any other protocol no ports and the body itself."""
    if protocol != PROTOCOL_UDP:
        return None, None, body
    if len(body) < _UDP_BYTES:
        return None, None, b""
    source_port, destination_port, udp_bytes = _udp_header(body)
    return source_port, destination_port, body[_UDP_BYTES:udp_bytes]
