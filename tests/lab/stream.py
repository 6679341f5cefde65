"""What devices do on TCP: web servers, RTSP servers, and ports that just talk."""

import asyncio
import re
from dataclasses import dataclass

from tests.lab.certificate import Certificate
from tests.lab.journal import Journal
from tests.lab.unit import Unit

# No request to a device needs more; whoever sends more is cut off, as small web servers do.
MAX_REQUEST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpService:
    """One open TCP port."""

    port: int
    tls: Certificate | None = None

    def greeting(self, unit: Unit) -> bytes:
        """Return what is said before any request."""
        del unit
        return b""

    def request_length(self, buffer: bytes) -> int:
        """Return the length of the first whole request in ``buffer``, or 0 while it is not whole."""
        return len(buffer)

    def answer(self, request: bytes, unit: Unit) -> bytes:
        """Return the answer to one request; empty means silence."""
        del request, unit
        return b""

    def hangs_up(self, answer: bytes) -> bool:
        """Whether the connection ends after this answer."""
        del answer
        return False

    def conversation(self, unit: Unit, journal: Journal) -> "Conversation":
        """Return the handler of one new connection."""
        return Conversation(self, unit, journal)


class Conversation(asyncio.Protocol):
    """One connection to one service, written down in the device's journal."""

    transport: asyncio.Transport

    def __init__(self, service: TcpService, unit: Unit, journal: Journal) -> None:
        self.service = service
        self.unit = unit
        self.journal = journal
        self.peer = ""
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection and greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.peer = str(transport.get_extra_info("peername")[0])
        self.journal.opened(self.service.port, self.peer)
        if greeting := self.service.greeting(self.unit):
            transport.write(greeting)

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self.journal.note("tcp", self.service.port, self.peer, data)
        self._buffer += data
        while not self.transport.is_closing() and (length := self.service.request_length(self._buffer)):
            request, self._buffer = self._buffer[:length], self._buffer[length:]
            self._say(self.service.answer(request, self.unit))
        if len(self._buffer) > MAX_REQUEST_BYTES:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the end."""
        self.journal.closed()

    def hang_up(self) -> None:
        """End the connection at once; one whose TLS handshake has not ended is none yet."""
        if self.peer:
            self.transport.abort()

    def _say(self, answer: bytes) -> None:
        self.transport.write(answer)
        if self.service.hangs_up(answer):
            self.transport.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk(TcpService):
    """A port that greets, and answers what a pattern (bytes regular expression) fits."""

    says: bytes = b""
    answers: tuple[tuple[bytes, bytes], ...] = ()

    def greeting(self, unit: Unit) -> bytes:
        """Return the banner."""
        return unit.fill(self.says)

    def answer(self, request: bytes, unit: Unit) -> bytes:
        """Return the reply of the first pattern that fits."""
        for pattern, reply in self.answers:
            if re.match(pattern, request, re.DOTALL):
                return unit.fill(reply)
        return b""


@dataclass(frozen=True, slots=True)
class Page:
    """A path and the whole reply to it, head included; ``asks`` must stand in the request's body."""

    path: str
    reply: bytes
    asks: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Web(TcpService):
    """An HTTP server that sends exact bytes."""

    port: int = 80
    otherwise: bytes
    pages: tuple[Page, ...] = ()

    def request_length(self, buffer: bytes) -> int:
        """Cut at the end of the head and of the body that it announces."""
        return message_length(buffer)

    def answer(self, request: bytes, unit: Unit) -> bytes:
        """Return the page, without its body for HEAD."""
        method, _, rest = request.partition(b" ")
        target = rest.split(b" ", 1)[0].decode(errors="replace")
        reply = compose(self._page(target.split("?", 1)[0], request), unit)
        return reply.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == b"HEAD" else reply

    def hangs_up(self, answer: bytes) -> bool:
        """Close where the head says so, and after HTTP/1.0."""
        head = answer.partition(b"\r\n\r\n")[0].lower()
        return head.startswith(b"http/1.0") or b"connection: close" in head

    def _page(self, path: str, request: bytes) -> bytes:
        for page in self.pages:
            if page.path == path and page.asks in request:
                return page.reply
        return self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Rtsp(TcpService):
    """An RTSP server that never plays: it answers OPTIONS and challenges the rest."""

    port: int = 554
    options: bytes
    describe: bytes

    def request_length(self, buffer: bytes) -> int:
        """Cut at the end of the head."""
        return message_length(buffer)

    def answer(self, request: bytes, unit: Unit) -> bytes:
        """Answer in RTSP what was asked in RTSP, echoing its CSeq."""
        if b" RTSP/1.0" not in request:
            return b""
        reply = self.options if request.startswith(b"OPTIONS ") else self.describe
        sequence = re.search(rb"(?im)^CSeq: *([^\r\n]*)", request)
        return compose(reply, unit).replace(b"@CSEQ@", sequence[1] if sequence else b"0")


def message_length(buffer: bytes) -> int:
    """Return the length of the first HTTP-like message in ``buffer``, or 0 while it is not whole."""
    head, blank, _ = buffer.partition(b"\r\n\r\n")
    if not blank:
        return 0
    announced = re.search(rb"(?im)^content-length: *(\d{1,7})", head)
    length = len(head) + 4 + (int(announced[1]) if announced else 0)
    return length if len(buffer) >= length else 0


def compose(template: bytes, unit: Unit) -> bytes:
    """Fill a reply; ``@LENGTH@`` and ``@HEXLENGTH@`` in its head become the length of its body."""
    head, blank, body = unit.fill(template).partition(b"\r\n\r\n")
    head = head.replace(b"@LENGTH@", b"%d" % len(body)).replace(b"@HEXLENGTH@", b"%x" % len(body))
    return head + blank + body


def reply(head: str, body: str | bytes = b"") -> bytes:
    """Return a reply from its head, one header a line, and its body."""
    lines = head.strip().split("\n")
    content = body.encode() if isinstance(body, str) else body
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
