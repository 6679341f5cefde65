"""The files that a command reads: all opened before the first is read, '-' for standard input once."""

import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from scanner.clock import Clock
from scanner.errors import UsageProblem
from scanner.intake.contract import Source

STANDARD_INPUT = "-"
# Large enough that watching costs nothing, small enough that progress moves.
CHUNK_BYTES = 256 * 1024


class Watched(io.RawIOBase):
    """Bytes as they are read: ``byte_count`` of them so far. ``watch`` is called after each piece."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.byte_count = 0
        self.watch: Callable[[], None] = lambda: None

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there now; waits only while nothing is."""
        count: int = self._stream.readinto1(buffer)
        self.byte_count += count
        self.watch()
        return count


@dataclass(frozen=True, slots=True)
class File:
    """An opened file. ``byte_count`` is how long it is, or None for a pipe."""

    source: Source
    watched: Watched
    byte_count: int | None


@contextmanager
def opened(names: Sequence[str], clock: Clock) -> Iterator[tuple[File, ...]]:
    """Open files, each as old as the file system says and standard input as old as this moment.

    Raises UsageProblem when one cannot be opened: nothing was read then.
    """
    if list(names).count(STANDARD_INPUT) > 1:
        raise UsageProblem("Standard input was named twice, so nothing was read. It can be read once.")
    with ExitStack() as stack:
        yield tuple(_opened(name, stack, clock) for name in names)


def _opened(name: str, stack: ExitStack, clock: Clock) -> File:
    try:
        stream = stack.enter_context(click.open_file(name, "rb"))
        status = None if name == STANDARD_INPUT else os.fstat(stream.fileno())
    except OSError as error:
        raise UsageProblem(
            f"{name} cannot be read ({error.strerror}), so nothing was judged. Name a readable file, or "
            "'-' for standard input."
        ) from error
    watched = Watched(stream)
    buffered = io.BufferedReader(watched, CHUNK_BYTES)
    if status is None or not stat.S_ISREG(status.st_mode):
        shown = "standard input" if status is None else name
        return File(Source(buffered, shown, clock.now()), watched, None)
    written_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return File(Source(buffered, name, written_at), watched, status.st_size)
