"""Judging facts and raw messages that other tools have collected, line by line."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from scanner.cli import talk
from scanner.cli.invocation import Invocation
from scanner.cli.option import OutputOptions
from scanner.cli.running import reading
from scanner.cli.running.source import File
from scanner.intake import field, jsonl, protocol
from scanner.intake.contract import Told
from scanner.model.field import Field
from scanner.model.sighting import Incident
from scanner.model.verdict import Verdict

# A file of the wrong kind is wrong in every line; so many show what is the matter.
MAX_REPORTED_PROBLEMS = 20


def run(source: str, signatures: tuple[Path, ...], output: OutputOptions, invocation: Invocation) -> int:
    """Judge a file, or standard input for ``-``; write the verdicts in its order, return the exit code."""
    order: dict[str, int] = {}

    def place(verdict: Verdict) -> int:
        return order.get(verdict.host.label, len(order))

    def opener(file: File) -> Facts:
        return Facts(file, order)

    return reading.run([(source, opener)], signatures, output, invocation, place)


def names() -> Iterator[str]:
    """Yield a line for every field and every protocol, with other names that are taken for it."""
    yield "Fields, for 'field' with 'value':"
    for known in Field:
        others = [name for name, meant in field.ALIASES.items() if meant is known]
        yield _name(known.value, known.note, others)
    yield "Protocols, for 'protocol' with 'data_base64':"
    for spoken in protocol.PROTOCOLS:
        yield _name(spoken.name, spoken.note, spoken.aliases)


def _name(name: str, note: str, others: Sequence[str]) -> str:
    also = f" (also: {', '.join(others)})" if others else ""
    return f"  {name:<24} {note}{also}"


class Facts:
    """One file of facts. Hosts get their number in ``order`` when they first appear."""

    def __init__(self, file: File, order: dict[str, int]) -> None:
        self.file = file
        self._order = order
        self._facts = jsonl.Facts()
        self._problem_count = 0

    def told(self) -> Iterator[Told]:
        """Yield what each line tells, then how many told nothing; the first of these are said at once."""
        for one in self._facts.read(self.file.source):
            if isinstance(one, Incident):
                self._report(one.text)
            else:
                self._order.setdefault(one.host.label, len(self._order))
                yield one
        unreported = self._problem_count - MAX_REPORTED_PROBLEMS
        if unreported > 0:
            talk.warning(f"{unreported} more lines could not be used")
        if self._problem_count:
            yield Incident(f"{self._problem_count} of {self.so_far()} could not be used")

    def so_far(self) -> str:
        """Return how many lines were read."""
        return f"{self._facts.line_count} lines"

    def summary(self) -> str:
        """Return how many lines were read."""
        return f"judged from {self.so_far()}"

    def _report(self, problem: str) -> None:
        self._problem_count += 1
        if self._problem_count <= MAX_REPORTED_PROBLEMS:
            talk.warning(problem)
