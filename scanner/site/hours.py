"""Allowed hours: the clock on the wall of the site decides, also on the nights when it is set.

Where the clock is set back, a time that it shows twice is allowed twice or not at all; where it is set
forward, a time that it never shows cannot be used.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scanner.model.site import Hours, Site

_DAY = timedelta(days=1)
_DAY_SECONDS = 86_400
# Hours come back every week; a week in which the clock skips them is followed by one in which it does not.
_DAYS_AHEAD = 16


def is_allowed(site: Site, at: datetime) -> bool:
    """Whether a site may be swept at a moment; ``at`` is aware."""
    local = at.astimezone(site.zone)
    return not site.hours or any(_holds(one, local.weekday(), local.time()) for one in site.hours)


def next_allowed(site: Site, at: datetime) -> datetime:
    """Return the first moment from ``at`` on at which the site may be swept, in UTC."""
    if is_allowed(site, at):
        return at.astimezone(UTC)
    return min(one for one in _openings(site, at) if one > at and is_allowed(site, one))


def _holds(hours: Hours, weekday: int, now: time) -> bool:
    if hours.since < hours.until:
        return weekday in hours.days and hours.since <= now < hours.until
    began_today = weekday in hours.days and now >= hours.since
    return began_today or ((weekday - 1) % 7 in hours.days and now < hours.until)


def _openings(site: Site, at: datetime) -> Iterator[datetime]:
    """Yield every moment at which hours may begin: as they say, or because the clock is set."""
    today = site.day(at)
    for days in range(_DAYS_AHEAD):
        for hours in site.hours:
            local = datetime.combine(today + days * _DAY, hours.since, site.zone)
            yield from (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        yield from _clock_change(site.zone, at + days * _DAY)


def _clock_change(zone: ZoneInfo, since: datetime) -> Iterator[datetime]:
    """Yield the moment at which the clock is set, if that is within a day; to the second."""
    first = since.astimezone(UTC).replace(microsecond=0)
    before = first.astimezone(zone).utcoffset()

    def is_set(second: int) -> bool:
        return (first + timedelta(seconds=second)).astimezone(zone).utcoffset() != before

    if is_set(_DAY_SECONDS):
        yield first + timedelta(seconds=bisect_left(range(_DAY_SECONDS), True, key=is_set))
