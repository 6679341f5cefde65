"""The ear: frames of one link in, sightings out, as they come."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from scanner.hearing import datagram, fragment
from scanner.hearing.asker import Askers
from scanner.hearing.flow import Carried, Flows, Overheard
from scanner.hearing.fragment import Fragments
from scanner.hearing.plain import Plain
from scanner.hearing.repeat import Repeats
from scanner.hearing.sieve import Heard, Sieve
from scanner.model.host import Endpoint, Host
from scanner.model.sighting import Sighting, sighted
from scanner.protocols import frame
from scanner.protocols.frame import Frame, LinkType

_START_OF_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Ear:
    """Hears what hosts announce, answer and say to each other, on one interface or in one capture.

    A frame is a pair of seconds since 1970 (UTC) and its bytes; any bytes will do. What a host repeats
    within a minute is told once. Memory is bounded by constants, whatever is heard. Hears nothing
    that is encrypted; sends nothing.
    """

    def __init__(self, interface: str | None = None, link_type: LinkType = LinkType.ETHERNET) -> None:
        self.heard_count = 0
        self._interface = interface
        self._link_type = link_type
        self._plain = Plain(link_type)
        self._flows = Flows()
        self._askers = Askers()
        self._fragments = Fragments()
        self._sieve = Sieve(link_type, self._flows.finished, self._askers.ports, self._fragments.awaited)
        self._repeats = Repeats()

    @property
    def frame_count(self) -> int:
        """How many frames came; ``heard_count`` of them told something new."""
        return self._sieve.frame_count

    def hear(self, frames: Iterable[Heard]) -> Iterator[Sighting]:
        """Yield what the frames tell, in their order; may be called again with those that follow."""
        for at_s, data in self._sieve.sift(frames):
            sighting = self._told(at_s, data)
            if sighting is not None:
                self.heard_count += 1
                yield sighting

    def close(self) -> Iterator[Sighting]:
        """Yield what the flows that are still open have told so far."""
        for overheard in self._flows.close():
            yield self._sighting(overheard)

    def _told(self, at_s: float, data: bytes) -> Sighting | None:
        segment = self._plain.segment(data)
        if segment is not None:
            key, body = segment
            return self._overheard(at_s, key, Carried(body))
        look = self._plain.look(data)
        if self._repeats.has_seen(look, at_s):
            return None
        got = frame.parse(data, self._link_type)
        if got is None:
            return None
        if got.protocol == frame.PROTOCOL_TCP:
            return self._carried(at_s, got)
        return self._said(at_s, got, data, look)

    def _said(self, at_s: float, got: Frame, data: bytes, look: int) -> Sighting | None:
        whole = self._fragments.joined(got)
        if whole is None:
            return None
        answer = self._askers.answered(whole)
        if self._repeats.has(answer, at_s, look if _stands_alone(got) else None):
            return None
        return datagram.heard(answer, data, _moment(at_s), self._interface)

    def _carried(self, at_s: float, got: Frame) -> Sighting | None:
        if got.source is None or got.destination is None:
            return None
        # Addresses and ports as they lie in the packet, where the sieve looks for them.
        key = got.source.packed + got.destination.packed + got.datagram[:4]
        if key in self._flows.finished:
            return None
        return self._overheard(at_s, key, Carried(got.datagram, got.vlans))

    def _overheard(self, at_s: float, key: bytes, carried: Carried) -> Sighting | None:
        overheard = self._flows.take(key, carried, at_s)
        return self._sighting(overheard) if overheard else None

    def _sighting(self, overheard: Overheard) -> Sighting:
        host = Host(overheard.source, None, self._interface, datagram.segment(overheard.vlans))
        endpoint = Endpoint(overheard.source, overheard.source_port)
        at = _moment(overheard.at_s)
        return sighted(host, overheard.facts, datagram.SOURCE, overheard.via, at, endpoint)


def _stands_alone(got: Frame) -> bool:
    """Whether a frame says the same whatever other frames came before it."""
    if got.protocol == frame.PROTOCOL_UDP:
        return got.source_port in datagram.DATAGRAM_READERS and not fragment.is_piece(got)
    # What is no packet after all is told apart by the packet's counter, too.
    return got.protocol is not None or got.ethertype != frame.ETHERTYPE_IPV4


def _moment(at_s: float) -> datetime:
    """Return a time of a capture, which may be any number: 1970 when no calendar has it."""
    try:
        return datetime.fromtimestamp(at_s, UTC)
    except (ValueError, OverflowError, OSError):
        return _START_OF_TIME
