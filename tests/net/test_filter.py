"""Packet filters, run by this machine's kernel on a socket pair, which needs no privilege."""

import ctypes
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.net.filter import (
    ARP_FILTER,
    DISCOVERY_FILTER,
    LISTENING_FILTER,
    SADP_FILTER,
    Program,
    discovery,
    listening,
)
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


def tcp(source: int, destination: int, payload: bytes = b"", *, options: bytes = b"") -> bytes:
    """RFC 9293: a header whose length counts its options."""
    words = 5 + len(options) // 4
    return (
        struct.pack("!HHIIBBHHH", source, destination, 1, 1, words << 4, 0x18, 512, 0, 0) + options + payload
    )


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
    "dhip in its legacy form": ipv4(17, udp(5050, 50000)),
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
    program = discovery([4000])

    assert passes(program, ipv4(17, udp(4000, 1)), ipv4(17, udp(1, 4000))) == [True, True]
    assert passes(program, ipv4(17, udp(1900, 1900)), ARP) == [False, True]


@given(st.binary(max_size=100))
def test_the_kernel_passes_no_udp_that_the_frame_reader_calls_foreign(junk: bytes) -> None:
    packet = ipv4(17, junk)
    read = frame.parse(MACS + packet)
    assert read is not None
    wanted = {5353, 1900, 3702, 37020, 37810, 5050, 67, 68}

    if read.source_port is not None:
        is_wanted = bool(wanted & {read.source_port, read.destination_port})
        assert passes(DISCOVERY_FILTER, packet) == [is_wanted]


def test_a_datagram_that_is_cut_before_its_ports_does_not_pass() -> None:
    packet = ANNOUNCEMENTS["mdns"]
    ports_end = 2 + 20 + 4

    assert not any(passes(DISCOVERY_FILTER, *(packet[:length] for length in range(2 + 20 + 2))))
    assert passes(DISCOVERY_FILTER, packet[:ports_end]) == [True]


# TLS 1.2 ServerHello and TLS 1.0 ClientHello: record type 22, then the version (RFC 5246 section 6.2.1).
SERVER_HELLO = bytes.fromhex("16 0303 0051 02 00004d 0303") + bytes(75)
CLIENT_HELLO = bytes.fromhex("16 0301 00a5 01 0000a1 0303") + bytes(159)
# Interleaved RTP: a dollar sign, channel 0, 16 bytes (RFC 2326 section 10.12).
INTERLEAVED = b"$\x00\x00\x10" + bytes(16)
# RFC 7323 appendix A: two fillers and a timestamp, as on nearly every segment today.
TIMESTAMP = bytes.fromhex("0101 080a 00000001 00000002")

SAID_IN_CLEAR = {
    "syn to a web server": tcp(50000, 80),
    "its answer": tcp(80, 50000, options=bytes.fromhex("020405b4")),
    "an acknowledgement without payload": tcp(50000, 554, options=TIMESTAMP),
    "an acknowledgement padded to the shortest frame": tcp(50000, 554, bytes(6)),
    "the middle of a page": tcp(80, 50000, b"$(document).ready", options=TIMESTAMP),
    "onvif on its own port": tcp(2020, 50000, b"<s:Envelope"),
    "ssh greeting": tcp(22, 50000, b"SSH-2.0-dropbear\r\n"),
    "a tls client": tcp(50000, 443, CLIENT_HELLO),
    "rtsp reply": tcp(554, 50000, b"RTSP/1.0 200 OK\r\n", options=TIMESTAMP),
    "rtsp question": tcp(50000, 8554, b"DESCRIBE rtsp://"),
    "http reply of any port": tcp(34567, 50000, b"HTTP/1.1 200 OK\r\n"),
    "http reply behind options": tcp(34567, 50000, b"HTTP/1.1 200 OK\r\n", options=TIMESTAMP),
    "rtsp reply of any port": tcp(34567, 50000, b"RTSP/1.0 200 OK\r\n", options=bytes(40)),
    "tls server of any port": tcp(34567, 50000, SERVER_HELLO, options=TIMESTAMP),
    "tls client to any port": tcp(50000, 34567, CLIENT_HELLO),
}
NOT_WORTH_HEARING = {
    "interleaved media": tcp(554, 50000, INTERLEAVED),
    "interleaved media behind options": tcp(8554, 50000, INTERLEAVED, options=TIMESTAMP),
    "interleaved reports to the server": tcp(50000, 10554, INTERLEAVED, options=TIMESTAMP),
    "bulk of another port": tcp(37777, 50000, bytes(1400)),
    "syn to another port": tcp(50000, 37777),
    "http further on": tcp(37777, 50000, b"\r\nHTTP/1.1 200 OK"),
    "http in the options": tcp(37777, 50000, bytes(20), options=b"HTTP"),
    "tls data": tcp(37777, 50000, bytes.fromhex("17 0303 0100") + bytes(256)),
    "three bytes": tcp(37777, 50000, bytes.fromhex("160303")),
    "ports only": tcp(37777, 50000)[:4],
    "a header that claims to be longer than the frame": tcp(554, 50000)[:12],
}
IP_VERSIONS = {"ipv4": lambda body: ipv4(6, body), "ipv6": lambda body: ipv6(6, body)}


def tagged(packet: bytes) -> list[bytes]:
    return [bytes.fromhex(tag) + packet for tag in TAGS]


@pytest.mark.parametrize("version", IP_VERSIONS)
@pytest.mark.parametrize("name", SAID_IN_CLEAR)
def test_a_listener_hears_what_is_said_in_clear_tagged_or_not(name: str, version: str) -> None:
    packet = IP_VERSIONS[version](SAID_IN_CLEAR[name])

    assert passes(LISTENING_FILTER, packet, *tagged(packet)) == [True] * 4
    assert passes(DISCOVERY_FILTER, packet, *tagged(packet)) == [False] * 4


@pytest.mark.parametrize("version", IP_VERSIONS)
@pytest.mark.parametrize("name", NOT_WORTH_HEARING)
def test_a_listener_is_not_woken_by_bulk_tagged_or_not(name: str, version: str) -> None:
    packet = IP_VERSIONS[version](NOT_WORTH_HEARING[name])

    assert passes(LISTENING_FILTER, packet, *tagged(packet)) == [False] * 4


@pytest.mark.parametrize("name", ANNOUNCEMENTS)
def test_a_listener_hears_every_announcement(name: str) -> None:
    packet = ANNOUNCEMENTS[name]

    assert passes(LISTENING_FILTER, packet, *tagged(packet)) == [True] * 4


def test_a_listener_hears_lldp_and_no_other_traffic_of_the_link() -> None:
    lldp = OTHER_TRAFFIC["lldp"]
    wanted = (lldp, OTHER_TRAFFIC["later fragment"])
    others = [packet for packet in OTHER_TRAFFIC.values() if packet not in wanted]

    assert passes(LISTENING_FILTER, lldp, *tagged(lldp)) == [True] * 4
    assert passes(LISTENING_FILTER, *others) == [False] * len(others)


def test_later_fragments_of_datagrams_pass_since_a_hello_may_need_two_frames() -> None:
    later = ipv4(17, b"the rest of it", fragment=0x00B9)

    assert passes(LISTENING_FILTER, later, *(bytes.fromhex(tag) + later for tag in TAGS)) == [True] * 4


def test_a_later_fragment_of_a_segment_does_not_pass() -> None:
    later = ipv4(6, tcp(80, 50000, b"HTTP/1.1 200 OK"), fragment=0x00B9)
    first = ipv4(6, tcp(80, 50000, b"HTTP/1.1 200 OK"), fragment=0x2000)

    assert passes(LISTENING_FILTER, later, first) == [False, True]


def test_the_servers_can_be_chosen() -> None:
    program = listening([], server_ports=[9000], rtsp_ports=[9001])
    media = ipv4(6, tcp(9001, 50000, INTERLEAVED))
    segments = [ipv4(6, tcp(port, 50000, b"<a>")) for port in (9000, 9001, 80, 554)]

    assert passes(program, *segments, media) == [True, True, False, False, False]


def test_more_ports_than_a_jump_can_span_are_refused() -> None:
    with pytest.raises(ValueError, match="too far"):
        listening(server_ports=range(1, 200))


@given(st.binary(max_size=80))
def test_any_tcp_header_is_decided_upon(junk: bytes) -> None:
    segment = struct.pack("!HH", 37777, 50000) + junk
    carried = segment[(segment[12] >> 4) * 4 :] if len(segment) > 12 else b""
    is_known = len(carried) >= 4 and (carried[:4] in (b"HTTP", b"RTSP") or carried[:2] == b"\x16\x03")

    assert passes(LISTENING_FILTER, ipv4(6, segment)) == [is_known]
