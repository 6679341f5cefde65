"""What is wrong with signature data: where, why, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.errors import UsageProblem


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One defect of one file; ``line`` counts from 1, ``cause`` and ``remedy`` are sentences."""

    file: str
    line: int
    cause: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.cause} {self.remedy}"


class BadSignatures(UsageProblem):
    """Signature data that cannot be used; ``problems`` names every defect found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        rest = len(self.problems) - 1
        more = f" ({rest} more: camcensus signatures validate lists them.)" if rest else ""
        super().__init__(f"{self.problems[0]}{more}")
