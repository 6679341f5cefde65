"""One frame, one sighting: what a frame that stands alone tells about a host."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address
from typing import NamedTuple

from scanner.model.field import Field
from scanner.model.host import Address, Endpoint, Host, Transport
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Sighting, sighted
from scanner.protocols import arp, dhcp, dhip, frame, igmp, lldp, mdns, neighbour, sadp, ssdp, wsdiscovery
from scanner.protocols.frame import Frame

SOURCE = "listener"
NO_ADDRESS = IPv4Address(0)

Reader = Callable[[bytes], tuple[Fact, ...]]

# By the port that the protocol's devices speak from or to.
DATAGRAM_READERS: dict[int, Reader] = {
    mdns.PORT: mdns.read,
    ssdp.PORT: ssdp.read,
    wsdiscovery.PORT: wsdiscovery.read,
    sadp.PORT: sadp.read,
    dhip.PORT: dhip.read,
    dhip.LEGACY_PORT: dhip.read_legacy,
}
DHCP_PORTS = frozenset({dhcp.CLIENT_PORT, dhcp.SERVER_PORT})

# Devices repeat their announcements byte by byte: some hundred devices with a dozen messages each.
_REMEMBERED_DATAGRAMS = 2048
# An Ethernet frame's worth; longer ones are read each time, so that what is kept stays below 32 MB.
_MAX_REMEMBERED_BYTES = 1500


class Claim(NamedTuple):
    """What a frame says of one host. ``mac`` is None where the frame does not show the host's own.

    ``port`` is the UDP port that it spoke from. ``is_own`` is False where somebody else says it.
    """

    address: Address
    mac: str | None
    facts: tuple[Fact, ...] = ()
    port: int | None = None
    is_own: bool = True


def heard(got: Frame, data: bytes, at: datetime, interface: str | None) -> Sighting | None:
    """Return what a frame tells about a host, or None when it tells nothing. Never raises.

    ``data`` is the whole frame, the evidence of the hardware address. A host that has no address yet,
    or shows none, is sighted at 0.0.0.0 with its MAC. VLAN tags are the host's segment.
    """
    claim = _claim(got)
    if claim is None or frame.is_group(claim.address):
        return None
    mac = claim.mac if claim.mac and _is_station(claim.mac) else None
    if mac is None and claim.address.is_unspecified:
        return None
    host = Host(claim.address, mac, interface, segment(got.vlans))
    via = Via.MULTICAST if got.is_to_group else Via.OVERHEARD
    endpoint = None if claim.port is None else Endpoint(claim.address, claim.port, Transport.UDP)
    told = sighted(host, claim.facts, SOURCE, via, at, endpoint)
    if mac is None or not claim.is_own:
        return told
    return Sighting(host, (Fact(Field.MAC, mac, data).seen(host, SOURCE, Via.LINK, at), *told.observations))


def segment(vlans: tuple[int, ...]) -> str | None:
    """Return VLAN tags as ``vlan 12`` or ``vlan 12.34``, or None without tags."""
    return "vlan " + ".".join(map(str, vlans)) if vlans else None


def _claim(got: Frame) -> Claim | None:
    reader = _BY_ETHERTYPE.get(got.ethertype) or _BY_PROTOCOL.get(got.protocol or 0)
    return reader(got) if reader else None


def _arp(got: Frame) -> Claim | None:
    packet = arp.read_packet(got.payload)
    return Claim(packet.sender_address, packet.sender_mac) if packet else None


def _sadp(got: Frame) -> Claim | None:
    reply = sadp.parse_frame(got.payload)
    return Claim(reply.address, got.source_mac, sadp.read_frame(got.payload)) if reply else None


def _lldp(got: Frame) -> Claim | None:
    said = lldp.parse(got.payload)
    if said is None:
        return None
    managed_at = said.management_address
    # Switches without an address of their own are known to announce 127.0.0.1.
    address = NO_ADDRESS if managed_at is None or managed_at.is_loopback else managed_at
    return Claim(address, got.source_mac, lldp.read(got.payload))


def _neighbour(got: Frame) -> Claim | None:
    found = neighbour.read_packet(got)
    return Claim(found.address, found.mac) if found else None


def _igmp(got: Frame) -> Claim | None:
    if not isinstance(got.source, IPv4Address):
        return None
    facts = igmp.read(got.datagram)
    return Claim(got.source, _sender(got), facts) if facts else None


def _udp(got: Frame) -> Claim | None:
    if not DHCP_PORTS.isdisjoint((got.source_port, got.destination_port)):
        return _dhcp(got)
    facts = _datagram_facts(got)
    return Claim(got.source, _sender(got), facts, got.source_port) if got.source and facts else None


def _dhcp(got: Frame) -> Claim | None:
    facts = dhcp.read(got.datagram)
    request = dhcp.parse(got.datagram)
    if request is not None:
        return Claim(request.address or NO_ADDRESS, request.mac, facts)
    grant = dhcp.parse_grant(got.datagram)
    return Claim(grant.address, grant.mac, facts, is_own=False) if grant else None


def _datagram_facts(got: Frame) -> tuple[Fact, ...]:
    for port in (got.source_port, got.destination_port):
        reader = DATAGRAM_READERS.get(port or 0)
        if reader is not None:
            is_short = len(got.datagram) <= _MAX_REMEMBERED_BYTES
            return _read_once(reader, got.datagram) if is_short else reader(got.datagram)
    return ()


@lru_cache(_REMEMBERED_DATAGRAMS)
def _read_once(reader: Reader, datagram: bytes) -> tuple[Fact, ...]:
    return reader(datagram)


def _sender(got: Frame) -> str | None:
    """Return who sent an IP packet; unless it went to a group, that may be a router."""
    return got.source_mac if got.is_to_group else None


def _is_station(mac: str) -> bool:
    """Return whether one card can have this hardware address: not a group's, not all zeros."""
    return int(mac[1], 16) % 2 == 0 and mac != "00:00:00:00:00:00"


_BY_ETHERTYPE: dict[int, Callable[[Frame], Claim | None]] = {
    frame.ETHERTYPE_ARP: _arp,
    sadp.ETHERTYPE: _sadp,
    lldp.ETHERTYPE: _lldp,
}
_BY_PROTOCOL: dict[int, Callable[[Frame], Claim | None]] = {
    frame.PROTOCOL_IGMP: _igmp,
    frame.PROTOCOL_UDP: _udp,
    frame.PROTOCOL_ICMPV6: _neighbour,
}
