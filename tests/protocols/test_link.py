"""Link headers, laid out by hand from tcpdump.org/linktypes.html."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols import link
from scanner.protocols.link import Header, LinkType

MAC = "9c:8e:cd:0f:0b:1c"
GROUP = "01:00:5e:7f:ff:fa"
OCTETS = bytes.fromhex(MAC.replace(":", ""))
ETHERNET = bytes.fromhex(GROUP.replace(":", "")) + OCTETS + b"\x08\x00"
# Multicast, ARPHRD_ETHER, six octets, MAC with two bytes of padding, IPv4.
COOKED = bytes.fromhex("0002 0001 0006") + OCTETS + bytes(2) + b"\x08\x00"
# IPv4, reserved, interface 3, ARPHRD_ETHER, multicast, six octets, MAC with two bytes of padding.
COOKED2 = bytes.fromhex("0800 0000 00000003 0001 02 06") + OCTETS + bytes(2)


@pytest.mark.parametrize(
    ("link_type", "data", "header"),
    [
        (LinkType.ETHERNET, ETHERNET, Header(MAC, GROUP, True, (), 0x0800, 14)),
        (LinkType.LINUX_SLL, COOKED, Header(MAC, None, True, (), 0x0800, 16)),
        (LinkType.LINUX_SLL2, COOKED2, Header(MAC, None, True, (), 0x0800, 20)),
        (LinkType.RAW, b"\x45", Header(None, None, None, (), 0x0800, 0)),
        (LinkType.RAW, b"\x60", Header(None, None, None, (), 0x86DD, 0)),
        (LinkType.IPV4, b"\x4f", Header(None, None, None, (), 0x0800, 0)),
        (LinkType.IPV6, b"\x6f", Header(None, None, None, (), 0x86DD, 0)),
        (LinkType.NULL, b"\x02\0\0\0", Header(None, None, None, (), 0x0800, 4)),
        (LinkType.NULL, b"\0\0\0\x02", Header(None, None, None, (), 0x0800, 4)),
        (LinkType.NULL, b"\x1e\0\0\0", Header(None, None, None, (), 0x86DD, 4)),
        (LinkType.NULL, b"\0\0\0\x18", Header(None, None, None, (), 0x86DD, 4)),
        (LinkType.NULL, b"\x1c\0\0\0", Header(None, None, None, (), 0x86DD, 4)),
    ],
)
def test_each_link_type_tells_what_its_header_holds(link_type: LinkType, data: bytes, header: Header) -> None:
    assert link.parse(data, link_type) == header


@pytest.mark.parametrize(
    ("link_type", "data"),
    [
        (LinkType.ETHERNET, ETHERNET[:13]),
        (LinkType.LINUX_SLL, COOKED[:15]),
        (LinkType.LINUX_SLL2, COOKED2[:19]),
        (LinkType.RAW, b""),
        (LinkType.RAW, b"\x55"),
        (LinkType.NULL, b"\x02\0\0"),
        (LinkType.NULL, b"\x07\0\0\0"),  # OSI
    ],
)
def test_a_cut_header_and_another_network_protocol_give_nothing(link_type: LinkType, data: bytes) -> None:
    assert link.parse(data, link_type) is None


@pytest.mark.parametrize(
    ("packet_type", "is_to_group"), [(0, False), (1, True), (2, True), (3, False), (4, False)]
)
def test_a_cooked_header_tells_by_its_packet_type_whom_it_was_for(
    packet_type: int, is_to_group: bool
) -> None:
    first = link.parse(bytes([0, packet_type]) + COOKED[2:], LinkType.LINUX_SLL)
    second = link.parse(COOKED2[:10] + bytes([packet_type]) + COOKED2[11:], LinkType.LINUX_SLL2)

    assert first is not None and second is not None
    assert (first.is_to_group, second.is_to_group) == (is_to_group, is_to_group)


@pytest.mark.parametrize("size", [0, 4, 8, 255])
def test_a_cooked_address_that_is_no_mac_is_none(size: int) -> None:
    header = link.parse(COOKED[:4] + size.to_bytes(2) + COOKED[6:], LinkType.LINUX_SLL)

    assert header is not None and header.source_mac is None


@pytest.mark.parametrize(
    ("link_type", "start"),
    [
        (LinkType.ETHERNET, ETHERNET[:12] + b"\x88\xa8"),
        (LinkType.LINUX_SLL, COOKED[:14] + b"\x81\0"),
        (LinkType.LINUX_SLL2, b"\x91\0" + COOKED2[2:]),
    ],
)
def test_tags_are_read_behind_every_header_that_can_hold_them(link_type: LinkType, start: bytes) -> None:
    header = link.parse(start + bytes.fromhex("f00c 8100 0022 0806"), link_type)

    assert header is not None
    assert (header.vlans, header.ethertype, header.payload_at) == ((12, 34), 0x0806, len(start) + 8)


@given(st.binary(max_size=60), st.sampled_from(LinkType))
def test_any_bytes_are_read_without_complaint(data: bytes, link_type: LinkType) -> None:
    header = link.parse(data, link_type)

    assert header is None or header.payload_at <= len(data)
