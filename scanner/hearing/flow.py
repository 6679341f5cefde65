"""The TCP flows of others on the segment: the first words of each server, put together within bounds.

Nothing is trusted to end: flows, gaps, replies and services are all counted, and what is idlest goes first.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from ipaddress import ip_address
from typing import NamedTuple

from scanner.hearing import reply
from scanner.hearing.conversation import Conversation, Ending
from scanner.hearing.reply import Asked
from scanner.model.field import Field
from scanner.model.host import Address
from scanner.model.observation import Fact, Via
from scanner.protocols import tcp
from scanner.protocols.tcp import Segment

# Flows at a time; a busy /20 keeps some thousands open. Full, all tables here were measured to take 25 MiB
# besides what the flows hold.
MAX_FLOWS = 8192
# What all flows hold together: a full reply each for one in sixteen of them.
MAX_HELD_BYTES = 32 * 1024 * 1024
# A server that pauses as long has said what it will say.
MAX_IDLE_S = 60.0
# Directions that are remembered as needing no look: both of four times as many flows. One that is forgotten
# and goes on costs a few looks again.
MAX_FINISHED = 65_536
# Directions of flows that began before the capture, and the segments in which one may show a reply.
MAX_STRANGERS = 16_384
MAX_STRANGER_SEGMENTS = 8
# Services that are remembered. One that tells more than a whole sweep would take from it is heard no further,
# so that memory follows the hosts and not the traffic; page text counts by itself, since somebody who
# browses a device must not use up what its other replies may tell.
MAX_SERVICES = 16_384
MAX_PAGE_BYTES = 512 * 1024
MAX_TOLD_BYTES = 512 * 1024
FACT_COST_BYTES = 256  # an observation, besides its value

# RFC 9293 section 3.1: a header with all its options, which is enough to show that a port is open.
_MAX_HEADER_BYTES = 60


class Carried(NamedTuple):
    """A packet's body, which begins with the TCP header, and the VLANs that it came through."""

    body: bytes
    vlans: tuple[int, ...] = ()


class Overheard(NamedTuple):
    """Facts that a server told to somebody else.

    ``at_s`` is the time of its last segment, in seconds since 1970 UTC; ``vlans`` are those of its first.
    ``via`` is ``CONNECTION`` when the client was seen to acknowledge the server, else ``OVERHEARD``.
    """

    source: Address
    source_port: int
    facts: tuple[Fact, ...]
    via: Via
    at_s: float
    vlans: tuple[int, ...]


class _Service:
    """What a server's port has told so far."""

    __slots__ = ("open_via", "page_bytes", "told_bytes")

    def __init__(self) -> None:
        self.open_via: Via | None = None
        self.page_bytes = self.told_bytes = 0

    @property
    def is_spent(self) -> bool:
        return self.told_bytes >= MAX_TOLD_BYTES

    def admit(self, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Count facts, and return those that may still be told: page text only within its bound."""
        pages = [fact for fact in facts if fact.field is Field.HTTP_BODY]
        others = [fact for fact in facts if fact.field is not Field.HTTP_BODY]
        self.told_bytes += sum(FACT_COST_BYTES + len(fact.value) for fact in others)
        if self.page_bytes >= MAX_PAGE_BYTES:
            return tuple(others)
        self.page_bytes += sum(len(fact.value) for fact in pages)
        return facts


class _Flow:
    """A conversation, and what its facts are told with."""

    __slots__ = ("address", "at_s", "held_bytes", "opened_by", "service", "talk", "vlans")

    def __init__(self, address: Address, carried: Carried, service: _Service, talk: Conversation) -> None:
        self.address, self.vlans = address, carried.vlans
        self.opened_by = carried.body[:_MAX_HEADER_BYTES]
        self.service, self.talk = service, talk
        self.held_bytes, self.at_s = 0, 0.0


class _Stranger(NamedTuple):
    """A direction of a flow whose beginning was not seen: how often met, and its last segment's meaning."""

    segments: int = 0
    acknowledgement: int = -1
    asked: Asked = Asked.PAGE


class Flows:
    """All flows of one capture.

    A key is source address, destination address, source port and destination port, as the packet has
    them. ``finished`` holds the keys of directions that need no more looking at: skip their segments. The
    same ports used again are not looked at either while they are remembered there; a connection that was
    seen to close is not remembered.
    """

    def __init__(self) -> None:
        self.finished: OrderedDict[bytes, None] = OrderedDict()
        self._flows: OrderedDict[bytes, _Flow] = OrderedDict()  # by the server's key, the idlest first
        self._strangers: OrderedDict[bytes, _Stranger] = OrderedDict()
        self._services: OrderedDict[bytes, _Service] = OrderedDict()
        self._told: deque[Overheard] = deque()
        self._held_bytes = 0

    def take(self, key: bytes, carried: Carried, at_s: float) -> Overheard | None:
        """Take one segment of a direction that is not finished, and return what it made known.

        When it made more known than one flow's facts, the rest comes with the next calls. ``at_s`` is when
        the frame was captured, in seconds since 1970 UTC. A segment whose header is not whole tells nothing.
        """
        segment = tcp.parse(carried.body)
        if segment is None:
            return None
        flow = self._flows.get(key)
        if flow is None:
            client_of = _reverse(key)
            flow = self._flows.get(client_of)
            if flow is None:
                self._meet(key, carried, segment, at_s)
            else:
                self._settle(client_of, flow, flow.talk.client_says(segment))
        else:
            self._server_says(key, flow, segment, at_s)
        return self._told.popleft() if self._told else None

    def close(self) -> Iterator[Overheard]:
        """Yield what is not told yet, and end all flows with what they have said so far."""
        while self._flows:
            self._evict()
        while self._told:
            yield self._told.popleft()

    def _meet(self, key: bytes, carried: Carried, segment: Segment, at_s: float) -> None:
        """Take a segment of no known flow: a flow begins, a reply to be read, or neither."""
        if tcp.accepts(segment):
            self._open(key, carried, segment, (segment.sequence + 1) & tcp.SEQUENCE_MASK, at_s)
        elif reply.is_under_way(segment.payload):
            self._join(key, carried, segment, at_s)
        elif not segment.flags & (tcp.SYN | tcp.FIN | tcp.RST):
            self._pass(key, segment)

    def _join(self, key: bytes, carried: Carried, segment: Segment, at_s: float) -> None:
        """Listen from here on to a flow that was under way, where a reply begins."""
        flow = self._open(key, carried, segment, segment.sequence, at_s)
        if flow is None:
            return
        client = self._strangers.pop(_reverse(key), _Stranger())
        if client.acknowledgement == segment.sequence:
            flow.talk.is_confirmed = True
            flow.talk.expect(client.asked, segment.sequence)
        self._server_says(key, flow, segment, at_s)

    def _pass(self, key: bytes, segment: Segment) -> None:
        """Count a segment that tells nothing by itself; after some, the direction is finished."""
        count = self._strangers.pop(key, _Stranger()).segments + 1
        if count >= MAX_STRANGER_SEGMENTS:
            self._finish(key)
            return
        asked = reply.asks(segment.payload)
        self._strangers[key] = _Stranger(count, segment.acknowledgement, asked)
        if len(self._strangers) > MAX_STRANGERS:
            self._strangers.popitem(last=False)

    def _open(self, key: bytes, carried: Carried, segment: Segment, first: int, at_s: float) -> _Flow | None:
        """Begin a flow at the server's first byte, unless its service has told enough."""
        service = self._service(key)
        client = _reverse(key)
        if service.is_spent:
            self._finish(key)
            self._finish(client)
            return None
        self._make_room(at_s)
        self.finished.pop(client, None)
        talk = Conversation(segment.source_port, first)
        flow = self._flows[key] = _Flow(_source(key), carried, service, talk)
        flow.at_s = at_s
        return flow

    def _service(self, key: bytes) -> _Service:
        name = key[: _width(key)] + key[-4:-2]
        service = self._services.get(name)
        if service is None:
            service = self._services[name] = _Service()
            if len(self._services) > MAX_SERVICES:
                self._services.popitem(last=False)
        self._services.move_to_end(name)
        return service

    def _make_room(self, at_s: float) -> None:
        if not self._flows:
            return
        idlest = next(iter(self._flows.values()))
        if len(self._flows) >= MAX_FLOWS or at_s - idlest.at_s > MAX_IDLE_S:
            self._evict()

    def _evict(self) -> None:
        """End the flow that has been silent for longest with what it has said so far."""
        key, flow = next(iter(self._flows.items()))
        self._settle(key, flow, flow.talk.finish())

    def _server_says(self, key: bytes, flow: _Flow, segment: Segment, at_s: float) -> None:
        flow.at_s = at_s
        self._flows.move_to_end(key)
        self._settle(key, flow, flow.talk.server_says(segment))
        while self._held_bytes > MAX_HELD_BYTES:
            self._evict()

    def _settle(self, key: bytes, flow: _Flow, facts: tuple[Fact, ...]) -> None:
        """Tell facts, and let go of a flow that has ended or whose service has told enough."""
        ending = flow.talk.ending
        if facts or ending is not None:
            self._tell(flow, facts)
        is_over = ending is not None or flow.service.is_spent
        held_bytes = 0 if is_over else flow.talk.held_bytes
        self._held_bytes += held_bytes - flow.held_bytes
        flow.held_bytes = held_bytes
        if is_over:
            del self._flows[key]
        if is_over and ending is not Ending.CLOSED:
            self._finish(key)
            self._finish(_reverse(key))

    def _tell(self, flow: _Flow, facts: tuple[Fact, ...]) -> None:
        """Tell facts, with that of the open port unless it has been told on as good grounds."""
        via = Via.CONNECTION if flow.talk.is_confirmed else Via.OVERHEARD
        service = flow.service
        if service.open_via not in (via, Via.CONNECTION):
            service.open_via = via
            facts = (tcp.open_port(flow.talk.port, flow.opened_by), *facts)
        facts = service.admit(facts)
        if facts:
            self._told.append(Overheard(flow.address, flow.talk.port, facts, via, flow.at_s, flow.vlans))

    def _finish(self, key: bytes) -> None:
        self.finished[key] = None
        if len(self.finished) > MAX_FINISHED:
            self.finished.popitem(last=False)


def _reverse(key: bytes) -> bytes:
    """Return the key of the other direction."""
    width = _width(key)
    return key[width : 2 * width] + key[:width] + key[-2:] + key[-4:-2]


def _source(key: bytes) -> Address:
    return ip_address(key[: _width(key)])


def _width(key: bytes) -> int:
    """Return how many bytes an address takes: there are two before the two ports."""
    return len(key) // 2 - 2
