"""Packet filters, run by this machine's kernel on a socket pair, which needs no privilege."""

import ctypes
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.net.filter import ARP_FILTER, DISCOVERY_FILTER, SADP_FILTER, Program, discovery
from scanner.protocols import frame

SO_ATTACH_FILTER = 26  # asm-generic/socket.h

MACS = bytes.fromhex("01005e7ffffa 020000000001")
ARP = bytes.fromhex("0806 0001 0800 06 04 0001") + bytes(38)
SADP = bytes.fromhex("8033 21020142") + bytes(62)
TAGS = ("8100 0005", "88a8 0064", "9100 0005")


def ipv4(protocol: int, body: bytes, *, options: bytes = b"", fragment: int = 0) -> bytes:
    """RFC 791: an EtherType and a header, whose checksum no filter reads."""
    head = struct.pack(
        "!BBHHHBBH4s4s",
        *(0x45 + len(options) // 4, 0, 20 + len(options) + len(body), 1, fragment, 1, protocol, 0),
        *(bytes([192, 168, 1, 64]), bytes([239, 255, 255, 250])),
    )
    return b"\x08\x00" + head + options + body


def ipv6(next_header: int, body: bytes) -> bytes:
    """RFC 8200: an EtherType and a header."""
    return b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(body), next_header, 255) + bytes(32) + body


def udp(source: int, destination: int) -> bytes:
    return struct.pack("!HHHH", source, destination, 12, 0) + b"data"


def passes(program: Program, *packets: bytes) -> list[bool]:
    """Let the kernel decide on each packet, with the Ethernet addresses in front."""
    sender, receiver = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with sender, receiver:
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
        where = struct.pack("HP", len(program), ctypes.addressof(code))
        receiver.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, where)
        receiver.setblocking(False)
        return [_passes(sender, receiver, MACS + packet) for packet in packets]


def _passes(sender: socket.socket, receiver: socket.socket, whole: bytes) -> bool:
    try:
        sender.send(whole)
        return receiver.recv(65536) == whole
    except (BlockingIOError, PermissionError):
        return False


ANNOUNCEMENTS = {
    "arp": ARP,
    "sadp on layer 2": SADP,
    "mdns": ipv4(17, udp(5353, 5353)),
    "ssdp notify": ipv4(17, udp(41000, 1900)),
    "ws-discovery answer": ipv4(17, udp(3702, 50000)),
    "sadp": ipv4(17, udp(37020, 37020)),
    "dhip": ipv4(17, udp(37810, 37810)),
    "dhcp request": ipv4(17, udp(68, 67)),
    "igmp with router alert": ipv4(2, bytes(8), options=bytes.fromhex("94040000")),
    "udp behind options": ipv4(17, udp(1900, 1900), options=bytes(40)),
    "first fragment": ipv4(17, udp(37810, 37810), fragment=0x2000),
    "neighbour solicitation": ipv6(58, bytes([135]) + bytes(23)),
    "neighbour advertisement": ipv6(58, bytes([136]) + bytes(23)),
    "router advertisement": ipv6(58, bytes([134]) + bytes(15)),
    "mdns over ipv6": ipv6(17, udp(5353, 5353)),
}
OTHER_TRAFFIC = {
    "tcp": ipv4(6, struct.pack("!HH", 37810, 1900) + bytes(16)),
    "dns": ipv4(17, udp(53, 41000)),
    "ping": ipv4(1, bytes([8]) + bytes(23)),
    "later fragment": ipv4(17, udp(37810, 37810), fragment=0x00B9),
    "port numbers only in options": ipv4(17, udp(53, 53), options=struct.pack("!HH", 1900, 1900)),
    "ping over ipv6": ipv6(58, bytes([128]) + bytes(23)),
    "redirect over ipv6": ipv6(58, bytes([137]) + bytes(23)),
    "tcp over ipv6": ipv6(6, struct.pack("!HH", 5353, 5353) + bytes(16)),
    "spanning tree": bytes.fromhex("0026 424203") + bytes(40),
    "lldp": bytes.fromhex("88cc 0207") + bytes(40),
}


@pytest.mark.parametrize("name", ANNOUNCEMENTS)
def test_an_announcement_passes_with_and_without_a_vlan_tag(name: str) -> None:
    packet = ANNOUNCEMENTS[name]

    assert passes(DISCOVERY_FILTER, packet, *(bytes.fromhex(tag) + packet for tag in TAGS)) == [True] * 4


@pytest.mark.parametrize("name", OTHER_TRAFFIC)
def test_other_traffic_does_not_pass_tagged_or_not(name: str) -> None:
    packet = OTHER_TRAFFIC[name]

    assert passes(DISCOVERY_FILTER, packet, *(bytes.fromhex(tag) + packet for tag in TAGS)) == [False] * 4


def test_the_narrow_filters_pass_their_own_protocol_alone() -> None:
    tagged = [bytes.fromhex(tag) + packet for tag in TAGS for packet in (ARP, SADP)]
    others = [*ANNOUNCEMENTS.values(), *OTHER_TRAFFIC.values()]

    assert passes(ARP_FILTER, *tagged, ARP) == [True, False] * 3 + [True]
    assert passes(SADP_FILTER, *tagged, SADP) == [False, True] * 3 + [True]
    assert passes(ARP_FILTER, *others) == [packet is ARP for packet in others]
    assert passes(SADP_FILTER, *others) == [packet is SADP for packet in others]


def test_the_ports_can_be_chosen() -> None:
    program = discovery([5050])

    assert passes(program, ipv4(17, udp(5050, 1)), ipv4(17, udp(1, 5050))) == [True, True]
    assert passes(program, ipv4(17, udp(1900, 1900)), ARP) == [False, True]


@given(st.binary(max_size=100))
def test_the_kernel_passes_no_udp_that_the_frame_reader_calls_foreign(junk: bytes) -> None:
    packet = ipv4(17, junk)
    read = frame.parse(MACS + packet)
    assert read is not None
    wanted = {5353, 1900, 3702, 37020, 37810, 67, 68}

    if read.source_port is not None:
        is_wanted = bool(wanted & {read.source_port, read.destination_port})
        assert passes(DISCOVERY_FILTER, packet) == [is_wanted]


def test_a_datagram_that_is_cut_before_its_ports_does_not_pass() -> None:
    packet = ANNOUNCEMENTS["mdns"]
    ports_end = 2 + 20 + 4

    assert not any(passes(DISCOVERY_FILTER, *(packet[:length] for length in range(2 + 20 + 2))))
    assert passes(DISCOVERY_FILTER, packet[:ports_end]) == [True]
