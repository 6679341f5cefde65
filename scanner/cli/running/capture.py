"""Captures as something that is read: their frames go through the ear that hears a live link, too."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scanner.cli.invocation import Invocation
from scanner.cli.option import OutputOptions
from scanner.cli.running import memory, reading
from scanner.cli.running.source import File
from scanner.hearing.ear import Ear
from scanner.intake.capture import Batch, frames
from scanner.intake.contract import Told
from scanner.inventory.contract import SweepKind
from scanner.model.sighting import Incident
from scanner.protocols.frame import LinkType

# Machines that capture have tens of interfaces; a file can invent millions, which then share an ear.
MAX_EARS = 256


def run(
    names: Sequence[str],
    signatures: tuple[Path, ...],
    output: OutputOptions,
    invocation: Invocation,
    db: str | None = None,
) -> int:
    """Read captures, write the verdicts on those who speak in them, and return the exit code."""
    with memory.of_site(output.site, db) as known:
        inputs = [(name, Capture) for name in names]
        return reading.run(inputs, signatures, output, invocation, known=known, kind=SweepKind.CAPTURE)


class Capture:
    """One capture, with an ear for each interface that it names."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._ears: dict[tuple[LinkType, str | None], Ear] = {}
        self._first_s: float | None = None
        self._last_s: float | None = None

    @property
    def frame_count(self) -> int:
        """How many frames were read so far."""
        return sum(ear.frame_count for ear in self._ears.values())

    def told(self) -> Iterator[Told]:
        """Yield what the frames tell, then what is known of connections that were still open."""
        for batch in frames(self.file.source):
            if isinstance(batch, Incident):
                yield batch
            else:
                yield from self._heard(batch)
        for ear in self._ears.values():
            yield from ear.close()

    def so_far(self) -> str:
        """Return how many frames were read."""
        return f"{self.frame_count} frames"

    def summary(self) -> str:
        """Return how many frames of which time were read, and how many of them told something."""
        heard = sum(ear.heard_count for ear in self._ears.values())
        return f"{self.file.source.name}: {self.so_far()}{self._span()} were read, {heard} told something"

    def _heard(self, batch: Batch) -> Iterator[Told]:
        self._stretch(batch.frames)
        return self._ear_for(batch).hear(batch.frames)

    def _ear_for(self, batch: Batch) -> Ear:
        key = batch.link_type, batch.interface
        if key not in self._ears and len(self._ears) >= MAX_EARS:
            key = batch.link_type, None
        if key not in self._ears:
            self._ears[key] = Ear(key[1], batch.link_type)
        return self._ears[key]

    def _stretch(self, batch: Sequence[tuple[float, bytes]]) -> None:
        """Widen the span of time; within a batch, frames lie in their order but for some microseconds."""
        if batch:
            first_s, last_s = batch[0][0], batch[-1][0]
            self._first_s = first_s if self._first_s is None else min(self._first_s, first_s)
            self._last_s = last_s if self._last_s is None else max(self._last_s, last_s)

    def _span(self) -> str:
        if self._first_s is None or self._last_s is None:
            return ""
        return f" from {_moment(self._first_s)} to {_moment(self._last_s)}"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()
