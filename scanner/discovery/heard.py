"""What a frame on the segment tells about its sender. Reads only; the listeners feed it."""

from collections.abc import Callable
from datetime import datetime

from scanner.discovery.contract import sighted
from scanner.model.field import Field
from scanner.model.host import Endpoint, Host, Transport
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Sighting
from scanner.protocols import arp, dhcp, dhip, frame, igmp, mdns, neighbour, sadp, ssdp, wsdiscovery
from scanner.protocols.frame import Frame

SOURCE = "listener"

# By the port that the protocol's devices speak from or to.
DATAGRAM_READERS: dict[int, Callable[[bytes], tuple[Fact, ...]]] = {
    mdns.PORT: mdns.read,
    ssdp.PORT: ssdp.read,
    wsdiscovery.PORT: wsdiscovery.read,
    sadp.PORT: sadp.read,
    dhip.PORT: dhip.read,
    dhip.LEGACY_PORT: dhip.read_legacy,
    dhcp.CLIENT_PORT: dhcp.read,
}


def heard(data: bytes, at: datetime, interface: str) -> Sighting | None:
    """Return what one Ethernet frame tells about its sender, or None when it tells nothing.

    A DHCP client without an address yet is sighted at 0.0.0.0 with its MAC. The VLAN tags, where there
    are any, are the host's segment.
    """
    got = frame.parse(data)
    if got is None:
        return None
    if got.ethertype == frame.ETHERTYPE_ARP:
        return _arp(got, data, at, interface)
    if got.ethertype == sadp.ETHERTYPE:
        return _sadp_frame(got, data, at, interface)
    if got.source is None:
        return None
    if got.protocol == frame.PROTOCOL_ICMPV6:
        return _neighbour(got, data, at, interface)
    facts = _facts(got)
    if not facts:
        return None
    host = Host(got.source, got.source_mac, interface, segment_of(got))
    endpoint = Endpoint(got.source, got.source_port or 0, Transport.UDP)
    return _with_mac(sighted(host, facts, SOURCE, Via.MULTICAST, at, endpoint), data, at)


def segment_of(got: Frame) -> str | None:
    """Return the VLAN tags of a frame as ``vlan 12`` or ``vlan 12.34``, or None without tags."""
    return "vlan " + ".".join(map(str, got.vlans)) if got.vlans else None


def _facts(got: Frame) -> tuple[Fact, ...]:
    if got.protocol == frame.PROTOCOL_IGMP:
        return igmp.read(got.datagram)
    for port in (got.source_port, got.destination_port):
        reader = DATAGRAM_READERS.get(port or 0)
        if reader is not None:
            return reader(got.datagram)
    return ()


def _arp(got: Frame, data: bytes, at: datetime, interface: str) -> Sighting | None:
    packet = arp.read_packet(got.payload)
    if packet is None or packet.is_probe:
        return None
    host = Host(packet.sender_address, packet.sender_mac, interface, segment_of(got))
    return _with_mac(Sighting(host), data, at)


def _neighbour(got: Frame, data: bytes, at: datetime, interface: str) -> Sighting | None:
    found = neighbour.read_packet(got)
    if found is None:
        return None
    host = Host(found.address, found.mac, interface, segment_of(got))
    return _with_mac(Sighting(host), data, at)


def _sadp_frame(got: Frame, data: bytes, at: datetime, interface: str) -> Sighting | None:
    reply = sadp.parse_frame(got.payload)
    if reply is None:
        return None
    host = Host(reply.address, got.source_mac, interface, segment_of(got))
    facts = sadp.read_frame(got.payload)
    return _with_mac(sighted(host, facts, SOURCE, Via.MULTICAST, at), data, at)


def _with_mac(sighting: Sighting, data: bytes, at: datetime) -> Sighting:
    """Add the hardware address in the frame, which is the host's own on its own segment."""
    host = sighting.host
    if host.mac is None:
        return sighting
    fact = Fact(Field.MAC, host.mac, data)
    return Sighting(host, (fact.seen(host, SOURCE, Via.LINK, at), *sighting.observations))
