"""What comes before the network packet: Ethernet, Linux cooked, loopback or nothing; and VLAN tags.

Layouts: IEEE 802.3 and 802.1Q; tcpdump.org/linktypes.html for what capture files hold besides.
"""

from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_IPV6 = 0x86DD
# 802.1Q, 802.1ad (QinQ), and the number that switches used for QinQ before 802.1ad.
VLAN_ETHERTYPES = frozenset({0x8100, 0x88A8, 0x9100})
# 802.1ad stacks two tags; a third is a mistake or an attack.
MAX_VLAN_TAGS = 4

_ETHERNET_BYTES = 14
_LOOPBACK_BYTES = 4
# AF_INET, and AF_INET6 of NetBSD, FreeBSD and Darwin; in the byte order of whoever captured.
_FAMILIES = {2: ETHERTYPE_IPV4, 24: ETHERTYPE_IPV6, 28: ETHERTYPE_IPV6, 30: ETHERTYPE_IPV6}
_VERSIONS = {4: ETHERTYPE_IPV4, 6: ETHERTYPE_IPV6}
# Packet type, hardware type, address length, address, protocol; and version 2, where they are moved.
_cooked = Struct("!H2xH8sH")
_cooked2 = Struct("!H8xBB8s")
# Packet types 1 and 2: to everybody, to a group.
_TO_GROUP = frozenset({1, 2})
_MAC_BYTES = 6
# Distinct addresses worth remembering; a /20 fits, and a flood of invented ones stays bounded.
_REMEMBERED = 8192


class LinkType(IntEnum):
    """How the frames of a capture begin; the numbers are those of pcap and pcapng files."""

    NULL = 0
    ETHERNET = 1
    RAW = 101
    LINUX_SLL = 113
    IPV4 = 228
    IPV6 = 229
    LINUX_SLL2 = 276


class Header(NamedTuple):
    """MACs are lower-case hex with colons; ``vlans`` are numbers, outermost first.

    ``is_to_group`` tells whether the frame went to a group or to everybody; like the MACs it is None
    where the link does not say. ``ethertype`` is that behind the tags, ``payload_at`` where its payload
    starts.
    """

    source_mac: str | None
    destination_mac: str | None
    is_to_group: bool | None
    vlans: tuple[int, ...]
    ethertype: int
    payload_at: int


def parse(data: bytes, link_type: LinkType) -> Header | None:
    """Return the header, or None when the frame is shorter or of no network protocol. Never raises."""
    return _READERS[link_type](data)


def _ethernet(data: bytes) -> Header | None:
    if len(data) < _ETHERNET_BYTES:
        return None
    vlans, ethertype, payload_at = _tags(data, data[12] << 8 | data[13], _ETHERNET_BYTES)
    return Header(_mac(data[6:12]), _mac(data[:6]), bool(data[0] & 1), vlans, ethertype, payload_at)


def _linux_cooked(data: bytes) -> Header | None:
    if len(data) < _cooked.size:
        return None
    packet_type, address_bytes, address, protocol = _cooked.unpack_from(data)
    return _behind_cooked(data, packet_type, address[:address_bytes], protocol, _cooked.size)


def _linux_cooked2(data: bytes) -> Header | None:
    if len(data) < _cooked2.size:
        return None
    protocol, packet_type, address_bytes, address = _cooked2.unpack_from(data)
    return _behind_cooked(data, packet_type, address[:address_bytes], protocol, _cooked2.size)


def _behind_cooked(data: bytes, packet_type: int, address: bytes, protocol: int, size: int) -> Header:
    mac = _mac(address) if len(address) == _MAC_BYTES else None
    return Header(mac, None, packet_type in _TO_GROUP, *_tags(data, protocol, size))


def _loopback(data: bytes) -> Header | None:
    # Each family is less than 256, so one end of the four bytes holds it.
    ethertype = _FAMILIES.get(data[0] or data[3]) if len(data) >= _LOOPBACK_BYTES else None
    return _without_addresses(ethertype, _LOOPBACK_BYTES)


def _raw(data: bytes) -> Header | None:
    return _without_addresses(_VERSIONS.get(data[0] >> 4) if data else None, 0)


def _without_addresses(ethertype: int | None, payload_at: int) -> Header | None:
    return Header(None, None, None, (), ethertype, payload_at) if ethertype else None


_READERS: dict[LinkType, Callable[[bytes], Header | None]] = {
    LinkType.NULL: _loopback,
    LinkType.ETHERNET: _ethernet,
    LinkType.RAW: _raw,
    LinkType.IPV4: _raw,
    LinkType.IPV6: _raw,
    LinkType.LINUX_SLL: _linux_cooked,
    LinkType.LINUX_SLL2: _linux_cooked2,
}


@lru_cache(_REMEMBERED)
def _mac(octets: bytes) -> str:
    return octets.hex(":")


def _tags(data: bytes, ethertype: int, offset: int) -> tuple[tuple[int, ...], int, int]:
    """Return the VLAN numbers, the EtherType behind them and where its payload starts."""
    if ethertype not in VLAN_ETHERTYPES:
        return (), ethertype, offset
    vlans: list[int] = []
    while ethertype in VLAN_ETHERTYPES and len(vlans) < MAX_VLAN_TAGS and len(data) >= offset + 4:
        vlans.append((data[offset] << 8 | data[offset + 1]) & 0x0FFF)
        ethertype = data[offset + 2] << 8 | data[offset + 3]
        offset += 4
    return tuple(vlans), ethertype, offset
