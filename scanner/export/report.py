"""What one run found, as every exporter gets it."""

from dataclasses import dataclass
from uuid import UUID

from scanner.model.coverage import Coverage
from scanner.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts of one run in the order in which they are to be read, and how much it looked at.

    ``sweep_id`` is made for the run; ``site`` is what the operator calls the place, or empty.
    """

    sweep_id: UUID
    site: str
    verdicts: tuple[Verdict, ...]
    coverage: Coverage
