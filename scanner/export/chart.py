"""A removal as a picture: what is drawn, and where in a unit square each day and count lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scanner.removal.timeline import ALL_PERCENT, Outlook, Point, end


@dataclass(frozen=True, slots=True)
class Chart:
    """One curve to draw. There is at least one point, and ``outlooks`` are in the order of their days."""

    title: str
    points: Sequence[Point]
    outlooks: Sequence[Outlook] = ()

    @property
    def first(self) -> date:
        """The day at the left edge."""
        return min([self.points[0].on, *(one.milestone.on for one in self.outlooks)])

    @property
    def last(self) -> date:
        """The day at the right edge: of the last sweep or milestone, whatever comes later."""
        return max([self.points[-1].on, *(one.milestone.on for one in self.outlooks)])

    @property
    def top(self) -> int:
        """The count at the upper edge."""
        return max(1, *(one.found for one in self.points))

    @property
    def end(self) -> date | None:
        """The day on which nothing remains, if it goes on so."""
        return end(self.points)

    def across(self, day: date) -> float:
        """Return how far to the right a day lies, from 0 to 1."""
        days = (self.last - self.first).days
        return (day - self.first).days / days if days else 0.0

    def goal(self, outlook: Outlook) -> float:
        """Return how many devices may remain at a milestone, of those found by now."""
        return self.points[-1].found * (ALL_PERCENT - outlook.milestone.percent) / ALL_PERCENT

    def remaining(self, day: date) -> float | None:
        """Return how many remain on a day: as counted, then as forecast; None where that is not known."""
        counted = [one for one in self.points if one.on <= day]
        if not counted:
            return None
        latest = counted[-1]
        if day <= self.points[-1].on:
            return float(latest.remaining)
        if self.end is None:
            return None
        left = (self.end - latest.on).days
        gone = (day - latest.on).days / left if left else 1.0
        return latest.remaining * max(0.0, 1.0 - gone)
