"""How much of the scope a sweep looked at; printed with every result, so that silence is never clean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scanner.model.scope import EXCLUDED, OUTSIDE


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of addresses, and what was left out and why.

    ``answered`` showed themselves in any way, ``silent`` did not, ``examined`` were probed to the end.
    ``skipped`` counts addresses by reason (excluded, out of time, interrupted, outside the scope).
    ``notes`` are sentences about the sweep as a whole: a missing tool, an interface without access.
    ``gaps`` are those of the notes that leave part of the scope unexamined.
    """

    started_at: datetime
    ended_at: datetime
    in_scope: int
    answered: int
    examined: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    packets_sent: Mapping[str, int] = field(default_factory=dict)

    @property
    def silent(self) -> int:
        """Addresses in scope that never showed themselves."""
        return max(0, self.in_scope - self.answered - self.skipped.get("excluded", 0))

    @property
    def is_complete(self) -> bool:
        """Whether every address that answered was examined to the end, with nothing left out."""
        return not self.gaps and not self.unintended

    @property
    def unintended(self) -> dict[str, int]:
        """Addresses left out by reason, but for those that the operator wanted left out."""
        return {why: count for why, count in self.skipped.items() if count and why not in INTENDED}


# Left out because the operator said so: not a gap in the sweep.
INTENDED = frozenset({EXCLUDED, OUTSIDE})
