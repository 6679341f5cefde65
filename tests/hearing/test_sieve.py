"""What the sieve drops tells nothing, and what tells something it lets through."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.hearing.datagram import heard
from scanner.hearing.sieve import Sieve
from scanner.protocols import frame
from scanner.protocols.frame import LinkType
from tests.hearing.wire import (
    CAMERA,
    CAMERA_MAC,
    CLIENT,
    NOTIFY,
    announced,
    answered,
    arp,
    ethernet,
    ip,
    octets,
    tagged,
    tcp,
    udp,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SEGMENT = tcp(554, 50000, b"$\0media")
# RFC 9293: ports come first; RFC 791 and RFC 8200: addresses last in the header.
FLOW = ip(CAMERA, CLIENT, 6, b"")[12:20] + SEGMENT[:4]
PACKET = ip(CAMERA, CLIENT, 6, SEGMENT)
CAMERA_IPV6, CLIENT_IPV6 = "fd00::150", "fd00::9"
PACKET_IPV6 = ip(CAMERA_IPV6, CLIENT_IPV6, 6, SEGMENT)
FLOW_IPV6 = PACKET_IPV6[8:44]
# What stands before the EtherType, and between it and the packet, for each link type that has one.
STARTS: dict[LinkType, tuple[bytes, bytes]] = {
    LinkType.ETHERNET: (bytes(6) + octets(CAMERA_MAC), b""),
    LinkType.LINUX_SLL: (struct.pack("!HHH8s", 2, 1, 6, octets(CAMERA_MAC)), b""),
    LinkType.LINUX_SLL2: (b"", struct.pack("!HIHBB8s", 0, 3, 1, 2, 6, octets(CAMERA_MAC))),
}


def passes(
    data: bytes, *finished: bytes, asked: bytes = b"", link_type: LinkType = LinkType.ETHERNET
) -> bool:
    sieve = Sieve(link_type, frozenset(finished), frozenset({asked}))
    return list(sieve.sift([(1.0, data)])) == [(1.0, data)]


@pytest.mark.parametrize(
    "data",
    [
        ethernet(0x0800, PACKET),
        tagged(ethernet(0x0800, PACKET), 12),
        tagged(ethernet(0x0800, PACKET), 12, 34),
        ethernet(0x0800, ip(CAMERA, CLIENT, 6, SEGMENT, options=bytes(8))),
    ],
    ids=["plain", "tagged", "twice tagged", "with options"],
)
def test_a_segment_is_dropped_when_its_direction_is_finished(data: bytes) -> None:
    assert passes(data)
    assert not passes(data, FLOW)
    assert passes(data, FLOW[4:8] + FLOW[:4] + FLOW[10:] + FLOW[8:10])


@pytest.mark.parametrize(
    ("link_type", "start"),
    [
        (LinkType.ETHERNET, bytes(12) + b"%b"),
        (LinkType.LINUX_SLL, bytes(14) + b"%b"),
        (LinkType.LINUX_SLL2, b"%b" + bytes(18)),
        (LinkType.RAW, b""),
        (LinkType.NULL, b"\x02\0\0\0"),
    ],
)
def test_it_is_dropped_behind_every_link_header(link_type: LinkType, start: bytes) -> None:
    with_ipv4, with_ipv6 = start.replace(b"%b", b"\x08\0"), start.replace(b"%b", b"\x86\xdd")

    assert passes(with_ipv4 + PACKET, link_type=link_type)
    assert not passes(with_ipv4 + PACKET, FLOW, link_type=link_type)
    assert passes(with_ipv6 + PACKET_IPV6, link_type=link_type)
    assert not passes(with_ipv6 + PACKET_IPV6, FLOW_IPV6, link_type=link_type)


def test_another_protocol_between_the_same_ports_is_not_dropped() -> None:
    flow = ip(CAMERA, CLIENT, 6, b"")[12:20] + struct.pack("!HH", 1900, 50123)

    assert passes(answered(1900, NOTIFY), flow)
    assert passes(ethernet(0x86DD, ip(CAMERA_IPV6, CLIENT_IPV6, 17, udp(1900, 9, NOTIFY))), FLOW_IPV6)


@pytest.mark.parametrize(
    "data",
    [
        ethernet(0x0800, ip(CAMERA, CLIENT, 17, udp(5004, 50000, bytes(1000)))),
        ethernet(0x86DD, ip(CAMERA_IPV6, CLIENT_IPV6, 17, udp(5004, 50000, bytes(1000)))),
        ethernet(0x0800, ip(CAMERA, CLIENT, 1, bytes(64))),
        ethernet(0x86DD, ip(CAMERA_IPV6, CLIENT_IPV6, 58, b"\x80" + bytes(63))),
        ethernet(0x86DD, ip(CAMERA_IPV6, CLIENT_IPV6, 89, bytes(64))),
        ethernet(0x8899, bytes(46)),
        tagged(b"\xff" * 12 + b"\x81\0" * 40, 1, 2, 3, 4, 5),
        b"",
    ],
    ids=["media", "media over ipv6", "ping", "ping over ipv6", "ospf", "loop check", "all tags", "empty"],
)
def test_what_no_reader_reads_is_dropped(data: bytes) -> None:
    assert not passes(data)


def test_a_datagram_from_any_port_passes_where_an_answer_is_due() -> None:
    answer = udp(49152, 50123, NOTIFY)
    with_ipv4 = ethernet(0x0800, ip(CAMERA, CLIENT, 17, answer, options=bytes(4)))
    with_ipv6 = ethernet(0x86DD, ip(CAMERA_IPV6, CLIENT_IPV6, 17, answer))

    for data in (with_ipv4, with_ipv6):
        assert passes(data, asked=struct.pack("!H", 50123))
        assert not passes(data, asked=struct.pack("!H", 49152))


def test_an_extension_header_is_left_to_the_reader() -> None:
    assert passes(ethernet(0x86DD, ip(CAMERA_IPV6, CLIENT_IPV6, 0, b"\x3a" + bytes(31))))


def test_every_frame_is_counted_and_the_list_of_finished_flows_may_grow() -> None:
    finished: set[bytes] = set()
    sieve = Sieve(LinkType.ETHERNET, finished, ())
    data = ethernet(0x0800, PACKET)

    passed = []
    for at_s, _ in sieve.sift([(float(number), data) for number in range(9)]):
        passed.append((at_s, sieve.frame_count))
        if at_s == 2.0:
            finished.add(FLOW)

    assert passed == [(0.0, 1), (1.0, 2), (2.0, 3)]
    assert sieve.frame_count == 9
    assert list(sieve.sift([(9.0, data), (10.0, b"")])) == []
    assert sieve.frame_count == 11


TELLING = (
    arp(2, CAMERA_MAC, CAMERA),
    announced(1900, NOTIFY),
    tagged(announced(1900, NOTIFY), 12, 34),
    ethernet(
        0x0800, ip(CAMERA, "224.0.0.22", 2, bytes.fromhex("16000000 effffffb"), options=b"\x94\x04\0\0")
    ),
    ethernet(
        0x86DD, ip(CAMERA_IPV6, "ff02::1", 58, bytes.fromhex("88000000 20000000") + octets(CAMERA_MAC) * 4)
    ),
    ethernet(0x88CC, bytes.fromhex("0207 04 9c8ecd0f0b1c 0000")),
)


def behind(link_type: LinkType, data: bytes) -> bytes:
    """Put what an Ethernet frame carries behind another link header."""
    if link_type in STARTS:
        before, between = STARTS[link_type]
        return before + data[12:14] + between + data[14:]
    return (b"\x02\0\0\0" if link_type is LinkType.NULL else b"") + data[14:]


@given(st.sampled_from(TELLING), st.integers(0, 399), st.binary(max_size=3), st.sampled_from(list(LinkType)))
def test_no_mutated_frame_tells_something_and_is_dropped(
    data: bytes, place: int, junk: bytes, link_type: LinkType
) -> None:
    whole = behind(link_type, data)
    place %= len(whole)
    mutated = whole[:place] + junk + whole[place + len(junk) :]
    got = frame.parse(mutated, link_type)

    is_telling = got is not None and heard(got, mutated, NOW, None) is not None
    assert passes(mutated, link_type=link_type) or not is_telling


@pytest.mark.parametrize("link_type", STARTS)
@pytest.mark.parametrize("data", TELLING)
def test_it_passes_and_tells_behind_each_link_header_that_names_it(data: bytes, link_type: LinkType) -> None:
    whole = behind(link_type, data)
    got = frame.parse(whole, link_type)

    assert passes(whole, link_type=link_type)
    assert got is not None and heard(got, whole, NOW, None) is not None


@given(st.binary(max_size=120), st.sampled_from(list(LinkType)))
def test_any_bytes_are_sifted_without_complaint(data: bytes, link_type: LinkType) -> None:
    passes(data, FLOW, FLOW_IPV6, data[26:38].ljust(12, b"\0"), link_type=link_type)


def test_a_later_fragment_passes_only_when_it_is_awaited() -> None:
    # Its bytes lie where a first fragment has its ports.
    packet = bytearray(ip(CAMERA, CLIENT, 17, udp(1900, 1900, NOTIFY)))
    packet[4:8] = struct.pack("!HH", 7, 185)
    awaited = frozenset({bytes(packet[12:20] + packet[4:6])})
    heard_of = [(1.0, ethernet(0x0800, bytes(packet)))]

    assert list(Sieve(LinkType.ETHERNET, frozenset(), frozenset()).sift(heard_of)) == []
    assert list(Sieve(LinkType.ETHERNET, frozenset(), frozenset(), awaited).sift(heard_of)) == heard_of
