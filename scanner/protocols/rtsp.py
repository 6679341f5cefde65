"""RTSP 1.0 (RFC 2326): OPTIONS and DESCRIBE as asked without credentials, and what the answers show."""

from scanner import USER_AGENT
from scanner.model.field import Field
from scanner.model.host import Address
from scanner.model.observation import Fact
from scanner.protocols import challenge, head
from scanner.protocols.body import announced_length
from scanner.protocols.head import Anomaly, Head
from scanner.protocols.opening import Opening, looks_like
from scanner.protocols.request import authority, build

# RFC 2326 section 3.2.
PORT = 554

# The longest head, and room for a session description, which takes about 1 KiB.
MAX_REPLY_BYTES = head.MAX_HEAD_BYTES + 32 * 1024

_FIELDS = challenge.Fields(Field.RTSP_WWWAUTH, Field.RTSP_REALM)
_PLAIN_HEADERS = ((Field.RTSP_SERVER, "server"), (Field.RTSP_PUBLIC, "public"))


def options(address: Address, port: int = PORT, sequence: int = 1) -> bytes:
    """Return an OPTIONS request for the server itself."""
    return build("OPTIONS", _url(address, port, "/"), "RTSP/1.0", _headers(sequence))


def describe(address: Address, port: int = PORT, sequence: int = 2, path: str = "/") -> bytes:
    """Return a DESCRIBE request for ``path``, which begins with a slash; it draws the challenge."""
    headers = (*_headers(sequence), ("Accept", "application/sdp"))
    return build("DESCRIBE", _url(address, port, path), "RTSP/1.0", headers)


def parse(data: bytes) -> Head | None:
    """Read one reply, cut short or not; None when the bytes are not RTSP."""
    if looks_like(data) is not Opening.RTSP:
        return None
    return head.parse(data[:MAX_REPLY_BYTES])


def is_whole(data: bytes) -> bool:
    """Whether a reply has come to its end, so that nothing more needs to be waited for.

    An RTSP server keeps the connection open: only the blank line and Content-Length tell.
    """
    reply = parse(data)
    if reply is None or Anomaly.NO_BLANK_LINE in reply.anomalies:
        return False
    return len(reply.rest) >= (announced_length(reply.headers) or 0)


def read(data: bytes) -> tuple[Fact, ...]:
    """Return head, Server, Public, challenges and realms of a reply, or () when it is not RTSP."""
    reply = parse(data)
    if reply is None:
        return ()
    facts = [Fact(Field.RTSP_HEAD, head.text(reply.raw), reply.raw)]
    for field, name in _PLAIN_HEADERS:
        facts.extend(Fact(field, value, reply.raw) for value in head.values(reply.headers, name) if value)
    is_cut = Anomaly.CUT_LINE in reply.anomalies
    return (*facts, *challenge.of_headers(reply.headers, _FIELDS, reply.raw, is_cut))


def _headers(sequence: int) -> tuple[tuple[str, str], ...]:
    return ("CSeq", str(sequence)), ("User-Agent", USER_AGENT)


def _url(address: Address, port: int, path: str) -> str:
    # The port is always spelled out: the published exchanges do, and old servers compare the text.
    return f"rtsp://{authority(address, port, default_port=0)}{path}"
