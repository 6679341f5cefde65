"""When cron expressions are due, most of all on the two nights when the clock is set."""

from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest

from scanner.errors import UsageProblem
from scanner.schedule.cron import check, due_times, zone_named
from tests.schedule.simulation import utc

NOW = utc("2026-01-01 00:00")


def due(cron: str, zone: str, after: str, until: str) -> list[str]:
    found = takewhile(lambda at: at <= utc(until), due_times(cron, ZoneInfo(zone), utc(after)))
    return [f"{at:%Y-%m-%d %H:%M}" for at in found]


def test_half_past_one_in_london_is_at_two_on_the_night_that_skips_it() -> None:
    # 2026-03-29 01:00 GMT is 02:00 BST.
    assert due("30 1 * * *", "Europe/London", "2026-03-27 12:00", "2026-03-31 00:00") == [
        "2026-03-28 01:30",
        "2026-03-29 01:00",
        "2026-03-30 00:30",
    ]


def test_half_past_one_in_london_is_the_first_of_two_on_the_night_that_has_it_twice() -> None:
    # 2026-10-25 02:00 BST is 01:00 GMT: half past one is at 00:30 UTC and again at 01:30 UTC.
    assert due("30 1 * * *", "Europe/London", "2026-10-24 12:00", "2026-10-27 00:00") == [
        "2026-10-25 00:30",
        "2026-10-26 01:30",
    ]


def test_half_past_two_in_new_york_is_at_three_on_the_night_that_skips_it() -> None:
    # 2026-03-08 02:00 EST (07:00 UTC) is 03:00 EDT.
    assert due("30 2 * * *", "America/New_York", "2026-03-07 12:00", "2026-03-09 12:00") == [
        "2026-03-08 07:00",
        "2026-03-09 06:30",
    ]


def test_half_past_one_in_new_york_is_the_first_of_two_on_the_night_that_has_it_twice() -> None:
    # 2026-11-01 02:00 EDT is 01:00 EST: half past one is at 05:30 UTC and again at 06:30 UTC.
    assert due("30 1 * * *", "America/New_York", "2026-10-31 12:00", "2026-11-02 12:00") == [
        "2026-11-01 05:30",
        "2026-11-02 06:30",
    ]


def test_asked_between_the_two_half_past_ones_the_next_is_tomorrow() -> None:
    # 01:10 UTC is the second ten past one of that night.
    assert due("30 1 * * *", "Europe/London", "2026-10-25 01:10", "2026-10-26 12:00") == ["2026-10-26 01:30"]


def test_every_quarter_of_an_hour_goes_by_elapsed_time_on_both_nights() -> None:
    spring = due("*/15 * * * *", "Europe/London", "2026-03-29 00:30", "2026-03-29 01:30")
    autumn = due("*/15 * * * *", "Europe/London", "2026-10-25 00:30", "2026-10-25 01:30")

    assert [at[-5:] for at in spring] == ["00:45", "01:00", "01:15", "01:30"]
    assert [at[-5:] for at in autumn] == ["00:45", "01:00", "01:15", "01:30"]


def test_a_leap_day_comes_every_four_years() -> None:
    found = islice(due_times("0 2 29 2 *", ZoneInfo("UTC"), NOW), 2)

    assert [at.year for at in found] == [2028, 2032]


@pytest.mark.parametrize(
    ("cron", "complaint"),
    [
        ("0 2 * *", "has not five fields"),
        ("0 0 2 * * *", "has not five fields"),
        ("@daily", "has not five fields"),
        ("0 25 * * *", "Bad hour"),
        ("0 2 * * FOO", "Bad day-of-week"),
        ("*/0 * * * *", "Bad minute"),
        ("0 2 30 2 *", "Bad day-of-month"),
        ("0 2 31 4,6,9,11 *", "Bad day-of-month"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(cron: str, complaint: str) -> None:
    with pytest.raises(UsageProblem, match=complaint):
        check(cron, ZoneInfo("UTC"), NOW)


@pytest.mark.parametrize("name", ["Europe/Londn", "../../etc/passwd", "", "Europe", "x" * 5000])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UsageProblem, match="is not known"):
        zone_named(name)
