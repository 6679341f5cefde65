"""A plain frame is read in place as it is read with care; of any other nothing is said."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.hearing.plain import Plain
from scanner.protocols import frame
from scanner.protocols.frame import LinkType
from tests.hearing.wire import CAMERA, CAMERA_MAC, CLIENT, ethernet, ip, octets, tagged, tcp

BODY = tcp(554, 50000, b"$\0media")
PACKET = ip(CAMERA, CLIENT, 6, BODY)
# RFC 791: both addresses last in the header. RFC 9293: both ports first.
FLOW = PACKET[12:20] + BODY[:4]
COOKED = struct.pack("!HHH8sH", 2, 1, 6, octets(CAMERA_MAC), 0x0800)
COOKED2 = struct.pack("!HHIHBB8s", 0x0800, 0, 3, 1, 2, 6, octets(CAMERA_MAC))
STARTS = {LinkType.ETHERNET: ethernet(0x0800, b""), LinkType.LINUX_SLL: COOKED, LinkType.RAW: b""}


@pytest.mark.parametrize(("link_type", "start"), STARTS.items(), ids=[link.name for link in STARTS])
def test_addresses_ports_and_body_are_found_behind_the_link_header(link_type: LinkType, start: bytes) -> None:
    assert Plain(link_type).segment(start + PACKET) == (FLOW, BODY)
    assert Plain(link_type).segment(start + PACKET + b"padding") == (FLOW, BODY)


@pytest.mark.parametrize(
    ("data", "link_type"),
    [
        (tagged(ethernet(0x0800, PACKET), 12), LinkType.ETHERNET),
        (ethernet(0x0800, ip(CAMERA, CLIENT, 6, BODY, options=bytes(8))), LinkType.ETHERNET),
        (ethernet(0x0800, ip(CAMERA, CLIENT, 17, BODY)), LinkType.ETHERNET),
        (ethernet(0x0800, PACKET[:6] + b"\0\x01" + PACKET[8:]), LinkType.ETHERNET),
        (ethernet(0x86DD, ip("fd00::150", "fd00::9", 6, BODY)), LinkType.ETHERNET),
        (ethernet(0x0800, PACKET[:9]), LinkType.ETHERNET),
        (b"", LinkType.ETHERNET),
        (b"\x02\0\0\0" + PACKET, LinkType.NULL),
        (COOKED2 + PACKET, LinkType.LINUX_SLL2),
    ],
    ids=["tagged", "options", "UDP", "later fragment", "IPv6", "cut", "empty", "loopback", "cooked 2"],
)
def test_nothing_is_said_of_other_frames(data: bytes, link_type: LinkType) -> None:
    assert Plain(link_type).segment(data) is None


def test_only_the_packets_counter_and_checksum_do_not_count_for_its_look() -> None:
    data, plain = ethernet(0x0800, PACKET), Plain(LinkType.ETHERNET)
    changed = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(len(data))]

    alike = [at for at, other in enumerate(changed) if plain.look(other) == plain.look(data)]
    # RFC 791: identification at 4 and 5, header checksum at 10 and 11, behind 14 bytes of Ethernet.
    assert alike == [18, 19, 24, 25]


@given(
    st.sampled_from(list(LinkType)),
    st.sampled_from([*STARTS.values(), COOKED2, b"\x02\0\0\0"]),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), max_size=3),
    st.integers(0, 90),
)
def test_a_plain_frame_is_read_as_with_care(
    link_type: LinkType, start: bytes, changes: list[tuple[int, int]], size: int
) -> None:
    data = bytearray(start + PACKET)
    for at, value in changes:
        data[at % len(data)] = value
    frozen = bytes(data[:size])

    found, got = Plain(link_type).segment(frozen), frame.parse(frozen, link_type)
    if found is not None and len(found[1]) >= len(BODY[:20]):
        assert got is not None and got.source is not None and got.destination is not None
        assert (got.protocol, got.vlans, got.datagram) == (frame.PROTOCOL_TCP, (), found[1])
        assert got.source.packed + got.destination.packed + got.datagram[:4] == found[0]
