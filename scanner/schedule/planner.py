"""What is due and when to look again. Pure: schedules and the time in, sweeps and the next time out.

* A due time that was missed, however often, is caught up by one sweep.
* A site has one sweep at a time. What becomes due meanwhile is due once when it has ended.
* One sweep serves every schedule of its site that is due.
* Outside a site's allowed hours its sweep waits until they begin.
* A clock that is put forward makes what was skipped due once; one that is put back, nothing twice.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import chain

from scanner.model.site import Site
from scanner.schedule.entry import Entry
from scanner.site import hours

# Whether a site may be examined at a time, and when it may from that time on.
IsAllowed = Callable[[Site, datetime], bool]
NextAllowed = Callable[[Site, datetime], datetime]


@dataclass(frozen=True, slots=True)
class Run:
    """One sweep that is due. ``due_at`` has, by schedule, the due time that it settles."""

    site: Site
    due_at: dict[int, datetime]


@dataclass(frozen=True, slots=True)
class Plan:
    """What may start now, the longest due first, and when to look again unless something ends before."""

    ready: tuple[Run, ...]
    wake_at: datetime | None


class Delay(Enum):
    """Why a sweep does not begin at its time, jitter included."""

    NONE = ""
    MISSED = "missed, to be caught up"
    HOURS = "waits for the allowed hours"


@dataclass(frozen=True, slots=True)
class Coming:
    """One sweep that is to come, and the due time that it is for."""

    entry: Entry
    due_at: datetime
    runs_at: datetime
    delay: Delay


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans by the allowed hours of sites."""

    is_allowed: IsAllowed = hours.is_allowed
    next_allowed: NextAllowed = hours.next_allowed

    def plan(self, entries: Sequence[Entry], busy: Collection[str], now: datetime) -> Plan:
        """Return what is due at ``now`` (aware); sites named in ``busy`` get nothing."""
        waking = [entry.next_fire(now) for entry in entries]
        ready = []
        for run in _fired(entries, now):
            if run.site.name in busy:
                continue
            if self.is_allowed(run.site, now):
                ready.append(run)
            else:
                waking.append(self.next_allowed(run.site, now))
        ready.sort(key=lambda run: min(run.due_at.values()))
        return Plan(tuple(ready), min(filter(None, waking), default=None))

    def coming(self, entry: Entry, now: datetime) -> Iterator[Coming]:
        """Yield the sweeps of one schedule from now on, as if no sweep lasted long."""
        missed = entry.last_fired(now)
        last = None
        for due, fires_at in chain([(missed, now)] if missed else [], entry.coming(now)):
            is_allowed = self.is_allowed(entry.site, fires_at)
            runs_at = fires_at if is_allowed else self.next_allowed(entry.site, fires_at)
            if last is None or runs_at > last:
                on_time = Delay.MISSED if due is missed else Delay.NONE
                yield Coming(entry, due, runs_at, on_time if is_allowed else Delay.HOURS)
                last = runs_at


def _fired(entries: Sequence[Entry], now: datetime) -> Iterator[Run]:
    """Yield one sweep per site that has anything due."""
    by_site: dict[str, Run] = {}
    for entry in entries:
        if due := entry.last_fired(now):
            run = by_site.setdefault(entry.site.name, Run(entry.site, {}))
            run.due_at[entry.row.number] = due
    yield from by_site.values()
