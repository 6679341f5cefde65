"""What the first bytes of a TCP answer look like: ports say little about what a camera serves on them."""

import re
from enum import StrEnum


class Opening(StrEnum):
    """The protocol that an answer opens with."""

    HTTP = "http"
    RTSP = "rtsp"
    HTML = "html"  # a page without a head, as HTTP/0.9 sends it
    XML = "xml"  # likewise, an XML document
    SSH = "ssh"
    FTP = "ftp"
    TELNET = "telnet"
    TLS = "tls"
    UNKNOWN = "unknown"


# Some devices end their previous answer late: blank lines, NULs or a byte order mark come first.
PREAMBLE = re.compile(rb"(?:[\r\n\t \0]|\xef\xbb\xbf)*")

# Every pattern below decides within these bytes.
MAX_OPENING_BYTES = 1024

# Names that a pasted head without its status line can begin with.
_HEADERS = (
    rb"server|date|connection|keep-alive|cache-control|pragma|expires|vary|allow|location|set-cookie|etag"
    rb"|last-modified|accept-ranges|www-authenticate|content-[a-z-]+|transfer-encoding|x-[a-z-]+"
)

# Elements that pages without a head, or with a careless one, begin with.
_ELEMENTS = (
    rb"html|head|title|body|meta|link|script|style|frameset|iframe|center|div|table|form|font|h[1-6]|[apb]"
)


def _pattern(source: bytes) -> re.Pattern[bytes]:
    return re.compile(source, re.IGNORECASE)


_PATTERNS = (
    (Opening.HTTP, _pattern(rb"http[/ \t]|icy[ \t]|(?:" + _HEADERS + rb")[ \t]*:")),
    (Opening.RTSP, _pattern(rb"rtsp/")),
    # RFC 4253 section 4.2.
    (Opening.SSH, _pattern(rb"SSH-")),
    # RFC 959 section 5.4; SMTP greets with 220 too, and says so.
    (Opening.FTP, _pattern(rb"220[ -](?![^\r\n]*SMTP)")),
    # RFC 854: IAC, then WILL, WONT, DO or DONT; or the prompt that follows.
    (Opening.TELNET, _pattern(rb"\xff[\xfb-\xfe]|[^<>]{0,256}(?:login|username|password):[ \t]*\Z")),
    # RFC 5246 section 6.2.1: an alert or handshake record of SSL 3.0 to TLS 1.3.
    (Opening.TLS, _pattern(rb"[\x15\x16]\x03[\x00-\x04]")),
    (Opening.HTML, _pattern(rb"<!--|(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|(?:" + _ELEMENTS + rb")\b)")),
    (Opening.XML, _pattern(rb"<(?:\?xml|[a-z_][\w.:-]*)[\s/>]")),
)


def looks_like(data: bytes) -> Opening:
    """Return the protocol that the answer opens with; never raises."""
    start = PREAMBLE.match(data)
    first = data[start.end() if start else 0 :][:MAX_OPENING_BYTES]
    return next((opening for opening, pattern in _PATTERNS if pattern.match(first)), Opening.UNKNOWN)
