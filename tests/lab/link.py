"""What devices do below IP: ARP, DHCP requests before they have an address, and layer-2 SADP."""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from tests.lab.unit import Unit

ETHERTYPE_IPV4, ETHERTYPE_ARP, ETHERTYPE_SADP = 0x0800, 0x0806, 0x8033
ETHERTYPE_VLAN, ETHERTYPE_QINQ = 0x8100, 0x88A8
BROADCAST_MAC = b"\xff" * 6
NO_MAC = bytes(6)
ARP_REQUEST, ARP_REPLY = 1, 2
IGMP_ROUTERS = IPv4Address("224.0.0.22")
IGMP_ROUTERS_MAC = bytes.fromhex("01005e000016")
ROUTER_ALERT = bytes.fromhex("94040000")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkService:
    """What a device says in raw frames; ``ethertype`` 0 listens to nothing."""

    ethertype: int = 0

    def answers(self, frame: bytes, unit: Unit) -> list[bytes]:
        """Return the frames that answer one frame."""
        del frame, unit
        return []

    def announcements(self, unit: Unit) -> list[bytes]:
        """Return the frames sent at start and every few seconds, unasked."""
        del unit
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class GratuitousArp(LinkService):
    """An ARP request for one's own address.

    Source: every few seconds in the capture of an Amcrest boot (SeryioGonzalez/onvif_scripts).
    """

    def announcements(self, unit: Unit) -> list[bytes]:
        """Ask for the own address."""
        own = unit.address.packed
        return [_ethernet(BROADCAST_MAC, unit.mac_bytes, _arp(ARP_REQUEST, unit.mac_bytes, own, NO_MAC, own))]


@dataclass(frozen=True, slots=True, kw_only=True)
class IgmpReport(LinkService):
    """An IGMPv3 report of every group that the device listens to, as if a router had just asked.

    The kernel reports by itself only when a socket joins. Source: RFC 3376 sections 4 and 4.2.
    """

    groups: tuple[str, ...]

    def announcements(self, unit: Unit) -> list[bytes]:
        """Report all groups, mode "exclude nobody"."""
        records = b"".join(struct.pack("!BBH4s", 2, 0, 0, IPv4Address(group).packed) for group in self.groups)
        report = struct.pack("!BBHHH", 0x22, 0, 0, 0, len(self.groups)) + records
        checksum = _ones_complement(struct.unpack(f"!{len(report) // 2}H", report))
        signed = report[:2] + checksum + report[4:]
        packet = _ipv4(2, unit.address.packed, IGMP_ROUTERS.packed, signed, options=ROUTER_ALERT, hops=1)
        return [_ethernet(IGMP_ROUTERS_MAC, unit.mac_bytes, packet, ETHERTYPE_IPV4)] if self.groups else []


@dataclass(frozen=True, slots=True, kw_only=True)
class ArpClaim(LinkService):
    """A gratuitous ARP request for the address before one's own, as an ARP spoofer sends it."""

    def announcements(self, unit: Unit) -> list[bytes]:
        """Announce the neighbour's address with the own MAC."""
        return GratuitousArp().announcements(Unit(unit.address - 1, unit.mac))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged(LinkService):
    """What another service announces, in VLANs: IEEE 802.1Q and, with an outer tag, 802.1ad (QinQ)."""

    service: LinkService
    vlan: int
    outer_vlan: int = 0

    def announcements(self, unit: Unit) -> list[bytes]:
        """Put the tags between the addresses and the EtherType."""
        outer = struct.pack("!HH", ETHERTYPE_QINQ, self.outer_vlan) if self.outer_vlan else b""
        tags = outer + struct.pack("!HH", ETHERTYPE_VLAN, self.vlan)
        return [frame[:12] + tags + frame[12:] for frame in self.service.announcements(unit)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArpOnly(LinkService):
    """A host without an IP stack: it answers ARP and nothing else."""

    ethertype: int = ETHERTYPE_ARP

    def answers(self, frame: bytes, unit: Unit) -> list[bytes]:
        """Answer for the unit's own address."""
        answer = arp_answer(frame, {unit.address: unit.mac_bytes})
        return [answer] if answer else []


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpRequest(LinkService):
    """A broadcast DHCPREQUEST (RFC 2131) with host name, parameter list and, if any, vendor class."""

    hostname: str
    parameters: bytes
    vendor_class: str = ""

    def announcements(self, unit: Unit) -> list[bytes]:
        """Ask for the address that the device has anyway."""
        options = [
            (53, b"\x03"),
            (61, b"\x01" + unit.mac_bytes),
            (50, unit.address.packed),
            (12, unit.fill(self.hostname.encode())),
            (55, self.parameters),
            (60, unit.fill(self.vendor_class.encode())),
        ]
        # Ethernet, one hop, transaction 1, broadcast flag; the four addresses are not known yet.
        bootp = struct.pack(
            "!4BIHH16x6s202x4s", 1, 1, 6, 0, 1, 0, 0x8000, unit.mac_bytes, b"\x63\x82\x53\x63"
        )
        coded = b"".join(bytes([code, len(value)]) + value for code, value in options if value)
        datagram = _udp_broadcast(68, 67, bootp + coded + b"\xff")
        return [_ethernet(BROADCAST_MAC, unit.mac_bytes, datagram, ETHERTYPE_IPV4)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SadpFrame(LinkService):
    """Hikvision's search protocol on layer 2, ethertype 0x8033.

    Source: layout in LLLL-M/privateCodeforItsc sadp.h and MatrixEditor/hiktools.
    """

    ethertype: int = ETHERTYPE_SADP
    software: str = "@VERSION@build @BUILD@"
    dsp: str
    booted: str = "2024-09-18 09:21:28"

    def answers(self, frame: bytes, unit: Unit) -> list[bytes]:
        """Answer an inquiry (operation 3) with an inquiry response (operation 4)."""
        if len(frame) < 52 or frame[14:17] != b"\x21\x02\x01" or frame[24] != 3:
            return []
        payload = struct.pack(
            "!48sIIII48s48s48s",
            unit.serial.encode(),
            1,
            8000,
            1,
            0,
            unit.fill(self.software.encode()),
            self.dsp.encode(),
            self.booted.encode(),
        )
        head = struct.pack("!4s4s2sBBH", b"\x21\x02\x01\xf6", frame[18:22], b"\x06\x04", 4, 0, 0)
        addresses = unit.mac_bytes + unit.address.packed + frame[6:12] + frame[34:38] + b"\xff\xff\xff\0"
        message = head + addresses + payload
        signed = message[:12] + sadp_checksum(message) + message[14:]
        return [_ethernet(frame[6:12], unit.mac_bytes, signed, ETHERTYPE_SADP)]


def arp_answer(frame: bytes, hosts: Mapping[IPv4Address, bytes]) -> bytes:
    """Return the reply to an ARP request for one of ``hosts`` (address to MAC), or nothing."""
    if len(frame) < 42 or frame[12:14] != b"\x08\x06" or frame[20:22] != b"\0\x01":
        return b""
    asked = IPv4Address(frame[38:42])
    mac = hosts.get(asked)
    # A host that asks for its own address is announcing it.
    if mac is None or frame[28:32] == frame[38:42]:
        return b""
    return _ethernet(frame[6:12], mac, _arp(ARP_REPLY, mac, asked.packed, frame[6:12], frame[28:32]))


def sadp_checksum(message: bytes) -> bytes:
    """Return the checksum of a message whose checksum field is zero.

    One's-complement sum of little-endian words, stored high byte first (MatrixEditor/hiktools).
    """
    return _ones_complement(struct.unpack(f"<{len(message) // 2}H", message))


def _ethernet(to: bytes, sender: bytes, payload: bytes, ethertype: int = ETHERTYPE_ARP) -> bytes:
    return (to + sender + struct.pack("!H", ethertype) + payload).ljust(60, b"\0")


def _arp(operation: int, sender: bytes, sender_ip: bytes, target: bytes, target_ip: bytes) -> bytes:
    return struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, operation, sender, sender_ip, target, target_ip)


def _udp_broadcast(source_port: int, port: int, payload: bytes) -> bytes:
    """Return an IPv4 datagram from 0.0.0.0 to everybody; UDP may go without a checksum (RFC 768)."""
    udp = struct.pack("!4H", source_port, port, 8 + len(payload), 0) + payload
    return _ipv4(17, bytes(4), b"\xff" * 4, udp)


def _ipv4(
    protocol: int, source: bytes, to: bytes, payload: bytes, options: bytes = b"", hops: int = 64
) -> bytes:
    length = 20 + len(options)
    size = length + len(payload)
    first = struct.pack("!BBHHHBB", 0x40 | length // 4, 0, size, 0, 0, hops, protocol)
    last = source + to + options
    checksum = _ones_complement(struct.unpack(f"!{length // 2}H", first + b"\0\0" + last))
    return first + checksum + last + payload


def _ones_complement(words: Iterable[int]) -> bytes:
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)
