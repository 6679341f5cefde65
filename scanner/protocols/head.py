"""Heads of HTTP-like replies, read the way devices write them rather than the way RFC 9112 asks.

The shapes that are tolerated are the ones that HTTP clients were measured to lose, nearly all of
them still naming the device: odd status lines, any line ending, nameless header lines, no blank
line. Nothing is corrected silently: what is odd about a head is listed in its anomalies.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from scanner.protocols.opening import PREAMBLE
from scanner.protocols.text import decode

# Other clients were measured to stop at 8,190 bytes a line or 100 headers, and devices live with them;
# this leaves more room than that, and still bounds a head that never ends.
MAX_HEAD_BYTES = 32 * 1024
MAX_HEAD_LINES = 200

# Name and value of each line, in wire order and as spelled; the name of a nameless line is empty.
Headers = tuple[tuple[str, str], ...]


class Anomaly(StrEnum):
    """What is odd about a reply; the reply is read all the same."""

    LEADING_BYTES = "leading-bytes"  # blank lines or NULs stand before the status line
    NO_STATUS = "no-status"  # the status line is missing, or has no number
    NO_BLANK_LINE = "no-blank-line"  # the head ends with the data, or where markup begins
    CUT_LINE = "cut-line"  # the last header line is not ended: it may go on
    NAMELESS_LINE = "nameless-line"  # a header line has no name
    FOLDED_LINE = "folded-line"  # a header line continues the one above
    HEAD_TOO_LONG = "head-too-long"  # only the first part was read
    INTERIM_FLOOD = "interim-flood"  # 1xx replies go on and on
    LENGTH_UNCLEAR = "length-unclear"  # Content-Length is not one number, or stands beside chunks
    BODY_SHORT = "body-short"  # fewer bytes came than were announced
    BODY_LONG = "body-long"  # more bytes came than were announced
    BODY_CAPPED = "body-capped"  # the body goes on behind the cap
    CHUNK_UNREADABLE = "chunk-unreadable"  # a chunk size is not one; the rest is kept as sent
    CODING_UNREADABLE = "coding-unreadable"  # the announced compression is not the body's, or is refused


@dataclass(frozen=True, slots=True)
class Head:
    """A status line and its headers.

    ``protocol`` is as spelled (``HTTP/1.1``, ``ICY``) and empty without a status line; ``raw`` runs
    from the status line to the last header line; ``rest`` is what follows the blank line.
    """

    protocol: str
    status: int | None
    reason: str
    headers: Headers
    raw: bytes
    rest: bytes
    anomalies: tuple[Anomaly, ...]


def values(headers: Headers, name: str) -> tuple[str, ...]:
    """Return the values of every header called ``name``, given in lower case, in wire order."""
    return tuple(value for header, value in headers if header.lower() == name)


# An LF ends a line, with up to two CRs before it; so does a CR alone.
_LINE = re.compile(rb"([^\r\n]*)(\r{0,2}\n|\r|\Z)")
_BLANK_LINE = re.compile(rb"(?>\r{0,2}\n|\r)(?>\r{0,2}\n|\r)")

# Where a page begins without a blank line before it.
_MARKUP = re.compile(rb"\A[ \t]*<|<(?=(?:!doctype|html|head|title)\b)", re.IGNORECASE)

_STATUS_LINE = re.compile(r"((?:HTTP|RTSP|ICY)(?:/\S*)?)(?:[ \t]+(.*)|\Z)", re.IGNORECASE | re.DOTALL)
_STATUS = re.compile(r"([0-9]{1,4})(?![0-9])(.*)", re.DOTALL)

# What may stand around a value without being part of it (RFC 9110 section 5.6.3).
_BLANKS = " \t"

# A name may hold blanks (`Content Type`) or slashes, but not what dates and addresses are made of.
_HEADER = re.compile(r"([^\s:,;\"<>=][^:,;\"<>=]*):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of a head, and where in the data they begin, end, and leave off."""

    lines: tuple[bytes, ...]
    start: int
    end: int
    rest: int
    anomalies: tuple[Anomaly, ...] = ()


def parse(data: bytes) -> Head:
    """Read the head that ``data`` opens with; never raises, and keeps no more than the caps."""
    block = _block(data)
    lines = [decode(line) for line in block.lines]
    is_cut = len(lines) == 1 and Anomaly.CUT_LINE in block.anomalies
    protocol, status, reason = _status_line(lines[0] if lines else "", is_cut)
    headers, oddities = _headers(lines[1:] if protocol else lines)
    leading = (Anomaly.LEADING_BYTES,) if block.start else ()
    missing = (Anomaly.NO_STATUS,) if status is None else ()
    anomalies = (*leading, *missing, *block.anomalies, *oddities)
    raw = data[block.start : block.end]
    return Head(protocol, status, reason, headers, raw, data[block.rest :], anomalies)


def text(head: bytes) -> str:
    """Return a head as text: names, case and blanks as sent, every line ended by one LF."""
    lines = (match[1] for match in _LINE.finditer(head[:MAX_HEAD_BYTES]))
    return "".join(decode(line) + "\n" for line in lines if line)


def _block(data: bytes) -> _Block:
    preamble = PREAMBLE.match(data)
    start = end = preamble.end() if preamble else 0
    window = data[: start + MAX_HEAD_BYTES]
    lines: list[bytes] = []
    for match in _LINE.finditer(window, start):
        line, ending = match.groups()
        if ending and not line:
            return _Block(tuple(lines), start, end, match.end())
        if len(lines) == MAX_HEAD_LINES:
            return _overlong(data, lines, start, end)
        if markup := _MARKUP.search(line):
            cut = match.start() + markup.start()
            kept = (*lines, line[: markup.start()]) if markup.start() else tuple(lines)
            return _Block(kept, start, cut, cut, (Anomaly.NO_BLANK_LINE,))
        if line:
            lines.append(line)
            end = match.end(1)
    if len(data) > len(window):
        return _overlong(data, lines, start, end)
    cut_line = (Anomaly.CUT_LINE,) if lines and end == len(data) else ()
    return _Block(tuple(lines), start, end, len(data), (Anomaly.NO_BLANK_LINE, *cut_line))


def _overlong(data: bytes, lines: list[bytes], start: int, end: int) -> _Block:
    """Keep what fits of a head that goes on, and find where its body begins."""
    blank = _BLANK_LINE.search(data, end)
    if blank is None:
        return _Block(tuple(lines), start, end, len(data), (Anomaly.HEAD_TOO_LONG, Anomaly.NO_BLANK_LINE))
    return _Block(tuple(lines), start, end, blank.end(), (Anomaly.HEAD_TOO_LONG,))


def _status_line(line: str, is_cut: bool) -> tuple[str, int | None, str]:
    match = _STATUS_LINE.match(line)
    if match is None:
        return "", None, ""
    protocol, rest = match[1], (match[2] or "").strip(_BLANKS)
    status = _STATUS.match(rest)
    if status is None or (is_cut and rest == status[1] and len(rest) < 3):
        return protocol, None, rest
    return protocol, int(status[1]), status[2].strip(_BLANKS)


def _headers(lines: list[str]) -> tuple[Headers, tuple[Anomaly, ...]]:
    headers: list[tuple[str, str]] = []
    anomalies: dict[Anomaly, None] = {}
    for line in lines:
        bare = line.strip(_BLANKS)
        match = _HEADER.match(bare)
        if line[0] in _BLANKS and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {bare}".strip(_BLANKS))
            anomalies[Anomaly.FOLDED_LINE] = None
        elif match is None:
            headers.append(("", bare.removeprefix(":").strip(_BLANKS)))
            anomalies[Anomaly.NAMELESS_LINE] = None
        else:
            headers.append((match[1].rstrip(_BLANKS), match[2].strip(_BLANKS)))
    return tuple(headers), tuple(anomalies)
