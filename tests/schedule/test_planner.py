"""What is due, when to look again, and what is to come."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from hypothesis import assume, given
from hypothesis import strategies as st

from scanner.model.site import Hours, Site
from scanner.schedule.entry import MAX_JITTER_S, Entry
from scanner.schedule.planner import Delay, Plan, Planner
from tests.schedule.simulation import NORTH, entry, utc

SOUTH = Site("south")
# Every day from eight in the evening to six in the morning.
NIGHTLY = Site("north", hours=(Hours(frozenset(range(7)), time(20), time(6)),))
PLANNER = Planner()


def plan(now: str, *entries: Entry, busy: tuple[str, ...] = ()) -> Plan:
    return PLANNER.plan(entries, busy, utc(now))


def due(planned: Plan) -> list[tuple[str, dict[int, str]]]:
    return [
        (run.site.name, {number: f"{at:%m-%d %H:%M}" for number, at in run.due_at.items()})
        for run in planned.ready
    ]


def test_before_its_time_nothing_is_due_and_it_wakes_at_its_time() -> None:
    planned = plan("2026-03-01 01:59", entry())

    assert planned == Plan((), utc("2026-03-01 02:00"))


def test_at_its_time_it_is_due_and_it_wakes_for_the_next() -> None:
    planned = plan("2026-03-01 02:00", entry())

    assert due(planned) == [("north", {1: "03-01 02:00"})]
    assert planned.wake_at == utc("2026-03-02 02:00")


def test_what_has_had_its_sweep_is_not_due_again() -> None:
    assert plan("2026-03-01 02:01", entry(last="2026-03-01 02:00")).ready == ()


def test_a_schedule_is_not_due_for_times_before_it_was_added() -> None:
    assert plan("2026-03-01 12:00", entry(added="2026-03-01 11:00")).ready == ()


def test_missed_times_are_caught_up_once() -> None:
    assert due(plan("2026-03-09 12:00", entry(last="2026-03-01 02:00"))) == [("north", {1: "03-09 02:00"})]


def test_a_missed_year_of_every_minute_is_caught_up_once_and_at_once() -> None:
    planned = plan("2027-06-01 12:00:30", entry("* * * * *"))

    assert due(planned) == [("north", {1: "06-01 12:00"})]


def test_a_missed_leap_day_is_found_years_later() -> None:
    planned = plan("2031-07-01 00:00", entry("0 2 29 2 *", last="2024-02-29 02:00"))

    assert due(planned) == [("north", {1: "02-29 02:00"})]


def test_a_busy_site_gets_nothing_until_it_is_free() -> None:
    assert plan("2026-03-01 02:00", entry(), busy=("north",)).ready == ()


def test_one_sweep_serves_every_schedule_of_its_site() -> None:
    weekly = entry("30 1 * * SUN", number=2)

    assert due(plan("2026-03-01 12:00", entry(), weekly)) == [("north", {1: "03-01 02:00", 2: "03-01 01:30"})]


def test_the_longest_due_site_comes_first() -> None:
    planned = plan("2026-03-01 03:00", entry(), entry("0 1 * * *", number=2, site=SOUTH))

    assert [run.site.name for run in planned.ready] == ["south", "north"]


def test_outside_the_allowed_hours_it_waits_for_them() -> None:
    planned = plan("2026-03-01 12:00", entry("0 12 * * *", site=NIGHTLY))

    assert planned == Plan((), utc("2026-03-01 20:00"))
    assert due(plan("2026-03-01 20:00", entry("0 12 * * *", site=NIGHTLY))) == [("north", {1: "03-01 12:00"})]


def test_a_clock_put_back_makes_nothing_due_twice() -> None:
    assert plan("2026-03-01 01:30", entry(last="2026-03-01 02:00")).ready == ()
    assert plan("2026-03-01 02:00", entry(last="2026-03-01 02:00")).ready == ()


def test_a_mark_from_a_clock_far_ahead_is_told_from_a_clock_put_back() -> None:
    now = utc("2026-03-05 00:00")

    assert entry(last="2036-01-01 02:00").is_misdated(now)
    assert not entry(last="2026-03-05 23:00").is_misdated(now)
    # A machine without a battery begins in 1970: then it is that clock which is wrong.
    assert not entry(last="2026-03-05 23:00").is_misdated(utc("1970-01-01 00:00"))


@given(st.integers(1, MAX_JITTER_S), st.integers(1, 10**6), st.datetimes(timezones=st.just(UTC)))
def test_jitter_is_within_its_limit_and_always_the_same(limit_s: int, number: int, due_at: datetime) -> None:
    one = entry(jitter_s=limit_s, number=number)
    assume(due_at.year < 9999)

    assert timedelta(0) <= one.fires_at(due_at) - due_at <= timedelta(seconds=limit_s)
    assert one.fires_at(due_at) == entry(jitter_s=limit_s, number=number).fires_at(due_at)


def test_jitter_differs_between_schedules_and_between_nights() -> None:
    night, next_night = utc("2026-03-01 02:00"), utc("2026-03-02 02:00")
    delays = {
        one.fires_at(at) - at
        for one in (entry(jitter_s=3600, number=number) for number in range(20))
        for at in (night, next_night)
    }

    assert len(delays) > 35


def test_with_jitter_it_is_due_later_and_wakes_for_that() -> None:
    one = entry(jitter_s=3600)
    fires_at = one.fires_at(utc("2026-03-01 02:00"))

    assert fires_at > utc("2026-03-01 02:00")
    assert PLANNER.plan([one], (), fires_at - timedelta(seconds=1)) == Plan((), fires_at)
    assert due(PLANNER.plan([one], (), fires_at)) == [("north", {1: "03-01 02:00"})]


def test_jitter_longer_than_the_interval_wakes_for_whatever_comes_first() -> None:
    one = entry("*/10 * * * *", jitter_s=MAX_JITTER_S, last="2026-03-10 00:00")
    now = utc("2026-03-10 12:00")
    fires = [fires_at for _, fires_at in islice(one.coming(now), 2000)]

    assert PLANNER.plan([one], (), now).wake_at == min(fires)


def test_what_is_to_come_waits_for_the_allowed_hours_and_says_so() -> None:
    one = entry("0 5,7,12 * * *", site=NIGHTLY)
    coming = islice(PLANNER.coming(one, utc("2026-03-01 04:00")), 3)

    assert [(f"{each.runs_at:%d %H:%M}", each.delay) for each in coming] == [
        ("01 05:00", Delay.NONE),
        ("01 20:00", Delay.HOURS),
        ("02 05:00", Delay.NONE),
    ]


def test_what_is_to_come_begins_with_what_was_missed() -> None:
    coming = islice(PLANNER.coming(entry(), utc("2026-03-03 12:00")), 2)

    assert [(f"{each.due_at:%d %H:%M}", f"{each.runs_at:%d %H:%M}", each.delay) for each in coming] == [
        ("03 02:00", "03 12:00", Delay.MISSED),
        ("04 02:00", "04 02:00", Delay.NONE),
    ]


def test_a_renamed_site_keeps_its_schedule() -> None:
    renamed = replace(entry(), site=replace(NORTH, name="north-1"))

    assert due(plan("2026-03-01 02:00", renamed)) == [("north-1", {1: "03-01 02:00"})]
