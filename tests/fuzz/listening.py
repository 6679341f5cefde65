"""Captures and conversations, given bytes: an input is cut into frames or segments by its own lengths."""

from collections.abc import Iterator
from io import BytesIO
from ipaddress import IPv4Address
from math import isfinite
from struct import pack

from scanner.errors import NotThisKind
from scanner.hearing import reply
from scanner.hearing.ear import Ear
from scanner.hearing.flow import MAX_FINISHED, Carried, Flows, Overheard
from scanner.hearing.reply import Asked
from scanner.intake.capture import Batch, frames
from scanner.intake.contract import Source
from scanner.model.observation import Via
from scanner.model.sighting import Sighting
from scanner.protocols import frame, link, tcp
from scanner.protocols.frame import Frame, LinkType
from tests.fuzz.reading import AT, pieces

# So that an input of some frames lasts longer than what is remembered for a minute.
SECONDS_BETWEEN_FRAMES = 7.0
HEARD_VIAS = frozenset({Via.LINK, Via.MULTICAST, Via.OVERHEARD, Via.CONNECTION})

CLIENT, SERVER = IPv4Address("10.0.0.9"), IPv4Address("10.0.0.150")
CLIENT_PORT = 40_000
SERVER_PORTS = (80, 21, 22, 23, 443, 554, 8000)
_LINKS = tuple(LinkType)


def linked_frame(data: bytes) -> Frame | None:
    """Read a frame of the link that the first byte picks."""
    if not data:
        return None
    kind, linked = _LINKS[data[0] % len(_LINKS)], data[1:]
    header, got = link.parse(linked, kind), frame.parse(linked, kind)
    assert (header is None) == (got is None)
    assert header is None or header.payload_at <= len(linked), f"a payload behind the end: {header}"
    return got


def ear(data: bytes) -> list[Sighting]:
    """Hear frames on the link that the first byte picks, in one go and one by one: the same is told."""
    kind = _LINKS[data[0] % len(_LINKS)] if data else LinkType.ETHERNET
    heard = [(at * SECONDS_BETWEEN_FRAMES, piece) for at, piece in enumerate(pieces(data[1:]))]
    told, again = _told(Ear("eth0", kind), [heard]), _told(Ear("eth0", kind), [[one] for one in heard])
    assert told == again, "what is told depends on how the frames arrive"
    seen = [observation for sighting in told for observation in sighting.observations]
    assert {observation.via for observation in seen} <= HEARD_VIAS
    return told


def _told(listener: Ear, groups: list[list[tuple[float, bytes]]]) -> list[Sighting]:
    told = [sighting for group in groups for sighting in listener.hear(group)]
    assert listener.frame_count == sum(map(len, groups)) >= listener.heard_count
    return [*told, *listener.close()]


def conversation(data: bytes) -> list[Overheard]:
    """Take the segments of one connection, to the server port that the first byte picks.

    Each piece is one segment: flags, whose highest bit makes it the client's, a place in the stream of
    two bytes, and the payload.
    """
    flows = Flows()
    port = SERVER_PORTS[data[0] % len(SERVER_PORTS)] if data else SERVER_PORTS[0]
    told, is_acknowledged = [], False
    for number, piece in enumerate(pieces(data[1:])):
        head = piece[:3].ljust(3, b"\0")
        is_client = bool(head[0] & 0x80)
        is_acknowledged |= is_client and bool(head[0] & tcp.ACK)
        told.append(_taken(flows, is_client, _segment(is_client, port, head, piece[3:]), float(number)))
    overheard = [one for one in (*told, *flows.close()) if one is not None]
    assert len(flows.finished) <= MAX_FINISHED
    assert is_acknowledged or all(one.via is Via.OVERHEARD for one in overheard), "nobody was seen to listen"
    assert all((one.source, one.source_port) in ((SERVER, port), (CLIENT, CLIENT_PORT)) for one in overheard)
    return overheard


def _segment(is_client: bool, port: int, head: bytes, payload: bytes) -> bytes:
    place = int.from_bytes(head[1:3])
    ports = (CLIENT_PORT, port) if is_client else (port, CLIENT_PORT)
    return pack("!HHIIBB6x", *ports, place, place, 0x50, head[0] & 0x7F) + payload


def _taken(flows: Flows, is_client: bool, segment: bytes, at_s: float) -> Overheard | None:
    source, destination = (CLIENT, SERVER) if is_client else (SERVER, CLIENT)
    key = source.packed + destination.packed + segment[:4]
    if key in flows.finished:
        return None
    return flows.take(key, Carried(segment), at_s)


def server_words(data: bytes) -> object:
    """Read what a server said first, on every kind of port and after every question."""
    told = []
    for port in SERVER_PORTS:
        for asked in Asked:
            extent = reply.extent(data, port, asked)
            assert 0 <= extent <= max(len(data) + 1, reply.MAX_REPLY_BYTES)
            told.append(reply.read(data[:extent], port, asked, extent <= len(data)))
    return told


def capture(data: bytes) -> list[str]:
    """Read a capture file; every frame has a time, and whatever is raised comes before the first of them."""
    source = Source(BytesIO(data), "hostile", AT)
    stream = frames(source)
    try:
        first = next(stream, None)
    except NotThisKind as refusal:
        return [str(refusal)]
    return [] if first is None else list(_incidents([first, *stream]))


def _incidents(told: list[object]) -> Iterator[str]:
    for one in told:
        if isinstance(one, Batch):
            assert all(isfinite(at_s) for at_s, _ in one.frames), "a frame outside time"
        else:
            yield str(one)
