"""Running on files instead of a network: captures, other tools' findings, facts. Nothing is sent."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from scanner.cli import talk
from scanner.cli.invocation import Invocation
from scanner.cli.option import OutputOptions
from scanner.cli.running import brake, memory, progress, result, source
from scanner.cli.running.knowledge import Knowledge
from scanner.cli.running.memory import Memory
from scanner.cli.running.source import File
from scanner.clock import SystemClock
from scanner.errors import NotThisKind
from scanner.intake.contract import Told
from scanner.inventory.contract import SweepKind
from scanner.model.verdict import Verdict
from scanner.sweep.reading import Reading

# From a verdict to its place among the others.
Place = Callable[[Verdict], Any]


class Input(Protocol):
    """One file with what reads it."""

    @property
    def file(self) -> File:
        """The file."""

    def told(self) -> Iterator[Told]:
        """Yield what the file tells; raises NotThisKind and OSError."""

    def so_far(self) -> str:
        """Return how much was read so far, in a few words."""

    def summary(self) -> str:
        """Return the sentence on how much was read and how old it is."""


class Opener(Protocol):
    """Makes an input of one file."""

    def __call__(self, file: File, /) -> Input:
        """Return the input."""


def run(
    named: Sequence[tuple[str, Opener]],
    signatures: tuple[Path, ...],
    output: OutputOptions,
    invocation: Invocation,
    place: Place | None = None,
    known: Memory | None = None,
    kind: SweepKind = SweepKind.IMPORT,
) -> int:
    """Read files, write the verdicts on every host of which they tell, and return the exit code.

    Where a site is ``known`` they are stored as a sweep of it of this ``kind``.

    The verdicts are in the order of addresses unless ``place`` gives another. A file of another kind, or
    one that breaks off, is a gap among others; NotThisKind is raised when no file could be used.
    """
    result.check(output)
    clock = SystemClock()
    with source.opened([name for name, _ in named], clock) as files, brake.Bookmark() as bookmark:
        knowledge = Knowledge.of(signatures, output, known.site if known else None)
        inputs = [opener(file) for (_, opener), file in zip(named, files, strict=True)]
        reading = Reading(knowledge.database, clock)
        _read_all(inputs, reading, bookmark, invocation)
        judged, covered = reading.finish()
        verdicts = tuple(one.verdict for one in judged)
        if bookmark.is_set:
            covered = brake.interrupted(covered, "reading")
        ordered = tuple(sorted(verdicts, key=place)) if place else verdicts
        report = knowledge.report(uuid4(), output.site, ordered, covered)
        problem = asyncio.run(memory.stored(known, kind, knowledge, judged, report))
        code = result.finish(report, output, invocation, bookmark.is_set)
    if known is not None:
        memory.tell(known)
    return memory.exit_code(code, problem)


def _read_all(
    inputs: Sequence[Input], reading: Reading, bookmark: brake.Bookmark, invocation: Invocation
) -> None:
    wrong = []
    for one in inputs:
        if bookmark.is_set:
            break
        try:
            _read(one, reading, bookmark, invocation)
        except NotThisKind as error:
            wrong.append(error)
            reading.miss(str(error))
    if len(wrong) == len(inputs):
        raise wrong[0]
    if bookmark.is_set:
        talk.warning("Stopping: what was read is judged and written.")


def _read(one: Input, reading: Reading, bookmark: brake.Bookmark, invocation: Invocation) -> None:
    """Read one file to its end; where it breaks off, keep what came before."""
    file = one.file
    with progress.of_file(invocation.wants_progress, file.source.name, file.byte_count) as observe:
        file.watched.watch = lambda: observe(file.watched.byte_count, one.so_far())
        try:
            reading.take(bookmark.until_set(one.told()))
        except OSError as error:
            reading.miss(_broken_off(file, error))
    reading.note(one.summary())


def _broken_off(file: File, error: OSError) -> str:
    place = f"beyond byte {file.watched.byte_count}"
    return (
        f"{file.source.name} could not be read {place} ({error.strerror}); what follows is missing. Copy the "
        "file and read the copy."
    )
