"""Bodies of HTTP replies: what was announced is undone as far as the bytes bear it out, within caps.

The body of a device that miscounts, mislabels or breaks off is kept as sent: a page that browsers
would refuse still names its maker.
"""

import codecs
import re
import zlib

from scanner.protocols.head import Anomaly, Headers, values
from scanner.protocols.text import decode

# zgrab2 reads as much; the landing pages in the captures take up to 22 KiB.
MAX_BODY_BYTES = 256 * 1024

# A 986-byte reply was measured to fill 500 MB in common HTTP clients; pages deflate to a tenth or so.
MAX_INFLATED_BYTES = 1024 * 1024
MAX_INFLATION_RATIO = 100

# zlib's window code that accepts a gzip or a zlib header, and the one for neither.
_ANY_HEADER = zlib.MAX_WBITS | 32
_NO_HEADER = -zlib.MAX_WBITS

# Chunk framing may double a body of the smallest chunks; anything beyond is not read.
_MAX_WIRE_BYTES = 2 * MAX_BODY_BYTES

# RFC 9112 section 7.1, and what clients meet besides: a prefix, blanks, any line ending, no last one.
_CHUNK_SIZE = re.compile(
    rb"[\r\n]{0,4}[ \t]{0,8}(?:0[xX])?([0-9A-Fa-f]{1,16})[ \t]{0,8}(?:;[^\r\n]{0,256})?(?:\r{0,2}\n|\r|\Z)"
)

_CHARSET = re.compile(rb"charset\s{0,8}=\s{0,8}[\"']?([\w-]{1,32})", re.IGNORECASE)
_MAX_CHARSET_BYTES = 1024  # HTML Living Standard 13.2.3.2: a page names its charset this early

# A charset name from the wire only ever selects from here. GB 18030 reads what the other two write.
_CODECS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "iso-8859-1": "latin-1",
    "latin-1": "latin-1",
    "latin1": "latin-1",
}


def unwrap(headers: Headers, wire: bytes) -> tuple[bytes, tuple[Anomaly, ...]]:
    """Return the body of a reply without chunks and compression, and what was odd about it.

    At most ``MAX_BODY_BYTES`` are kept, or ``MAX_INFLATED_BYTES`` where the body was compressed.
    """
    is_chunked = any("chunked" in value.lower() for value in values(headers, "transfer-encoding"))
    framed, framing = _dechunked(wire) if is_chunked else (wire, ())
    measured, measure = _measured(headers, framed, is_chunked)
    capped = (Anomaly.BODY_CAPPED,) if len(measured) > MAX_BODY_BYTES else ()
    body, coding = _inflated(headers, measured[:MAX_BODY_BYTES])
    return body, (*framing, *measure, *capped, *coding)


def text(body: bytes, content_type: str = "") -> str:
    """Return a body as text, or "" where it is not text.

    UTF-8 comes first, since many pages are UTF-8 whatever they declare; then the declared charset, if
    it is one of the few that are known; then UTF-8 with the other bytes spelled out.
    """
    page = body[:MAX_BODY_BYTES]
    is_whole = len(page) == len(body)
    if b"\0" in page[:512]:
        return ""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(page, is_whole)
    except UnicodeDecodeError:
        declarations = content_type.encode("utf-8", "replace"), page[:_MAX_CHARSET_BYTES]
        codec = next(filter(None, map(_declared_codec, declarations)), None)
        return page.decode(codec, "backslashreplace") if codec else decode(page)


def _declared_codec(declaration: bytes) -> str | None:
    match = _CHARSET.search(declaration)
    return _CODECS.get(match[1].decode("ascii", "replace").lower()) if match else None


def _dechunked(wire: bytes) -> tuple[bytes, tuple[Anomaly, ...]]:
    parts: list[bytes] = []
    position = 0
    wire = wire[:_MAX_WIRE_BYTES]
    while match := _CHUNK_SIZE.match(wire, position):
        size, position = int(match[1], 16), match.end()
        if size == 0:
            return b"".join(parts), ()
        parts.append(wire[position : position + size])
        position += size
        if not wire[position : position + 5].strip(b"\r\n"):
            return b"".join(parts), (Anomaly.BODY_SHORT,)
    return b"".join((*parts, wire[position:])), (Anomaly.CHUNK_UNREADABLE,)


def _measured(headers: Headers, body: bytes, is_chunked: bool) -> tuple[bytes, tuple[Anomaly, ...]]:
    """Compare the body with its announced length; only a second reply behind it is taken away."""
    announced = set(values(headers, "content-length"))
    if not announced:
        return body, ()
    length = announced_length(headers)
    if length is None or is_chunked:
        return body, (Anomaly.LENGTH_UNCLEAR,)
    if len(body) < length:
        return body, (Anomaly.BODY_SHORT,)
    if len(body) == length:
        return body, ()
    is_second_reply = body[length : length + 5].upper() == b"HTTP/"
    return body[:length] if is_second_reply else body, (Anomaly.BODY_LONG,)


def announced_length(headers: Headers) -> int | None:
    """Return the Content-Length in bytes, or None when there is none or it is not one number."""
    announced = set(values(headers, "content-length"))
    length = announced.pop() if len(announced) == 1 else ""
    is_number = length.isascii() and length.isdigit() and len(length) <= 16
    return int(length) if is_number else None


def _inflated(headers: Headers, body: bytes) -> tuple[bytes, tuple[Anomaly, ...]]:
    """Undo one layer of gzip or deflate; chains and other codings are refused."""
    announced = ",".join(values(headers, "content-encoding")).strip().lower()
    if announced in ("", "identity") or not body:
        return body, ()
    if announced not in ("gzip", "x-gzip", "deflate"):
        return body, (Anomaly.CODING_UNREADABLE,)
    limit = min(MAX_INFLATED_BYTES, MAX_INFLATION_RATIO * len(body))
    for window in (_ANY_HEADER, _NO_HEADER):
        inflater = zlib.decompressobj(window)
        try:
            page = inflater.decompress(body, limit)
        except zlib.error:
            continue
        if page:
            return page, _inflation_end(inflater)
    return body, (Anomaly.CODING_UNREADABLE,)


def _inflation_end(inflater: "zlib._Decompress") -> tuple[Anomaly, ...]:
    if inflater.eof:
        return ()
    return (Anomaly.BODY_CAPPED if inflater.unconsumed_tail else Anomaly.BODY_SHORT,)
