"""The daemon through simulated days and weeks: the clock's two odd nights, downtime, jumps, crowds."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from scanner.model.site import Hours, Site
from scanner.schedule import daemon
from scanner.schedule.daemon import LOCK_RETRY_S, MAX_WAIT_S, RELOAD_S
from tests.schedule.simulation import World, entry, lived, utc


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weeks in which nothing happens between two times are lived faster when nobody looks at the clock."""
    monkeypatch.setattr(daemon, "MAX_WAIT_S", 3600.0)
    monkeypatch.setattr(daemon, "RELOAD_S", 3600.0)


@pytest.fixture
def attentive(monkeypatch: pytest.MonkeyPatch, calm: None) -> None:
    """The daemon as it is."""
    monkeypatch.setattr(daemon, "MAX_WAIT_S", MAX_WAIT_S)
    monkeypatch.setattr(daemon, "RELOAD_S", RELOAD_S)


def world(now: str, *entries: object, **settings: object) -> World:
    return World(utc(now), list(entries), **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cron", "zone", "start", "odd_day", "odd_time"),
    [
        ("30 1 * * *", "Europe/London", "2026-03-15 12:00", "2026-03-29", "01:00"),
        ("30 1 * * *", "Europe/London", "2026-10-11 12:00", "2026-10-25", "00:30"),
        ("30 2 * * *", "Europe/London", "2026-03-15 12:00", "2026-03-29", "01:30"),
        ("30 2 * * *", "Europe/London", "2026-10-11 12:00", "2026-10-25", "02:30"),
        ("30 2 * * *", "America/New_York", "2026-02-22 12:00", "2026-03-08", "07:00"),
        ("30 2 * * *", "America/New_York", "2026-10-18 12:00", "2026-11-01", "07:30"),
        ("30 1 * * *", "America/New_York", "2026-02-22 12:00", "2026-03-08", "06:30"),
        ("30 1 * * *", "America/New_York", "2026-10-18 12:00", "2026-11-01", "05:30"),
    ],
)
def test_four_weeks_around_the_odd_night_have_one_sweep_a_day(
    cron: str, zone: str, start: str, odd_day: str, odd_time: str
) -> None:
    one = entry(cron, zone, added=start)
    until = utc(start) + timedelta(days=28)

    begun = lived(world(start, one), f"{until:%Y-%m-%d %H:%M}")

    first = utc(start) + timedelta(days=1)
    assert [at[:10] for at in begun] == [f"{first + timedelta(days=day):%Y-%m-%d}" for day in range(28)]
    assert [at for at in begun if at.startswith(odd_day)] == [f"{odd_day} {odd_time}"]


def test_a_sweep_begins_within_a_second_of_its_time() -> None:
    one = world("2026-03-01 00:00", entry())

    lived(one, "2026-03-04 00:00")

    assert all(
        at - at.replace(minute=0, second=0, microsecond=0) < timedelta(seconds=1) for _, at in one.sweeps
    )
    assert len(one.sweeps) == 3


def test_a_week_of_downtime_is_caught_up_once() -> None:
    one = entry(last="2026-03-01 02:00")

    assert lived(world("2026-03-08 12:00", one), "2026-03-09 12:00") == [
        "2026-03-08 12:00",
        "2026-03-09 02:00",
    ]


@pytest.mark.usefixtures("attentive")
def test_a_clock_put_forward_over_the_time_is_noticed_soon_and_caught_up_once() -> None:
    one = world("2026-03-01 00:00", entry())

    begun = lived(one, "2026-03-01 06:00", ("2026-03-01 01:00", one.jump(hours=3)))

    assert begun == ["2026-03-01 04:00"]
    assert one.sweeps[0][1] - utc("2026-03-01 04:00") <= timedelta(seconds=MAX_WAIT_S)


@pytest.mark.usefixtures("attentive")
def test_a_clock_put_back_over_the_time_sweeps_no_second_time() -> None:
    one = world("2026-03-01 00:00", entry())

    begun = lived(one, "2026-03-01 05:00", ("2026-03-01 02:30", one.jump(hours=-1)))

    assert begun == ["2026-03-01 02:00"]


@pytest.mark.usefixtures("attentive")
def test_a_clock_put_back_before_the_time_keeps_to_the_new_time() -> None:
    one = world("2026-03-01 00:00", entry())

    begun = lived(one, "2026-03-01 04:00", ("2026-03-01 01:59", one.jump(minutes=-30)))

    assert begun == ["2026-03-01 02:00"]


@pytest.mark.usefixtures("attentive")
def test_a_clock_put_back_while_the_sweep_runs_sweeps_no_second_time() -> None:
    one = world("2026-03-01 00:00", entry(), sweep_s=1200)

    begun = lived(one, "2026-03-01 04:00", ("2026-03-01 02:10", one.jump(minutes=-15)))

    assert begun == ["2026-03-01 02:00"]


@pytest.mark.usefixtures("attentive")
def test_a_machine_that_begins_in_1970_waits_for_the_right_time() -> None:
    one = world("1970-01-01 00:00", entry(last="2026-03-01 02:00"))
    to_today = (utc("2026-03-02 12:00") - utc("1970-01-01 00:10")).total_seconds()

    begun = lived(one, "2026-03-02 14:00", ("1970-01-01 00:10", one.jump(seconds=to_today)))

    assert begun == ["2026-03-02 12:00"]


def test_a_mark_of_ten_years_ahead_does_not_silence_a_schedule_for_ten_years() -> None:
    one = world("2026-03-05 12:00", entry(last="2036-01-01 02:00"))

    assert lived(one, "2026-03-07 12:00") == ["2026-03-06 02:00", "2026-03-07 02:00"]


def test_what_becomes_due_while_the_site_is_swept_is_due_once_afterwards() -> None:
    one = world("2026-03-01 01:30", entry("*/10 2 * * *"), sweep_s=35 * 60)

    assert lived(one, "2026-03-01 12:00") == ["2026-03-01 02:00", "2026-03-01 02:35", "2026-03-01 03:10"]
    assert one.most_at_once == 1


def test_several_sites_are_swept_at_once_up_to_the_limit() -> None:
    sites = [entry(number=number, site=Site(f"site-{number}")) for number in range(1, 6)]
    one = world("2026-03-01 00:00", *sites, parallel=2)

    begun = lived(one, "2026-03-01 12:00")

    assert [at[-5:] for at in begun] == ["02:00", "02:00", "02:10", "02:10", "02:20"]
    assert (one.most_at_once, len({name for name, _ in one.sweeps})) == (2, 5)


def test_a_sweep_waits_for_the_allowed_hours() -> None:
    nightly = Site("north", hours=(Hours(frozenset(range(7)), time(20), time(6)),))

    assert lived(world("2026-03-01 10:00", entry("0 12 * * *", site=nightly)), "2026-03-03 06:00") == [
        "2026-03-01 20:00",
        "2026-03-02 20:00",
    ]


@pytest.mark.usefixtures("attentive")
def test_a_locked_site_is_tried_once_more_and_then_told() -> None:
    one = world("2026-03-01 01:30", entry(), codes=[6, 6], sweep_s=1)

    begun = lived(one, "2026-03-01 04:00")

    assert len(begun) == 2
    assert one.sweeps[1][1] - one.sweeps[0][1] >= timedelta(seconds=LOCK_RETRY_S)
    assert [(failure.code, failure.site.name) for failure in one.failures] == [(6, "north")]


def test_a_locked_site_that_is_free_the_second_time_is_swept_and_nobody_is_told() -> None:
    one = world("2026-03-01 00:00", entry(), codes=[6, 0], sweep_s=1)

    assert len(lived(one, "2026-03-02 01:00")) == 2
    assert one.failures == []


@pytest.mark.parametrize("code", [0, 3, 4])
def test_a_sweep_that_did_its_work_is_told_to_nobody(code: int) -> None:
    one = world("2026-03-01 00:00", entry(), codes=[code])

    assert len(lived(one, "2026-03-01 12:00")) == 1
    assert one.failures == []


@pytest.mark.parametrize(
    ("code", "how"), [(1, "exit code 1"), (2, "exit code 2"), (5, "exit code 5"), (-9, "signal 9")]
)
def test_a_sweep_that_failed_is_told_with_what_it_said_and_not_tried_before_its_time(
    code: int, how: str
) -> None:
    one = world("2026-03-01 00:00", entry(), codes=[code])

    assert lived(one, "2026-03-02 12:00") == ["2026-03-01 02:00", "2026-03-02 02:00"]
    assert [failure.trouble for failure in one.failures] == [f"The sweep ended with {how}. what it said last"]


def test_a_sweep_that_a_stop_interrupts_is_due_again_at_the_next_start() -> None:
    one = world("2026-03-01 00:00", entry())

    assert lived(one, "2026-03-01 02:05") == ["2026-03-01 02:00"]
    again = World(utc("2026-03-01 08:00"), one.entries)
    assert lived(again, "2026-03-01 12:00") == ["2026-03-01 08:00"]


def test_while_the_table_is_away_the_schedules_hold_and_nothing_is_swept_twice() -> None:
    one = world("2026-03-01 00:00", entry())

    def breaks() -> None:
        one.is_table_broken = True

    def heals() -> None:
        one.is_table_broken = False

    begun = lived(one, "2026-03-03 12:00", ("2026-03-01 01:00", breaks), ("2026-03-02 12:00", heals))

    assert begun == ["2026-03-01 02:00", "2026-03-02 02:00", "2026-03-03 02:00"]
    assert one.entries[0].row.last_due_at == utc("2026-03-03 02:00")


@pytest.mark.usefixtures("attentive")
def test_schedules_that_are_added_and_removed_meanwhile_count_within_a_minute() -> None:
    one = world("2026-03-01 00:00", entry())
    south = entry("30 2 * * *", number=2, site=Site("south"))

    def changes() -> None:
        one.entries[:] = [south]

    assert lived(one, "2026-03-01 04:00", ("2026-03-01 01:58", changes)) == ["2026-03-01 02:30"]


def test_a_defect_in_a_sweep_ends_the_daemon_with_it() -> None:
    one = world("2026-03-01 00:00", entry())

    async def broken(_site: Site) -> None:
        raise ZeroDivisionError

    one.sweep = broken  # type: ignore[method-assign,assignment]
    with pytest.raises(ZeroDivisionError):
        lived(one, "2026-03-01 02:01")


@pytest.mark.usefixtures("attentive")
def test_a_schedule_of_a_removed_number_is_not_mistaken_for_another() -> None:
    one = world("2026-03-01 00:00", entry())
    added_anew = replace(entry("0 3 * * *", added="2026-03-01 02:30").row, number=2)

    def changes() -> None:
        one.entries[:] = [replace(one.entries[0], row=added_anew)]

    assert lived(one, "2026-03-01 04:00", ("2026-03-01 02:30", changes)) == [
        "2026-03-01 02:00",
        "2026-03-01 03:00",
    ]
