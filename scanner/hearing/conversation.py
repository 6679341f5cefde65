"""One TCP connection between others: what its server says first, and whether its client heard it."""

from enum import Enum

from scanner.hearing import reply
from scanner.hearing.assembly import Assembly
from scanner.hearing.reply import Asked
from scanner.model.observation import Fact
from scanner.protocols.opening import PREAMBLE
from scanner.protocols.tcp import ACK, FIN, RST, SEQUENCE_MASK, SYN, Segment, ahead

# The longest reply that is read takes 45 full segments and half as many acknowledgements; embedded web
# servers send a head line by line. A peer that says one byte at a time is heard out no further.
MAX_SEGMENTS = 256
# A device that is asked answers the first question or the second; what is only uploaded to is not waited for.
MAX_SILENT_SEGMENTS = 32
# A browser or a scanner asks some ten questions on one connection before it opens another.
MAX_REPLIES = 32
# Requests that wait for their reply: clients ask the next question when the last is answered.
MAX_WAITING_REQUESTS = 4


class Ending(Enum):
    """Why a conversation needs no more listening."""

    CLOSED = "closed"  # the connection is over; its ports may serve another
    HEARD = "heard"  # it goes on, and has said what is of interest, or will not


class Conversation:
    """What is known of one connection; ``ending`` is None while more may be told.

    ``port`` is the server's and ``first`` the sequence number of its first byte. ``is_confirmed`` says that
    the client was seen to acknowledge what the server said.
    """

    __slots__ = (
        "_asked",
        "_end",
        "_first",
        "_replies",
        "_segments",
        "_server",
        "_wanted_bytes",
        "ending",
        "is_confirmed",
        "port",
    )

    def __init__(self, port: int, first: int) -> None:
        self.port = port
        self.is_confirmed = False
        self.ending: Ending | None = None
        self._first = first
        self._server = Assembly(first)
        self._asked: dict[int, Asked] = {}  # by the sequence number at which the reply will begin
        self._end: int | None = None  # the sequence number behind the server's last byte
        self._wanted_bytes = 1
        self._segments = self._replies = 0

    @property
    def held_bytes(self) -> int:
        """The bytes held in memory."""
        return self._server.held_bytes

    def server_says(self, segment: Segment) -> tuple[Fact, ...]:
        """Take a segment of the server and return the facts of the replies that are now whole."""
        self._segments += 1
        # The payload of a SYN (RFC 7413) comes again, or stays a gap.
        if not segment.flags & SYN:
            self._server.take(segment.sequence, segment.payload)
        if segment.flags & FIN:
            self._end = (segment.sequence + len(segment.payload)) & SEQUENCE_MASK
        facts = self._whole_replies()
        if segment.flags & RST:
            return facts + self._finish(Ending.CLOSED)
        if self._end == self._server.next:
            return facts + self._finish(Ending.CLOSED, is_whole=True)
        return facts + self._give_up()

    def client_says(self, segment: Segment) -> tuple[Fact, ...]:
        """Take a segment of the client and return the facts of what it brings to an end."""
        self._segments += 1
        if segment.flags & ACK and ahead(segment.acknowledgement, self._first) >= 0:
            self.is_confirmed = True
        if segment.flags & RST:
            return self._finish(Ending.CLOSED)
        if segment.payload:
            self.expect(reply.asks(segment.payload), segment.acknowledgement)
            if reply.types(segment.payload) and reply.awaits_client(bytes(self._server.data), self.port):
                return self._finish(Ending.HEARD)
        return self._give_up()

    def expect(self, asked: Asked, first: int) -> None:
        """Note a request; its reply will begin at the sequence number that the request acknowledges."""
        if asked is not Asked.PAGE:
            self._asked[first] = asked
        if len(self._asked) > MAX_WAITING_REQUESTS:
            del self._asked[next(iter(self._asked))]

    def finish(self) -> tuple[Fact, ...]:
        """Return the facts of what is there; nothing more is waited for."""
        return self._finish(Ending.HEARD)

    def _whole_replies(self) -> tuple[Fact, ...]:
        facts: list[Fact] = []
        while self.ending is None and len(self._server.data) >= self._wanted_bytes:
            data = bytes(self._server.data)
            asked = self._asked_for(data)
            length = reply.extent(data, self.port, asked)
            if length > len(data):
                self._wanted_bytes = length
                break
            facts += reply.read(data[:length], self.port, asked, length < reply.MAX_REPLY_BYTES)
            self._advance(data, length)
        return tuple(facts)

    def _advance(self, data: bytes, length: int) -> None:
        """Go on behind a reply, or end where none can follow."""
        self._replies += 1
        if length == 0 or self._replies == MAX_REPLIES or not reply.may_repeat(data):
            self.ending = Ending.HEARD
        self._server.drop(length)
        self._wanted_bytes = 1

    def _asked_for(self, data: bytes) -> Asked:
        """Return what was asked for by the request that this reply answers."""
        first = self._server.first
        late = PREAMBLE.match(data)  # line ends of the reply before; the client may not have had them yet
        behind = (first + late.end()) & SEQUENCE_MASK if late else first
        return self._asked.get(behind) or self._asked.get(first, Asked.PAGE)

    def _give_up(self) -> tuple[Fact, ...]:
        if self.ending is not None or not (self._is_long() or self._server.is_stuck):
            return ()
        return self._finish(Ending.HEARD)

    def _is_long(self) -> bool:
        if self._segments < MAX_SILENT_SEGMENTS:
            return False
        is_silent = not self.held_bytes and not self._replies
        return is_silent or self._segments >= MAX_SEGMENTS

    def _finish(self, ending: Ending, is_whole: bool = False) -> tuple[Fact, ...]:
        if self.ending is Ending.HEARD:
            return ()
        self.ending = ending
        data = bytes(self._server.data[: reply.MAX_REPLY_BYTES])
        self._server = Assembly(self._server.next)
        return reply.read(data, self.port, self._asked_for(data), is_whole) if data else ()
