"""Judge's input as a whole: lines of facts and raw messages, each a sighting of the host that it names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from typing import IO

from scanner.intake import line
from scanner.intake.contract import Source, Told
from scanner.intake.line import BadLine
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Via
from scanner.model.scope import parse_address
from scanner.model.sighting import Incident, Sighting

SOURCE = "import"
NO_ADDRESS = IPv4Address(0)
# A raw message is at most 8 MiB (an nmap file), and a third more in base64.
MAX_LINE_BYTES = 12 * 1024 * 1024


@dataclass(slots=True)
class Facts:
    """Reads one source; ``line_count`` is how many lines it had so far, blank ones included."""

    line_count: int = 0

    def read(self, source: Source) -> Iterator[Told]:
        """Yield a sighting for each line that names a host, and an incident for what cannot be used.

        An incident names its line by number from 1; it costs that line only, and not its host. Any text is
        a host, so that no file is of the wrong kind. Raises OSError as the stream does.
        """
        for raw in _lines(source.stream):
            self.line_count += 1
            try:
                yield from _told(raw, source.told_at)
            except BadLine as error:
                yield Incident(f"line {self.line_count}: {error}")


def _told(raw: bytes, at: datetime) -> Iterator[Sighting]:
    """Yield what one line tells: nothing for a blank one. Raises BadLine, after its host if it names one."""
    text = _text(raw)
    if not text:
        return
    entry = line.parse(text)
    host = _host(entry.host)
    try:
        yield _sighting(host, line.read(entry.said), at)
    except BadLine:
        yield Sighting(host)
        raise


def _text(raw: bytes) -> str:
    if len(raw) > MAX_LINE_BYTES:
        raise BadLine(f"it is longer than {MAX_LINE_BYTES} bytes")
    try:
        return raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise BadLine(f"it is not UTF-8 ({error.reason} at byte {error.start})") from error


def _sighting(named: Host, told: line.Told, at: datetime) -> Sighting:
    host = Host(named.address, told.mac, name=named.name)
    endpoint = Endpoint(host.address, told.port, told.transport) if told.port else None
    return Sighting(host, tuple(fact.seen(host, SOURCE, Via.IMPORTED, at, endpoint) for fact in told.facts))


def _host(text: str) -> Host:
    try:
        return Host(parse_address(text))
    except ValueError:
        return Host(NO_ADDRESS, name=text)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield each line; of one that is too long only so much that it shows."""
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        yield raw
        while len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
            raw = stream.readline(MAX_LINE_BYTES + 1)
