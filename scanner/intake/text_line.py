"""Lists that other tools write as text, line by line: decoding, evidence, and what becomes of bad lines."""

import codecs
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address
from itertools import chain, islice

from scanner.intake import sniff
from scanner.intake.contract import Source, Told
from scanner.intake.line import BadLine
from scanner.model.field import Field
from scanner.model.host import Address, Host, canonical_mac
from scanner.model.observation import Fact, Via
from scanner.model.scope import parse_address
from scanner.model.sighting import Incident, Sighting

# Kea's user context, the longest thing on a line of these files, ends at 8192 characters.
MAX_LINE_CHARACTERS = 64 * 1024
# Lease files of 65,536 clients with a day of history stay below; a stream that never ends does not.
MAX_FILE_BYTES = 128 * 1024 * 1024
# A banner, a prompt or a title may stand above a list; what begins later is another kind of file.
MAX_OPENING_LINES = 50
# Who reads more than twenty complaints repairs the file, and not its lines.
MAX_COMPLAINTS = 20

NO_ADDRESS = IPv4Address(0)

_CHUNK_BYTES = 64 * 1024
_SHOWN_CHARACTERS = 60
# Windows PowerShell 5 writes UTF-16 with a byte order mark where output is redirected into a file
# (about_Character_Encoding); UTF-8 with a mark comes from editors and from PowerShell's utf8.
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line by its number from 1; ``is_whole`` is False for one that was longer than is read."""

    number: int
    text: str
    is_whole: bool = True

    def shows(self, host: Host, kind: str, at: datetime, *told: tuple[Field, str]) -> Sighting:
        """Return a host with what the line tells of it, its MAC first; an empty value tells nothing."""
        raw = self.text.encode("utf-8", "backslashreplace")
        values = ((Field.MAC, host.mac or ""), *told)
        facts = (Fact(name, value, raw) for name, value in values if value)
        return Sighting(host, tuple(fact.seen(host, kind, Via.IMPORTED, at) for fact in facts))


# Reads one line: returns what it tells by itself, or raises BadLine.
Understand = Callable[[Line], Iterable[Sighting]]


@dataclass(slots=True)
class Reading:
    """One file as lines; what it costs is told as incidents that name the file and the line."""

    source: Source
    max_line_characters: int = MAX_LINE_CHARACTERS
    max_file_bytes: int = MAX_FILE_BYTES
    _complaints: int = field(default=0, init=False)
    _is_cut: bool = field(default=False, init=False)

    def opened(self, expected: str, is_ours: Callable[[str], object]) -> Iterator[Line]:
        """Return the lines of a file, blank ones left out, in whose opening ``is_ours`` accepts a line.

        ``is_ours`` may raise BadLine for no. Raises NotThisKind with ``expected``, a phrase that names the
        kind and shows a line of it.
        """
        lines, opening = self._lines(), list[Line]()
        for line in islice(lines, MAX_OPENING_LINES):
            opening.append(line)
            if _accepts(is_ours, line):
                return chain(opening, lines)
            if not line.is_whole:
                break
        raise sniff.not_this_kind(self.source.name, expected, "\n".join(line.text for line in opening))

    def understood(self, lines: Iterable[Line], understand: Understand) -> Iterator[Told]:
        """Yield what each line tells; a line that cannot be read costs itself only."""
        for line in lines:
            try:
                if not line.is_whole:
                    raise BadLine(f"it is longer than {self.max_line_characters} characters")
                yield from understand(line)
            except BadLine as error:
                yield from self.complain(line.number, str(error))

    def complain(self, number: int, reason: str) -> Iterator[Incident]:
        """Yield the loss of a line, while there are not too many; the others are counted."""
        self._complaints += 1
        if self._complaints <= MAX_COMPLAINTS:
            yield Incident(f"{self.source.name}, line {number}: {reason}; what it told was left out.")

    def closed(self) -> Iterator[Incident]:
        """Yield, after everything else, what was lost without a word so far."""
        if self._complaints > MAX_COMPLAINTS:
            more = self._complaints - MAX_COMPLAINTS
            yield Incident(f"{self.source.name}: {more} further lines could not be read and were left out.")
        if self._is_cut:
            yield Incident(
                f"{self.source.name} is longer than {self.max_file_bytes} bytes; what follows was left out. "
                "Split the file and import its parts."
            )

    def _lines(self) -> Iterator[Line]:
        """Yield the lines that are not blank; of one that is too long only its beginning."""
        number, pieces, room = 1, list[str](), self._room
        for text in self._texts():
            *ended, rest = text.split("\n")
            for piece in ended:
                yield from self._line(number, [*pieces, piece])
                number, pieces, room = number + 1, [], self._room
            pieces.append(rest[:room])
            room -= len(pieces[-1])
        yield from self._line(number, pieces)

    @property
    def _room(self) -> int:
        """How much of a line is held: enough to see that it is too long."""
        return self.max_line_characters + 1

    def _line(self, number: int, pieces: Iterable[str]) -> Iterator[Line]:
        text = "".join(pieces)
        if text and not text.isspace():
            yield Line(number, text[: self.max_line_characters], len(text) <= self.max_line_characters)

    def _texts(self) -> Iterator[str]:
        """Yield the file as text with LF ends; bytes that its encoding does not know stay visible."""
        chunk = self.source.stream.read(min(_CHUNK_BYTES, self.max_file_bytes))
        mark, encoding = next((known for known in _MARKS if chunk.startswith(known[0])), (b"", "utf-8"))
        decoder = io.IncrementalNewlineDecoder(
            codecs.getincrementaldecoder(encoding)("backslashreplace"), translate=True
        )
        read_bytes, chunk = len(chunk), chunk.removeprefix(mark)
        while chunk:
            yield decoder.decode(chunk)
            chunk = self.source.stream.read(min(_CHUNK_BYTES, self.max_file_bytes - read_bytes))
            read_bytes += len(chunk)
        yield decoder.decode(b"", final=True)
        self._is_cut = read_bytes >= self.max_file_bytes and bool(self.source.stream.read(1))


def _accepts(is_ours: Callable[[str], object], line: Line) -> bool:
    try:
        return line.is_whole and bool(is_ours(line.text))
    except BadLine:
        return False


def address(text: str) -> Address:
    """Return an address; its zone, which is the other tool's own, is left away. Raises BadLine."""
    try:
        return parse_address(text.partition("%")[0])
    except ValueError as error:
        raise BadLine(f"{text[:_SHOWN_CHARACTERS]!r} is not an address") from error


def mac(text: str) -> str:
    """Return a hardware address in lower-case hex with colons. Raises BadLine.

    BSD's arp leaves leading zeros away: ``0:c:29:a1:b:c``.
    """
    octets = text.split(":")
    padded = ":".join(octet.zfill(2) for octet in octets) if len(octets) == 6 else text
    known = canonical_mac(padded)
    if known is None:
        raise BadLine(f"{text[:_SHOWN_CHARACTERS]!r} is not a hardware address")
    return known


def is_one_host(hardware: str) -> bool:
    """Whether a hardware address can be one host's: neither zero, nor a group's, nor everybody's.

    Source: IEEE 802, the lowest bit of the first octet marks a group. Addresses that a host has chosen at
    random are its own for as long as it keeps them.
    """
    return hardware != "00:00:00:00:00:00" and not int(hardware[:2], 16) & 1
