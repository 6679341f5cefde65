"""A fuzz target: readers of one kind of bytes, and where their corpus lies."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from tests.fuzz.invariant import hold

Reader = Callable[[bytes], object]

CORPUS = Path(__file__).parent / "corpus"
# An instrumented reader on a busy machine takes some ten times what the same bytes take elsewhere, and
# the slowest answer within the lengths below then some 200 ms.
MAX_CPU_SECONDS = 2.0


class Slow(AssertionError):
    """One input took longer than ``MAX_CPU_SECONDS``."""


@dataclass(frozen=True, slots=True)
class Target:
    """Readers that are given the same bytes, at most ``max_bytes`` of them.

    The corpus is the directory of the target's name. ``growth`` says how many characters of text one
    byte may become: four for an escape, more where the bytes were compressed. ``takes_facts`` says that
    the bytes tell facts by name, which are taken as they are told and not held to their fields' form.
    """

    name: str
    readers: tuple[Reader, ...]
    max_bytes: int
    growth: int = 4
    takes_facts: bool = False

    def check(self, data: bytes) -> None:
        """Give an input to every reader; raises what a reader lets out, or AssertionError."""
        started_s = process_time()
        for reader in self.readers:
            hold(reader(data), self.growth * len(data), not self.takes_facts)
        if (taken_s := process_time() - started_s) > MAX_CPU_SECONDS:
            raise Slow(f"{taken_s:.1f} s for {len(data)} bytes")

    @property
    def corpus(self) -> Path:
        """The directory of its seeds."""
        return CORPUS / self.name

    def seeds(self) -> tuple[bytes, ...]:
        """Return the corpus, in the order of the files' names."""
        return tuple(file.read_bytes() for file in sorted(self.corpus.iterdir()))
