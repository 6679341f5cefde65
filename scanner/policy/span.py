"""A day that is known only to lie within a stretch of days: a month, a year, an interval, or any day."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from scanner.policy.known import Known

UNKNOWN = "unknown"

_FORM = re.compile(r"(20\d\d)(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """One day between ``first`` and ``last``, both included; a day that is known is a span of itself."""

    first: date
    last: date

    def has_come(self, on: date) -> Known:
        """Whether the day has come on ``on``: unclear from the first day it may be until the last."""
        if on < self.first:
            return Known.NO
        return Known.YES if on >= self.last else Known.UNCLEAR

    def is_over(self, on: date) -> bool:
        """Whether ``on`` lies after every day that it may be."""
        return on > self.last

    def from_then(self, earliest: date) -> "Span":
        """Return the span without what lies before ``earliest``."""
        return Span(max(self.first, min(earliest, self.last)), self.last)

    def __str__(self) -> str:
        if (self.first, self.last) == (date.min, date.max):
            return UNKNOWN
        if self.last == date.max:
            return f"an unknown day from {self.first}"
        return f"{self.first}" if self.first == self.last else f"{self.first}/{self.last}"


ANY_DAY = Span(date.min, date.max)


def read_span(text: str) -> Span | None:
    """Return the days meant by 2022-11-24, 2021-04, 2025, 2025-04-09/2026-04-01 or unknown, else None."""
    if text == UNKNOWN:
        return ANY_DAY
    ends = [_days(part) for part in text.split("/")]
    first, last = ends[0], ends[-1]
    if len(ends) > 2 or first is None or last is None or first.first > last.last:
        return None
    return Span(first.first, last.last)


def _days(text: str) -> Span | None:
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    last = monthrange(year, month or 12)[1]
    return Span(first, date(year, month or 12, day or last))
