"""Judge's input as a whole: lines grouped by host, in the order in which the hosts first appear."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import IPv4Address
from typing import IO

from scanner.intake.line import BadLine, Told, parse, read
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Observation, Via
from scanner.model.scope import parse_address

SOURCE = "import"
NO_ADDRESS = IPv4Address(0)
# A raw message is at most 8 MiB (an nmap file), and a third more in base64.
MAX_LINE_BYTES = 12 * 1024 * 1024


@dataclass(slots=True)
class Record:
    """One host and everything that was told of it."""

    host: Host
    observations: dict[Observation, None] = field(default_factory=dict)

    def keep(self, told: Told, at: datetime) -> None:
        """Add what one line tells; the first hardware address stays the host's."""
        if told.mac and self.host.mac is None:
            self.host = replace(self.host, mac=told.mac)
        endpoint = Endpoint(self.host.address, told.port, told.transport) if told.port else None
        for fact in told.facts:
            self.observations.setdefault(fact.seen(self.host, SOURCE, Via.IMPORTED, at, endpoint))


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be used, by its number from 1, and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(slots=True)
class Intake:
    """Hosts by what they are known by, and the lines that told nothing."""

    hosts: dict[str, Record] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    line_count: int = 0

    def take(self, stream: IO[bytes], at: datetime) -> None:
        """Read a stream to its end; a bad line costs itself only, and not its host. Raises OSError."""
        for raw in _lines(stream):
            self.line_count += 1
            try:
                self._keep(raw, at)
            except BadLine as error:
                self.problems.append(Problem(self.line_count, str(error)))

    def _keep(self, raw: bytes, at: datetime) -> None:
        if len(raw) > MAX_LINE_BYTES:
            raise BadLine(f"it is longer than {MAX_LINE_BYTES} bytes")
        try:
            text = raw.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            raise BadLine(f"it is not UTF-8 ({error.reason} at byte {error.start})") from error
        if text:
            entry = parse(text)
            host = _host(entry.host)
            record = self.hosts.setdefault(host.label, Record(host))
            record.keep(read(entry.said), at)


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
