"""IPv6 neighbour discovery, with scapy to build it."""

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import frame, neighbour
from scanner.protocols.neighbour import Neighbour
from tests.protocols.oracle import (
    UDP,
    Ether,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
)

CARD, OWN_MAC = "44:19:b6:00:00:40", "44:19:b6:00:00:41"
CAMERA, OTHER = IPv6Address("fe80::4619:b6ff:fe00:40"), IPv6Address("fe80::1")


def heard(message: object, source: IPv6Address | str = CAMERA, hops: int = 255) -> Neighbour | None:
    """Return what a frame from the camera's card tells."""
    packet = Ether(src=CARD, dst="33:33:00:00:00:01") / IPv6(src=str(source), dst="ff02::1", hlim=hops)
    read = frame.parse(bytes(packet / message))
    assert read is not None
    return neighbour.read_packet(read)


@pytest.mark.parametrize(
    ("message", "source", "found"),
    [
        (
            ICMPv6ND_NA(tgt=str(CAMERA)) / ICMPv6NDOptDstLLAddr(lladdr=OWN_MAC),
            CAMERA,
            Neighbour(CAMERA, OWN_MAC),
        ),
        (ICMPv6ND_NA(tgt=str(CAMERA)), OTHER, Neighbour(CAMERA, CARD)),
        (
            ICMPv6ND_NS(tgt=str(OTHER)) / ICMPv6NDOptSrcLLAddr(lladdr=OWN_MAC),
            CAMERA,
            Neighbour(CAMERA, OWN_MAC),
        ),
        (ICMPv6ND_NS(tgt=str(OTHER)), CAMERA, Neighbour(CAMERA, CARD)),
        (ICMPv6ND_NS(tgt=str(CAMERA)), "::", Neighbour(CAMERA, CARD)),
    ],
    ids=["advertises", "advertises without option", "asks", "asks without option", "checks for a duplicate"],
)
def test_the_sender_tells_which_hardware_address_it_has(
    message: object, source: IPv6Address, found: Neighbour
) -> None:
    assert heard(message, source) == found


def test_an_option_of_the_other_kind_is_passed_over() -> None:
    options = ICMPv6NDOptSrcLLAddr(lladdr="02:00:00:00:00:99") / ICMPv6NDOptDstLLAddr(lladdr=OWN_MAC)

    assert heard(ICMPv6ND_NA(tgt=str(CAMERA)) / options) == Neighbour(CAMERA, OWN_MAC)


@pytest.mark.parametrize(
    ("message", "hops"),
    [
        (ICMPv6ND_NA(tgt=str(CAMERA)), 254),  # came through a router
        (ICMPv6ND_NA(tgt="ff02::1"), 255),
        (ICMPv6ND_NA(tgt="::"), 255),
        (bytes(ICMPv6ND_NA(tgt=str(CAMERA)))[:23], 255),
        (UDP(sport=1, dport=2) / bytes(40), 255),
    ],
    ids=["from elsewhere", "a group", "no address", "cut", "not icmpv6"],
)
def test_what_no_neighbour_can_say_gives_nothing(message: object, hops: int) -> None:
    assert heard(message, hops=hops) is None


def test_options_of_no_length_end_the_reading() -> None:
    message = bytes([136, 0, 0, 0, 0, 0, 0, 0]) + CAMERA.packed

    assert neighbour.read(message + bytes(1000)) == ()
    assert neighbour.read(message + b"\x0e\x01" + bytes(6) + b"\x02\x01" + bytes(5)) == ()


def test_the_hardware_address_is_a_fact() -> None:
    message = bytes([136, 0, 0, 0, 0, 0, 0, 0]) + CAMERA.packed + b"\x02\x01" + bytes.fromhex("4419b6000041")

    assert [(fact.field, fact.value) for fact in neighbour.read(message)] == [(Field.MAC, OWN_MAC)]


@given(st.sampled_from([b"", b"\x87", b"\x88"]), st.binary(max_size=200))
def test_any_bytes_are_read_without_complaint(kind: bytes, junk: bytes) -> None:
    assert len(neighbour.read(kind + junk)) <= 1
    assert heard(kind + junk) is None or len(kind + junk) >= 24
