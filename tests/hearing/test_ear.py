"""Frames in, sightings out: announcements, answers and conversations of others, in their order."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.hearing.ear import Ear
from scanner.model.field import Field
from scanner.model.host import Endpoint
from scanner.model.observation import Via
from scanner.model.sighting import Sighting
from scanner.protocols import tcp as segments
from scanner.protocols.frame import LinkType
from tests.hearing.wire import (
    CAMERA,
    CAMERA_MAC,
    CLIENT,
    CLIENT_MAC,
    NOTIFY,
    announced,
    answered,
    arp,
    ethernet,
    exchange,
    ip,
    tagged,
    tcp,
    udp,
)

AT_S = 1_795_348_800.25
AT = datetime(2026, 11, 22, 12, 0, 0, 250_000, tzinfo=UTC)


def heard(frames: Iterable[bytes], ear: Ear | None = None) -> list[Sighting]:
    """Return what an ear tells of frames that come a millisecond apart, to its end."""
    ear = ear or Ear("eth0")
    told = list(ear.hear((AT_S + number / 1000, data) for number, data in enumerate(frames)))
    return told + list(ear.close())


def values(sightings: Iterable[Sighting], field: Field) -> list[str]:
    return [o.value for sighting in sightings for o in sighting.observations if o.field is field]


def test_frames_are_told_in_their_order_with_the_captures_time_and_interface() -> None:
    probe, announcement = heard([arp(1, CAMERA_MAC, "0.0.0.0", CAMERA), announced(1900, NOTIFY)])

    assert (str(probe.host.address), str(announcement.host.address)) == ("0.0.0.0", CAMERA)
    assert (probe.seen_at, probe.host.interface) == (AT, "eth0")
    assert announcement.seen_at is not None and announcement.seen_at > AT


def test_frames_and_those_that_told_something_are_counted() -> None:
    ear = Ear()
    heard([arp(2, CAMERA_MAC, CAMERA), arp(2, CAMERA_MAC, CAMERA), announced(53, b"x"), b""], ear)

    assert (ear.frame_count, ear.heard_count) == (4, 1)


def test_what_a_server_said_to_a_client_that_acknowledged_it_counts_as_a_connection() -> None:
    sightings = heard(exchange())

    assert {str(sighting.host.address) for sighting in sightings} == {CAMERA}
    assert {sighting.host.mac for sighting in sightings} == {None}
    assert values(sightings, Field.HTTP_SERVER) == ["DNVRS-Webs"]
    assert values(sightings, Field.HTTP_REALM) == ["DS-2CD2143G0-I"]
    (server,) = (o for s in sightings for o in s.observations if o.field is Field.HTTP_SERVER)
    assert (server.via, server.source) == (Via.CONNECTION, "listener")
    assert server.endpoint == Endpoint(sightings[0].host.address, 80)


def test_with_the_servers_side_alone_it_is_overheard() -> None:
    servers_side = [data for data in exchange() if data[26:30] == bytes([10, 0, 0, 150])]
    (server,) = (o for s in heard(servers_side) for o in s.observations if o.field is Field.HTTP_SERVER)

    assert (len(servers_side), server.via) == (3, Via.OVERHEARD)


def test_the_vlan_of_a_conversation_is_its_segment() -> None:
    sightings = heard(exchange(vlans=(12, 34)))

    assert values(sightings, Field.HTTP_SERVER) == ["DNVRS-Webs"]
    assert {sighting.host.segment for sighting in sightings} == {"vlan 12.34"}


def test_a_flow_that_never_ends_is_told_at_the_end() -> None:
    ear = Ear()
    cut = exchange()[:3]
    half = cut[1][:34] + tcp(80, 50000, b"HTTP/1.1 200 OK\r\nServer: DNVRS-Webs\r\n", 500, 118)
    half = ethernet(0x0800, ip(CAMERA, CLIENT, 6, half[34:]))

    assert values(ear.hear((AT_S, data) for data in [*cut, half]), Field.HTTP_SERVER) == []
    assert values(ear.close(), Field.HTTP_SERVER) == ["DNVRS-Webs"]


def test_an_answer_from_any_port_is_heard_when_the_question_was() -> None:
    # UPnP Device Architecture 1.1, 1.3.3: an answer goes to the address and port of the search.
    search = ethernet(
        0x0800, ip(CLIENT, "239.255.255.250", 17, udp(50123, 1900, b"M-SEARCH * HTTP/1.1\r\n\r\n"))
    )
    answer = answered(49152, NOTIFY.replace(b"NOTIFY *", b"HTTP/1.1 200 OK\r\nX:"))

    assert heard([answer]) == []
    (sighting,) = heard([search, answer])
    assert (str(sighting.host.address), sighting.host.mac) == (CAMERA, None)
    assert {o.via for o in sighting.observations} == {Via.OVERHEARD}
    assert str(sighting.observations[0].endpoint) == f"{CAMERA}:49152/udp"


def test_bulk_traffic_is_soon_no_longer_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parse, parsed = segments.parse, []

    def counting(body: bytes) -> segments.Segment | None:
        parsed.append(body)
        return parse(body)

    monkeypatch.setattr(segments, "parse", counting)
    bulk = ethernet(0x0800, ip(CAMERA, CLIENT, 6, tcp(5000, 50000, bytes(1000))))

    assert heard([bulk] * 1000) == []
    assert 0 < len(parsed) < 20


def test_bulk_traffic_behind_extension_headers_tells_nothing_either() -> None:
    options = bytes([6, 0]) + bytes(6)
    bulk = ip("fd00::150", "fd00::9", 60, options + tcp(5000, 50000, bytes(1000)))

    assert heard([ethernet(0x86DD, bulk)] * 100) == []


def test_a_loopback_frame_of_an_unknown_family_tells_nothing() -> None:
    packet = announced(1900, NOTIFY)[14:]
    families = (b"\x02\0\0\0", b"\x07\0\0\0")

    first, second = (heard([family + packet], Ear(link_type=LinkType.NULL)) for family in families)
    assert (len(first), second) == (1, [])


@pytest.mark.parametrize("at_s", [float("nan"), float("inf"), 1e300, -1e300])
def test_a_time_that_no_calendar_has_is_1970(at_s: float) -> None:
    (sighting,) = Ear().hear([(at_s, arp(2, CAMERA_MAC, CAMERA))])

    assert sighting.seen_at == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_raw_capture_is_heard_without_macs() -> None:
    frames = [data[14:] for data in [*exchange(), announced(1900, NOTIFY)]]
    sightings = heard(frames, Ear(link_type=LinkType.RAW))

    assert values(sightings, Field.HTTP_SERVER) == ["DNVRS-Webs"]
    assert values(sightings, Field.SSDP_SERVER) == ["Linux, UPnP/1.0, Private Upnp SDK"]
    assert values(sightings, Field.MAC) == []


# Everything that the ear knows how to hear, and noise.
SCENE = (
    arp(1, CAMERA_MAC, "0.0.0.0", CAMERA),
    arp(1, CLIENT_MAC, CLIENT, CAMERA),
    announced(1900, NOTIFY),
    answered(1900, NOTIFY.replace(b"NOTIFY *", b"HTTP/1.1 200 OK\r\nX:")),
    tagged(announced(1900, NOTIFY), 12),
    ethernet(0x88CC, bytes.fromhex("0207 04 9c8ecd0f0b1c 0000")),
    *exchange(),
    *exchange(vlans=(7,)),
)
frames_of_a_scene = st.lists(
    st.tuples(st.sampled_from(SCENE), st.integers(0, 300), st.binary(max_size=3)), max_size=40
)


def mutated(data: bytes, place: int, junk: bytes) -> bytes:
    return data[:place] + junk + data[place + len(junk) :]


@given(frames_of_a_scene, st.lists(st.integers(0, 40), max_size=4))
def test_any_split_of_the_frames_gives_the_same_sightings(
    scene: list[tuple[bytes, int, bytes]], cuts: list[int]
) -> None:
    frames = [(AT_S + number, mutated(*each)) for number, each in enumerate(scene)]
    at_once, in_parts = Ear("eth0"), Ear("eth0")
    told = [*at_once.hear(frames), *at_once.close()]
    ends = [0, *sorted(cuts), len(frames)]
    parts = [frames[start:end] for start, end in pairwise(ends)]

    assert [s for part in parts for s in in_parts.hear(part)] + list(in_parts.close()) == told
    assert (in_parts.frame_count, in_parts.heard_count) == (at_once.frame_count, at_once.heard_count)


@given(frames_of_a_scene, st.integers(0, 120), st.sampled_from(LinkType))
def test_no_mutated_or_cut_frame_raises(
    scene: list[tuple[bytes, int, bytes]], length: int, link_type: LinkType
) -> None:
    ear = Ear(link_type=link_type)
    for each in scene:
        whole = mutated(*each)
        list(ear.hear([(AT_S, whole), (AT_S, whole[:length])]))

    assert ear.frame_count == 2 * len(scene)
