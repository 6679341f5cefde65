"""How much of the scope a sweep looked at; printed with every result, so that silence is never clean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scanner.model.host import Address
from scanner.model.scope import EXCLUDED, OUTSIDE, Range, within

# How many exchanges of each probe ended in which way: by the probe's name, then by the outcome's.
Outcomes = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class SegmentCoverage:
    """Counts of addresses in one segment of a site; an empty ``name`` is everything that nobody has mapped.

    ``refused`` answered and have none of the examined ports open, ``timed_out`` took longer than a host
    may, ``out_of_hours`` showed themselves and could not be examined before the allowed hours ended.
    Where ``is_reached`` is False, devices are known and nobody at all answered.
    """

    name: str
    in_scope: int = 0
    answered: int = 0
    examined: int = 0
    refused: int = 0
    timed_out: int = 0
    excluded: int = 0
    out_of_hours: int = 0
    is_reached: bool = True


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of addresses, and what was left out and why.

    ``answered`` showed themselves in any way, ``silent`` did not, ``examined`` were probed to the end.
    ``skipped`` counts addresses by reason (excluded, out of time, interrupted, outside the scope).
    ``notes`` are sentences about the sweep as a whole: a missing tool, an interface without access.
    ``gaps`` are those of the notes that leave part of the scope unexamined. ``ranges``, merged, are the
    addresses at which a device would have been met; none for a sweep that only listened. ``segments`` are
    those of the site, where one is known, and ``outcomes`` what became of the questions.
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
    ranges: tuple[Range, ...] = ()
    segments: tuple[SegmentCoverage, ...] = ()
    outcomes: Outcomes = field(default_factory=dict)

    def covers(self, address: Address) -> bool:
        """Whether a device at this address would have been met, so that its absence says something."""
        return within(address, self.ranges)

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
