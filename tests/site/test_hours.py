"""Allowed hours by the clock on the wall, on ordinary nights and on those when it is set."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.site import Hours, Site
from scanner.site.hours import is_allowed, next_allowed

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
MINUTE = timedelta(minutes=1)


def depot(*hours: Hours, zone: ZoneInfo = BERLIN) -> Site:
    return Site("depot", hours=hours, zone=zone)


def nightly(since: time, until: time, days: frozenset[int] = EVERY_DAY) -> Site:
    return depot(Hours(days, since, until))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[misc,arg-type]


def allowed_minutes(site: Site, since: datetime, until: datetime) -> list[str]:
    """Return the allowed stretches between two moments as UTC times, minute by minute."""
    stretches: list[list[datetime]] = []
    at = since
    while at < until:
        if is_allowed(site, at):
            if not stretches or stretches[-1][1] != at:
                stretches.append([at, at])
            stretches[-1][1] = at + MINUTE
        at += MINUTE
    return [f"{first:%H:%M}-{last:%H:%M}" for first, last in stretches]


def test_a_site_without_hours_is_always_allowed() -> None:
    at = berlin(2026, 11, 22, 12, 34)

    assert is_allowed(depot(), at)
    assert next_allowed(depot(), at) == at


def test_hours_that_cross_midnight_belong_to_the_day_on_which_they_begin() -> None:
    friday_night = nightly(time(22), time(6), frozenset({4}))

    assert [
        is_allowed(friday_night, at)
        for at in (
            berlin(2026, 11, 20, 5, 59),  # Friday morning: Thursday's night is not allowed
            berlin(2026, 11, 20, 21, 59),
            berlin(2026, 11, 20, 22, 0),
            berlin(2026, 11, 21, 5, 59),
            berlin(2026, 11, 21, 6, 0),
            berlin(2026, 11, 21, 22, 0),
        )
    ] == [False, False, True, True, False, False]


def test_equal_times_are_a_whole_day() -> None:
    sunday = nightly(time(0), time(0), frozenset({6}))

    assert [is_allowed(sunday, berlin(2026, 11, 22, hour)) for hour in (0, 12, 23)] == [True] * 3
    assert not is_allowed(sunday, berlin(2026, 11, 23, 0))


def test_the_next_allowed_moment_waits_for_the_evening() -> None:
    assert next_allowed(nightly(time(22), time(6)), berlin(2026, 11, 22, 12)) == utc(2026, 11, 22, 21)


def test_the_next_allowed_moment_waits_for_monday() -> None:
    workdays = nightly(time(22), time(6), WORKDAYS)

    # The night of Friday ends on Saturday at six.
    assert next_allowed(workdays, berlin(2026, 11, 21, 6)) == utc(2026, 11, 23, 21)


def test_the_first_of_several_hours_counts() -> None:
    site = depot(Hours(EVERY_DAY, time(22), time(23)), Hours(EVERY_DAY, time(13), time(14)))

    assert next_allowed(site, berlin(2026, 11, 22, 12)) == utc(2026, 11, 22, 12)


# In Berlin the clock goes from 02:00 to 03:00 on 2026-03-29 and back on 2026-10-25, each at 01:00 UTC.
@pytest.mark.parametrize(
    ("since", "until", "spring", "autumn"),
    [
        (time(22), time(6), ["21:00-04:00"], ["20:00-05:00"]),
        (time(2), time(3), [], ["00:00-02:00"]),
        (time(2, 30), time(4), ["01:00-02:00"], ["00:30-01:00", "01:30-03:00"]),
        (time(1), time(2, 30), ["00:00-01:00"], ["23:00-00:30", "01:00-01:30"]),
        (time(3), time(4), ["01:00-02:00"], ["02:00-03:00"]),
    ],
)
def test_the_clock_on_the_wall_decides_when_it_is_set(
    since: time, until: time, spring: list[str], autumn: list[str]
) -> None:
    site = nightly(since, until)

    assert allowed_minutes(site, utc(2026, 3, 28, 20), utc(2026, 3, 29, 12)) == spring
    assert allowed_minutes(site, utc(2026, 10, 24, 19), utc(2026, 10, 25, 12)) == autumn


def test_a_night_whose_beginning_the_clock_skips_begins_when_it_is_set() -> None:
    site = nightly(time(2, 30), time(4))

    assert next_allowed(site, utc(2026, 3, 29, 0, 0, 0, 1)) == utc(2026, 3, 29, 1)


def test_a_night_that_the_clock_skips_whole_is_the_next_one() -> None:
    sunday = nightly(time(2), time(3), frozenset({6}))

    assert next_allowed(sunday, berlin(2026, 3, 29, 0)) == berlin(2026, 4, 5, 2)


def test_hours_that_come_twice_are_found_twice() -> None:
    site = nightly(time(2, 30), time(3))

    assert next_allowed(site, utc(2026, 10, 25, 0)) == utc(2026, 10, 25, 0, 30)
    assert next_allowed(site, utc(2026, 10, 25, 1)) == utc(2026, 10, 25, 1, 30)


ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
hours = st.builds(Hours, st.frozensets(st.integers(0, 6), min_size=1), times, times)


def within(first: datetime, days: int) -> st.SearchStrategy[datetime]:
    """Return moments of some days, to the second."""
    return st.integers(0, days * 86_400).map(lambda seconds: first + timedelta(seconds=seconds))


# All year, and around the nights when the clocks of these zones are set.
NIGHTS = (utc(2026, 3, 8), utc(2026, 3, 28), utc(2026, 4, 4), utc(2026, 10, 3), utc(2026, 10, 24))
moments = st.one_of(within(utc(2026, 1, 1), 365), *(within(night, 2) for night in NIGHTS))


@given(st.lists(hours, min_size=1, max_size=3), st.sampled_from(ZONES), moments)
def test_nothing_earlier_is_allowed_than_the_next_allowed_moment(
    some: list[Hours], zone: str, at: datetime
) -> None:
    site = depot(*some, zone=ZoneInfo(zone))

    found = next_allowed(site, at)

    assert found >= at
    assert is_allowed(site, found)
    # Clocks are set on whole minutes, and hours begin on them: between two of them nothing changes.
    whole = at.replace(second=0, microsecond=0) + MINUTE
    minutes = int((found - whole) / MINUTE)
    waiting = [whole + n * MINUTE for n in range(minutes)]
    assert found == at or not is_allowed(site, at)
    assert not any(is_allowed(site, one) for one in waiting[:3000])


@given(hours, st.sampled_from(ZONES), moments)
def test_hours_are_those_of_the_clock_at_the_site(some: Hours, zone: str, at: datetime) -> None:
    local = at.astimezone(ZoneInfo(zone))
    span = (some.until.hour * 60 + some.until.minute - some.since.hour * 60 - some.since.minute - 1) % 1440
    since_start = (local.hour * 60 + local.minute - some.since.hour * 60 - some.since.minute) % 1440
    began_today = local.time() >= some.since
    day = local.weekday() if began_today else (local.weekday() - 1) % 7

    expected = since_start <= span and day in some.days

    assert is_allowed(depot(some, zone=ZoneInfo(zone)), at) is expected
