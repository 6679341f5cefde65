"""What a server's first bytes on a connection tell, when they were said to somebody else.

The facts are those that a sweep's own probes read from the same reply. What is encrypted tells nothing:
of TLS only the certificates of version 1.2 and older, which are sent in clear.
"""

import re
from enum import Enum

from scanner.model.observation import Fact
from scanner.protocols import banner, favicon, head, http, onvif, rtsp, tls, upnp
from scanner.protocols.body import announced_length
from scanner.protocols.head import Anomaly, Head
from scanner.protocols.opening import MAX_OPENING_BYTES, PREAMBLE, Opening, looks_like

# The largest landing page in the captures takes 41 KiB, the longest SOAP answer 14 KiB.
MAX_REPLY_BYTES = 64 * 1024

# Room for the server's own certificate, which comes first and takes about 1 KiB, and for a chain behind it.
MAX_FLIGHT_BYTES = 16 * 1024

# Every opening that is known shows within these: the longest are names of headers.
_TELLING_BYTES = 32

# On these ports a server speaks first, in words that need not look like anything.
_GREETING_PORTS = frozenset({banner.FTP_PORT, banner.SSH_PORT, banner.TELNET_PORT})
_GREETINGS = frozenset({Opening.SSH, Opening.FTP, Opening.TELNET})

# The line that ends a greeting. RFC 4253 section 4.2; RFC 959 section 4.2: code and blank.
_LAST_LINE = re.compile(rb"^(?:SSH-|220 )[^\n]*\n", re.MULTILINE)
_IAC = b"\xff"  # RFC 854

# How a reply begins on a connection that was under way before the capture was. Greetings are over by then.
_UNDER_WAY = re.compile(rb"HTTP/1\.[01] |RTSP/1\.0 |\x16\x03[\x00-\x03]..\x02", re.DOTALL)

_ICON_REQUEST = re.compile(rb"GET [^ ?]{0,1024}/favicon\.ico[ ?]")

# Bodies that can tell something; pictures, video and downloads cannot. Devices also name no type at all.
_TELLING_TYPE = re.compile(r"\A\Z|text/|html|xml|json|javascript", re.IGNORECASE)

# RFC 9112 section 6.3, and 101 (Switching Protocols), behind which HTTP ends.
_BODILESS = frozenset({101, 204, 304})

# RFC 9112 section 7.1.
_CHUNK_SIZE = re.compile(rb"[\r\n]{0,4}[ \t]{0,8}([0-9A-Fa-f]{1,8})[ \t]{0,8}(?:;[^\r\n]{0,256})?\r?\n")
_MAX_CHUNK_LINE_BYTES = 320


class Asked(Enum):
    """What of a request changes how its reply is read."""

    PAGE = "page"  # anything else, or nothing that was heard
    HEAD = "head"  # the reply has no body, whatever length it announces
    ICON = "icon"  # the body is the site's icon


def asks(payload: bytes) -> Asked:
    """Return what a segment of the client asks for."""
    if payload.startswith(b"HEAD "):
        return Asked.HEAD
    return Asked.ICON if _ICON_REQUEST.match(payload) else Asked.PAGE


def is_under_way(payload: bytes) -> bool:
    """Whether a segment begins with a reply, beyond doubt even where the connection's start was not seen."""
    return _UNDER_WAY.match(payload) is not None


def awaits_client(data: bytes, port: int) -> bool:
    """Whether this is a greeting that is over as soon as the client types."""
    return bool(data) and _opening(data, port) in _GREETINGS


def types(payload: bytes) -> bool:
    """Whether a client's segment answers a greeting; negotiation and SSH's own greeting do not."""
    return not payload.startswith((_IAC, b"SSH-"))


def may_repeat(data: bytes) -> bool:
    """Whether another reply may follow this one on its connection."""
    return looks_like(data) in (Opening.HTTP, Opening.RTSP)


def extent(data: bytes, port: int, asked: Asked = Asked.PAGE) -> int:
    """Return how many bytes the reply takes that ``data`` begins with, as far as it is worth reading.

    0 says that nothing of interest begins here. More than there are says that it is still coming: ask
    again when so many have come, or read what there is when the connection ends. Never raises.
    """
    opening = _opening(data, port)
    if opening in (Opening.HTTP, Opening.RTSP):
        return min(_message_extent(data, opening, asked), MAX_REPLY_BYTES)
    if opening in (Opening.HTML, Opening.XML):
        return MAX_REPLY_BYTES
    if opening is Opening.TLS:
        is_over = tls.read_flight(data[:MAX_FLIGHT_BYTES]).is_over
        return min(len(data) + (not is_over), MAX_FLIGHT_BYTES)
    if opening in _GREETINGS:
        last_line = _LAST_LINE.search(data, 0, banner.MAX_BANNER_BYTES)
        return last_line.end() if last_line else min(len(data) + 1, banner.MAX_BANNER_BYTES)
    return len(data) + 1 if _is_short(data) else 0


def read(data: bytes, port: int, asked: Asked = Asked.PAGE, is_whole: bool = True) -> tuple[Fact, ...]:
    """Return the facts of one reply; () when nothing is known about such bytes. Never raises.

    ``port`` is the server's. ``is_whole`` says that the bytes end where the reply does; an icon that is
    cut short is none.
    """
    opening = _opening(data, port)
    if opening in (Opening.HTTP, Opening.HTML, Opening.XML):
        return _http_facts(data, is_icon=asked is Asked.ICON and is_whole)
    if opening is Opening.RTSP:
        return rtsp.read(data)
    if opening is Opening.TLS:
        return tls.read(data)
    return banner.read(data, port) if opening in _GREETINGS else ()


def _opening(data: bytes, port: int) -> Opening:
    opening = looks_like(data)
    if opening is Opening.TELNET and port not in _GREETING_PORTS and not data.startswith(_IAC):
        # A prompt alone: only on the ports of greetings does that make a greeting.
        return Opening.UNKNOWN
    if opening is Opening.UNKNOWN and port in _GREETING_PORTS:
        return Opening.TELNET
    return opening


def _is_short(data: bytes) -> bool:
    """Whether too few bytes came to know an opening, apart from blank ones that may stand before it."""
    blank = PREAMBLE.match(data)
    return len(data) < MAX_OPENING_BYTES and len(data) - (blank.end() if blank else 0) < _TELLING_BYTES


def _http_facts(data: bytes, is_icon: bool) -> tuple[Fact, ...]:
    facts = http.read(data)
    reply = http.parse(data)
    if reply is None:
        return facts
    if is_icon and reply.status == 200 and not reply.is_partial:
        return (*facts, *favicon.read(reply.body))
    if looks_like(reply.body) is Opening.XML:
        return (*facts, *(onvif.read(reply.body) or upnp.read(reply.body)))
    return facts


def _message_extent(data: bytes, opening: Opening, asked: Asked) -> int:
    """Return where a message with a head ends, or how many bytes it needs at least."""
    start = 0
    for _ in range(http.MAX_INTERIM_REPLIES):
        message = head.parse(data[start:])
        if Anomaly.NO_BLANK_LINE in message.anomalies:
            return len(data) + 1
        start = len(data) - len(message.rest)
        if message.status is None or message.status == 101 or message.status // 100 != 1:
            break
    if opening is Opening.RTSP:
        return start + (announced_length(message.headers) or 0)
    if asked is Asked.HEAD or message.status in _BODILESS:
        return start
    if asked is Asked.ICON or _TELLING_TYPE.search(_header(message, "content-type")):
        return _body_end(data, start, message)
    end = start + (announced_length(message.headers) or MAX_REPLY_BYTES)
    # A short picture is waited for, since another reply may follow it; of anything longer the head will do.
    return end if end < MAX_REPLY_BYTES else start


def _body_end(data: bytes, start: int, message: Head) -> int:
    """Return where the body ends, or how many bytes it needs at least; the cap when only the close tells."""
    if "chunked" in _header(message, "transfer-encoding").lower():
        return _chunks_end(data, start)
    length = announced_length(message.headers)
    # Devices miscount. Where the connection closes behind the reply, that tells its end better.
    if length is None or "close" in _header(message, "connection").lower():
        return MAX_REPLY_BYTES
    return start + length


def _chunks_end(data: bytes, start: int) -> int:
    position = start
    while size := _CHUNK_SIZE.match(data, position):
        position = size.end() + int(size[1], 16)
        if position == size.end():
            return position + 2 if data.startswith(b"\r\n", position) else position
    if position >= len(data):
        return position + 1
    # What should be a chunk's size is not one: the connection's close tells the end.
    return len(data) + 1 if len(data) - position < _MAX_CHUNK_LINE_BYTES else MAX_REPLY_BYTES


def _header(message: Head, name: str) -> str:
    return ",".join(head.values(message.headers, name))
