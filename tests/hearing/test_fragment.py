"""Datagrams in pieces, as IP stacks send what is longer than a frame. Layout: RFC 791 section 3.1."""

import struct
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from scanner.hearing import fragment
from scanner.hearing.ear import Ear
from scanner.hearing.fragment import Fragments
from scanner.model.field import Field
from scanner.protocols import frame
from tests.hearing.wire import CAMERA, SSDP_GROUP, SSDP_GROUP_MAC, announced, ethernet, ip, udp

# Scope list of a Hikvision camera in its order, as signatures/makers/hikvision.toml has it from a capture.
HELLO = (
    b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
    b'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Body><d:Hello>'
    + b"<d:Types>dn:NetworkVideoTransmitter</d:Types><!--"
    + b"-" * 1500
    + b"-->"
    + b"<d:Scopes>onvif://www.onvif.org/hardware/DS-2CD2385G1-I</d:Scopes></d:Hello></e:Body></e:Envelope>"
)


def pieces(said: bytes, size: int = 1480, identification: int = 7) -> list[bytes]:
    """The frames of one datagram of the camera; ``size`` is a multiple of eight."""
    body = udp(3702, 3702, said)
    return [
        piece(body[at : at + size], at, at + size < len(body), identification)
        for at in range(0, len(body), size)
    ]


def piece(body: bytes, offset: int, more: bool, identification: int = 7) -> bytes:
    packet = bytearray(ip(CAMERA, SSDP_GROUP, 17, body))
    packet[4:8] = struct.pack("!HH", identification, offset // 8 | more << 13)
    return ethernet(0x0800, bytes(packet), to=SSDP_GROUP_MAC)


def joined(frames: list[bytes], fragments: Fragments | None = None) -> list[bytes | None]:
    """What is said by each frame, or None."""
    fragments = fragments or Fragments()
    got = [fragments.joined(read) for data in frames if (read := frame.parse(data))]
    return [one and one.datagram for one in got]


def scopes(frames: list[bytes]) -> Iterator[str]:
    ear = Ear()
    for sighting in ear.hear((1.0, data) for data in frames):
        yield from (seen.value for seen in sighting.observations if seen.field is Field.ONVIF_SCOPE)


def test_a_hello_in_two_frames_is_read_whole() -> None:
    first, last = pieces(HELLO)

    assert list(scopes([first])) == []
    assert list(scopes([first, last])) == ["hardware/DS-2CD2385G1-I"]


def test_the_first_piece_is_read_at_once_and_the_whole_at_the_last() -> None:
    said = bytes(range(256)) * 10

    assert joined(pieces(said, 1024)) == [said[:1016], None, said]


def test_pieces_of_several_datagrams_may_alternate() -> None:
    one, other = pieces(b"a" * 2000), pieces(b"b" * 2000, identification=8)
    frames = [one[0], other[0], one[1], other[1]]

    assert joined(frames)[2:] == [b"a" * 2000, b"b" * 2000]


def test_behind_a_lost_piece_nothing_is_put_together() -> None:
    frames = pieces(bytes(4000), 1024)

    assert joined([frames[0], *frames[2:]])[1:] == [None, None]
    assert joined(frames[1:]) == [None, None, None]


def test_a_piece_that_comes_twice_changes_nothing() -> None:
    first, middle, last = pieces(b"x" * 2500, 1024)

    assert joined([first, middle, middle, last])[-1] == b"x" * 2500


def test_what_is_in_one_piece_stays_as_it_is() -> None:
    assert joined([announced(1900, b"I am here")]) == [b"I am here"]


def test_the_bounds_hold_against_pieces_that_never_end() -> None:
    fragments = Fragments()
    for number in range(2 * fragment.MAX_WAITING):
        joined([piece(udp(3702, 3702, b"x" * 8), 0, more=True, identification=number)], fragments)
    assert len(fragments.awaited) == fragment.MAX_WAITING

    endless = [piece(udp(3702, 3702, bytes(1472)), 0, more=True)]
    endless += [piece(bytes(1480), at, more=True) for at in range(1480, 60_000, 1480)]
    joined(endless, fragments)
    assert sum(len(said) for _, said in fragments.awaited.values()) <= 8 * fragment.MAX_WAITING


@given(st.lists(st.tuples(st.binary(max_size=64), st.integers(0, 0xFFFF)), max_size=20))
def test_any_pieces_will_do(parts: list[tuple[bytes, int]]) -> None:
    frames = []
    for body, place in parts:
        packet = bytearray(ip(CAMERA, SSDP_GROUP, 17, body))
        packet[6:8] = place.to_bytes(2)
        frames.append(ethernet(0x0800, bytes(packet)))

    list(Ear().hear((1.0, data) for data in frames))
