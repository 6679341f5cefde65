"""How a removal goes, day by day: what was found, what remains, what is proven gone, and the milestones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from scanner.errors import UsageProblem

ALL_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Milestone:
    """By the end of ``on``, so many of a hundred devices that were found are to be gone."""

    on: date
    percent: int


@dataclass(frozen=True, slots=True)
class Spell:
    """The days from ``since`` on and before ``until``; without that it goes on."""

    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether a day is one of them."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Life:
    """One device as the timeline counts it.

    ``missed`` are the spells in which sweeps that covered its address had missed it often enough,
    ``attested`` those in which its removal was attested, and ``planned`` is the last day of its plan.
    """

    site: str
    found_on: date
    missed: tuple[Spell, ...] = ()
    attested: tuple[Spell, ...] = ()
    planned: date | None = None

    def is_missed(self, on: date) -> bool:
        """Whether sweeps say on a day that it is not there."""
        return any(spell.holds(on) for spell in self.missed)

    def is_removed(self, on: date) -> bool:
        """Whether sweeps and a person agree on a day that it is gone."""
        return self.is_missed(on) and any(spell.holds(on) for spell in self.attested)


@dataclass(frozen=True, slots=True)
class Point:
    """Counts at the end of a day. ``unproven`` are those that remain on paper, and sweeps no longer meet.

    ``sites`` have or had such devices, and in ``cleared`` of them none remains.
    """

    on: date
    found: int
    removed: int
    unproven: int
    sites: int
    cleared: int

    @property
    def remaining(self) -> int:
        """Devices that nobody has proven gone."""
        return self.found - self.removed

    @property
    def percent(self) -> float | None:
        """How many of a hundred are gone; None where nothing was found."""
        return ALL_PERCENT * self.removed / self.found if self.found else None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How one milestone stands: reached so far where its day is past, else expected by pace and by plans.

    ``planned`` takes every plan to be kept; ``forecast`` is None while nothing has been removed.
    """

    milestone: Milestone
    reached: float | None = None
    forecast: float | None = None
    planned: float | None = None


def check_milestones(milestones: Sequence[Milestone]) -> None:
    """Raise UsageProblem unless days and shares go up from each milestone to the next."""
    for one in milestones:
        if not 0 < one.percent <= ALL_PERCENT:
            raise UsageProblem(
                f"The share {one.percent} % of {one.on} is not from 1 to 100. Nothing was changed."
            )
    for before, after in pairwise(milestones):
        if after.on <= before.on or after.percent <= before.percent:
            raise UsageProblem(
                f"The milestones are out of order: {after.on} with {after.percent} % comes after {before.on} "
                f"with {before.percent} %. Days and shares must both go up. Nothing was changed."
            )


def curve(lives: Sequence[Life], days: Iterable[date]) -> tuple[Point, ...]:
    """Return the counts at the end of each day, in the order of the days and each day once."""
    return tuple(point(lives, day) for day in sorted(set(days)))


def point(lives: Iterable[Life], on: date) -> Point:
    """Return the counts at the end of one day."""
    found = [one for one in lives if one.found_on <= on]
    remaining = [one for one in found if not one.is_removed(on)]
    sites = {one.site for one in found}
    return Point(
        on=on,
        found=len(found),
        removed=len(found) - len(remaining),
        unproven=sum(one.is_missed(on) for one in remaining),
        sites=len(sites),
        cleared=len(sites - {one.site for one in remaining}),
    )


def pace(points: Sequence[Point]) -> float | None:
    """Return devices removed per day from the first point with any device to the last; None without one."""
    swept = [one for one in points if one.found]
    if len(swept) < 2:
        return None
    removed = swept[-1].removed - swept[0].removed
    return removed / (swept[-1].on - swept[0].on).days if removed > 0 else None


def end(points: Sequence[Point]) -> date | None:
    """Return the day on which nothing remains at the pace so far; None where that is not known."""
    per_day = pace(points)
    if per_day is None:
        return None
    days = -(-points[-1].remaining // per_day)
    # What would take longer than the calendar goes has no day.
    is_countable = days < (date.max - points[-1].on).days
    return points[-1].on + timedelta(days=int(days)) if is_countable else None


def outlook(lives: Sequence[Life], points: Sequence[Point], milestone: Milestone) -> Outlook:
    """Return how a milestone stands after the last point, which says what the past is."""
    if not points or not points[-1].found:
        return Outlook(milestone)
    last = points[-1]
    if milestone.on <= last.on:
        return Outlook(milestone, reached=point(lives, milestone.on).percent)
    per_day = pace(points)
    expected = None
    if per_day is not None:
        expected = min(last.found, last.removed + per_day * (milestone.on - last.on).days)
    return Outlook(
        milestone,
        forecast=None if expected is None else ALL_PERCENT * expected / last.found,
        planned=ALL_PERCENT * _promised(lives, last.on, milestone.on) / last.found,
    )


def _promised(lives: Iterable[Life], now: date, until: date) -> int:
    """Return how many devices will be gone if every plan is kept."""
    found = [one for one in lives if one.found_on <= now]
    return sum(one.is_removed(now) or (one.planned is not None and one.planned <= until) for one in found)
