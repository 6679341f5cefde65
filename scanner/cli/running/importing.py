"""Importing: what each kind of file is, how much of it was read, and how old that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from scanner.cli.invocation import Invocation
from scanner.cli.option import OutputOptions
from scanner.cli.running import memory, reading
from scanner.cli.running.source import File
from scanner.errors import UsageProblem
from scanner.export.plural import counted
from scanner.intake.contract import Kind, Told
from scanner.intake.kinds import BUILTIN_KINDS
from scanner.model.host import Host
from scanner.model.sighting import Sighting

KINDS = {kind.name: kind for kind in BUILTIN_KINDS}
# As many hosts as a roster keeps: a file that invents more is counted up to there.
MAX_COUNTED_HOSTS = 65_536


def run(
    sources: Sequence[tuple[str, str]],
    signatures: tuple[Path, ...],
    output: OutputOptions,
    invocation: Invocation,
    db: str | None = None,
) -> int:
    """Read files, each given as kind and name, write the verdicts, and return the exit code.

    They are stored where the inventory knows the site that the output is named after.
    Raises UsageProblem for a kind that there is not, before anything is opened.
    """
    named = [(name, partial(Import, _kind(kind))) for kind, name in sources]
    with memory.of_site(output.site, db) as known:
        return reading.run(named, signatures, output, invocation, known=known)


def names() -> Iterator[str]:
    """Yield a line for each kind."""
    yield from (f"{kind.name:<10} {kind.note}" for kind in BUILTIN_KINDS)


def _kind(name: str) -> Kind:
    if name in KINDS:
        return KINDS[name]
    near = get_close_matches(name, KINDS, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "'camcensus import --list-kinds' lists all."
    raise UsageProblem(f"{name!r} is no kind of file that can be imported, so nothing was read. {hint}")


@dataclass(slots=True)
class Import:
    """One file of a kind, with the hosts that it has told of so far and when they were seen."""

    kind: Kind
    file: File
    _hosts: set[Host] = field(default_factory=set)
    _first_at: datetime | None = None
    _last_at: datetime | None = None

    def told(self) -> Iterator[Told]:
        """Yield what the file tells."""
        for one in self.kind.read(self.file.source):
            if isinstance(one, Sighting):
                self._count(one)
            yield one

    def so_far(self) -> str:
        """Return how many hosts were told of."""
        return counted(len(self._hosts), "host")

    def summary(self) -> str:
        """Return how many hosts were told of, and from when to when they were seen."""
        return f"{self.file.source.name} ({self.kind.name}) told of {self.so_far()}{self._span()}"

    def _count(self, sighting: Sighting) -> None:
        host = sighting.host
        if len(self._hosts) < MAX_COUNTED_HOSTS:
            # A host without an address is known by its MAC or its name.
            mac = host.mac if host.address.is_unspecified else None
            self._hosts.add(Host(host.address, mac, segment=host.segment, name=host.name))
        for seen in sighting.observations:
            at = seen.observed_at
            self._first_at = at if self._first_at is None else min(self._first_at, at)
            self._last_at = at if self._last_at is None else max(self._last_at, at)

    def _span(self) -> str:
        if self._first_at is None or self._last_at is None:
            return ""
        first, last = (at.isoformat(timespec="seconds") for at in (self._first_at, self._last_at))
        return f", seen on {first}" if first == last else f", seen from {first} to {last}"
