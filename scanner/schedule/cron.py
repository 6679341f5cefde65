"""Cron expressions: when they are due in a time zone, both daylight-saving nights included.

As in Debian's cron (cron(8), "Daylight Saving Time and other time changes"): a time of day that the clock
skips in spring is due when the clock has skipped it, and one that comes twice in autumn is due the first
time. An expression whose minute or hour begins with ``*`` goes by elapsed time instead.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from scanner.errors import UsageProblem

FIELDS = 5


def zone_named(name: str) -> ZoneInfo:
    """Return a zone of the IANA time zone database. Raises UsageProblem for a name that it has not."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageProblem(
            f"The time zone {name!r} is not known. Name one as Europe/London or America/New_York; "
            "UTC has no daylight-saving time."
        ) from error


def check(cron: str, zone: ZoneInfo, now: datetime) -> None:
    """Raise UsageProblem for an expression that cannot be read or is never due."""
    if len(cron.split()) != FIELDS:
        raise UsageProblem(
            f"The schedule {cron!r} has not five fields (minute, hour, day of month, month, weekday). "
            "Every night at two is: '0 2 * * *'."
        )
    try:
        is_ever_due = next(due_times(cron, zone, now), None) is not None
    except CronSimError as error:
        raise UsageProblem(f"The schedule {cron!r} cannot be read ({error}). See crontab(5).") from error
    if not is_ever_due:
        raise UsageProblem(f"The schedule {cron!r} is never due: there is no such day. See crontab(5).")


def due_times(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Yield the due times after an aware time, as UTC, in order.

    Ends where the expression is not due for 50 years. Raises CronSimError for one that cannot be read.
    """
    for local in CronSim(cron, after.astimezone(zone)):
        due = local.astimezone(UTC)
        # In the second pass of an hour that comes twice, the library begins with its first pass.
        if due > after:
            yield due
