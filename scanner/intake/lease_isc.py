r"""ISC dhcpd's lease file, dhcpd.leases: blocks in braces, the newest entry of a lease last.

    lease 10.0.0.5 {
      starts 0 2026/11/22 09:55:32;
      cltt 0 2026/11/22 09:55:32;
      binding state active;
      hardware ethernet 02:00:00:00:00:05;
      uid "\001\002\000\000\000\000\005";
      set vendor-class-identifier = "udhcp 1.35.0";
      client-hostname "gate-camera";
    }

Source: dhcpd.leases(5). Times are in UTC, or ``epoch`` seconds where the server writes local time. A
lease is as old as its client's last message (``cltt``), or else as its beginning. An active lease says
where a host is; one that is expired, released or free says where it was, and its age says until when. An
abandoned lease (somebody unknown answers there) and a failover peer's spare one (``backup``) name no
host. Leases of IPv6 (``ia-na``) are not read; each is told as left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from scanner.intake import moment
from scanner.intake.contract import Kind, Source, Told
from scanner.intake.lease import History, Lease, identifier
from scanner.intake.line import BadLine
from scanner.intake.text_line import MAX_LINE_CHARACTERS, Line, Reading, address, mac
from scanner.protocols.text import decode

NAME = "isc-dhcp"
EXPECTED = "ISC dhcpd's lease file, with blocks such as 'lease 10.0.0.5 { ... }'"

# States in which a lease's hardware address is its last client's (dhcpd.leases(5)); "" in old files.
_HELD_STATES = frozenset({"active", "bootp", "expired", "released", "free", ""})
# dhcpd begins a block at the beginning of a line, and nothing else: the next one shows a block cut off.
_OPENING = re.compile(r"(?:lease|ia-na|ia-ta|ia-pd)\s+\S.*\{")
_LEASE = re.compile(r"lease\s+(?P<address>\S+)\s*\{")
_OURS = re.compile(r"lease\s+[0-9.]+\s*\{|#.*\bisc-dhcp-[0-9]|authoring-byte-order\s|failover peer\s")
# A text in quotes with backslashes, a comment to the end of the line, a mark, or a word.
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|#[^\n]*|[{};]|[^\s{};"#]+')
_BRACE = re.compile(r"[{}]")
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|.)")
# The word that stands before the name in 'set NAME = VALUE'.
_SETTING = "set"
_ETHERNET = "ethernet"

_Statements = dict[str, list[str]]


def read(source: Source) -> Iterator[Told]:
    """Yield the client of every lease when the file has ended; only then is it known which was the last."""
    reading, history = Reading(source), History()
    blocks = _blocks(reading.opened(EXPECTED, _OURS.match))
    yield from reading.understood(blocks, lambda block: history.keep(_lease(block, source.told_at)))
    yield from history.shown(NAME)
    yield from reading.closed()


KIND = Kind(NAME, "ISC dhcpd's lease file, dhcpd.leases", read)


def _blocks(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield each lease with its braces as if it were one line, of the number at which it begins.

    What stands in no lease is passed over. A block that the next one or the file's end cuts off is
    yielded as it is.
    """
    block: _Block | None = None
    for line in lines:
        if _OPENING.match(line.text):
            if block:
                yield block.line
            block = _Block(line.number)
        if block and block.takes_last(line):
            yield block.line
            block = None
    if block:
        yield block.line


@dataclass(slots=True)
class _Block:
    """A block as far as it has been read; of one that is too long only the beginning is kept."""

    number: int
    texts: list[str] = field(default_factory=list)
    size: int = 0
    depth: int = 0

    def takes_last(self, line: Line) -> bool:
        """Add a line; return whether its braces close the block."""
        self.size += len(line.text) if line.is_whole else MAX_LINE_CHARACTERS
        if self.size <= MAX_LINE_CHARACTERS:
            self.texts.append(line.text)
        if _BRACE.search(line.text):
            marks = Counter(_TOKEN.findall(line.text))
            self.depth += marks["{"] - marks["}"]
        return self.depth <= 0

    @property
    def line(self) -> Line:
        """The block as one piece of text."""
        return Line(self.number, "\n".join(self.texts), self.size <= MAX_LINE_CHARACTERS)


def _lease(block: Line, told_at: datetime) -> Lease:
    opening = _LEASE.match(block.text)
    if not opening:
        raise BadLine("leases of IPv6 are not read")
    said = _statements(block.text)
    state = "abandoned" if "abandoned" in said else " ".join(said.get("binding", [])[1:])
    hardware = said.get("hardware", [])
    return Lease(
        block,
        address(opening["address"]),
        _time(said.get("cltt") or said.get("starts"), told_at),
        mac(hardware[1]) if len(hardware) == 2 and hardware[0] == _ETHERNET else None,
        _text(said.get("client-hostname")),
        _hex(said.get("uid")),
        _text(said.get(f"{_SETTING} vendor-class-identifier")),
        is_held=state in _HELD_STATES,
    )


def _statements(text: str) -> _Statements:
    """Return the block's own statements by their first word; what stands in inner braces is left out."""
    statements: _Statements = {}
    words: list[str] = []
    depth = 0
    for token in _TOKEN.findall(text):
        if token in "{};":
            if token == ";" and depth == 1 and words:
                count = 2 if words[0] == _SETTING else 1
                statements[" ".join(words[:count])] = words[count:]
            depth += {"{": 1, "}": -1, ";": 0}[token]
            words = []
        elif not token.startswith("#"):
            words.append(token)
    if depth:
        raise BadLine("its braces do not close")
    return statements


def _time(words: list[str] | None, told_at: datetime) -> datetime:
    """Return what ``WEEKDAY YYYY/MM/DD HH:MM:SS`` or ``epoch SECONDS`` says, or else the file's own time."""
    if not words:
        return told_at
    try:
        if words[0] == "epoch":
            return moment.of_seconds(max(int(words[1]), 0), told_at)
        said = " ".join([*words[1:], "+0000"])
        return min(datetime.strptime(said, "%Y/%m/%d %H:%M:%S %z"), told_at)
    except (ValueError, IndexError) as error:
        raise BadLine(f"{' '.join(words)[:40]!r} is not a time") from error


def _text(words: list[str] | None) -> str:
    return decode(_unquoted(words[-1])) if words else ""


def _hex(words: list[str] | None) -> str:
    """Return an identifier, written as text in quotes or as hex with colons, as hex."""
    if not words:
        return ""
    return _unquoted(words[-1]).hex() if words[-1].startswith('"') else identifier(words[-1])


def _unquoted(word: str) -> bytes:
    r"""Return the octets of a text in quotes: ``\ooo`` is one in octal, a backslash guards a character."""
    if len(word) < 2 or not word.startswith('"') or not word.endswith('"'):
        raise BadLine(f"{word[:40]!r} is not a text in quotes")
    return _ESCAPE.sub(_octet, word[1:-1].encode("utf-8", "backslashreplace"))


def _octet(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 8)]) if len(escape[1]) == 3 else escape[1]
