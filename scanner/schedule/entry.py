"""One schedule with its site: which due times are over and which are to come. Pure: no clock, no table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from scanner.inventory.contract import ScheduleRow
from scanner.model.site import Site
from scanner.schedule.cron import due_times

# With a day of jitter a nightly sweep may be at any hour; with more, nights would overlap.
MAX_JITTER_S = 24 * 60 * 60
# Clocks are put right by minutes or by hours; a mark further ahead than this was set by a wrong clock.
MAX_AHEAD = timedelta(days=1)
# How far back the latest due time is looked for, step by step, so that a schedule of every minute is not
# followed through a year. The first holds the longest jitter twice.
_LOOKBACKS = (timedelta(days=2), timedelta(days=40), timedelta(days=400))


@dataclass(frozen=True, slots=True)
class Entry:
    """One schedule and the site that it sweeps."""

    row: ScheduleRow
    site: Site

    @property
    def since(self) -> datetime:
        """The time after which due times count."""
        return self.row.last_due_at or self.row.added_at

    def fires_at(self, due: datetime) -> datetime:
        """Return when a due time is acted on: later by up to the jitter, every time by the same."""
        if not self.row.jitter_s:
            return due
        digest = sha256(f"{self.row.number} {due.isoformat()}".encode()).digest()
        return due + timedelta(seconds=int.from_bytes(digest[:8]) % (self.row.jitter_s + 1))

    def last_fired(self, now: datetime) -> datetime | None:
        """Return the latest due time that calls for a sweep now, or None. Earlier ones go with it."""
        for lookback in _LOOKBACKS:
            start = max(self.since, now - lookback)
            found = self._last_fired(start, now)
            if found or start == self.since:
                return found
        return self._last_fired(self.since, now)

    def coming(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the due times still to be acted on, each with when, in the order of the due times."""
        start = max(self.since, now - timedelta(seconds=self.row.jitter_s))
        for due in self._due_times(start):
            if (fires_at := self.fires_at(due)) > now:
                yield due, fires_at

    def next_fire(self, now: datetime) -> datetime | None:
        """Return when the next due time is acted on, or None where there is none."""
        earliest: datetime | None = None
        for due, fires_at in self.coming(now):
            if earliest is not None and due >= earliest:
                break
            earliest = min(earliest or fires_at, fires_at)
        return earliest

    def is_misdated(self, now: datetime) -> bool:
        """Whether the mark was set by a clock that was far ahead: nothing would be due until then.

        Not when ``now`` is before the schedule was added: then it is today's clock that is wrong.
        """
        last = self.row.last_due_at
        return last is not None and last > now + MAX_AHEAD and now >= self.row.added_at

    def _due_times(self, after: datetime) -> Iterator[datetime]:
        return due_times(self.row.cron, ZoneInfo(self.row.zone), after)

    def _last_fired(self, start: datetime, now: datetime) -> datetime | None:
        found = None
        for due in self._due_times(start):
            if due > now:
                break
            found = due if self.fires_at(due) <= now else found
        return found
