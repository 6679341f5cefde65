"""The curve of a removal, its milestones and its forecast, against figures worked out by hand."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageProblem
from scanner.removal.timeline import (
    Life,
    Milestone,
    Point,
    Spell,
    check_milestones,
    curve,
    end,
    outlook,
    pace,
    point,
)

# The progress that was told to Parliament on 2024-04-09 and after: about half of the affected sites then,
# about 70 % by October 2024, all by April 2025; the commitment was made on 2023-06-07.
# Source: parallelparliament.co.uk, written answer of 2024-04-09; Zaobao 2024-04-29.
PROMISED = date(2023, 6, 7)
TOLD = (date(2024, 4, 9), date(2024, 10, 31), date(2025, 4, 30))
GOALS = tuple(map(Milestone, TOLD, (50, 70, 100)))


def uk() -> list[Life]:
    """Return ten sites with a device each: five cleared at the first day, two at the next, then three."""
    days = [TOLD[0]] * 5 + [TOLD[1]] * 2 + [TOLD[2]] * 3
    return [Life(f"site {n}", PROMISED, (Spell(day),), (Spell(day),)) for n, day in enumerate(days)]


def percents(points: Sequence[Point]) -> list[float | None]:
    return [one.percent for one in points]


def test_the_uk_figures_replayed_give_the_same_curve() -> None:
    points = curve(uk(), (PROMISED, *TOLD))

    assert percents(points) == [0.0, 50.0, 70.0, 100.0]
    assert [(one.found, one.remaining, one.removed) for one in points] == [
        (10, 10, 0),
        (10, 5, 5),
        (10, 3, 7),
        (10, 0, 10),
    ]
    assert [(one.sites, one.cleared) for one in points] == [(10, 0), (10, 5), (10, 7), (10, 10)]
    assert [outlook(uk(), points, one).reached for one in GOALS] == [50.0, 70.0, 100.0]


def test_the_forecast_goes_on_at_the_pace_so_far() -> None:
    # 307 days took five of ten: the other five take 307 days more, until 2025-02-10.
    points = curve(uk(), (PROMISED, TOLD[0]))

    assert (TOLD[0] - PROMISED).days == 307
    assert end(points) == date(2025, 2, 10)
    by_october, by_april = (outlook(uk(), points, one) for one in GOALS[1:])
    # 205 days to the end of October at 5 devices in 307 days: 3.34 more of 10.
    assert by_october.forecast == pytest.approx(83.39, abs=0.01)
    assert by_april.forecast == 100.0
    assert by_april.reached is None


def test_without_a_removal_there_is_no_forecast() -> None:
    points = curve(uk(), (PROMISED, PROMISED + timedelta(days=30)))

    assert (pace(points), end(points)) == (None, None)
    assert outlook(uk(), points, GOALS[0]).forecast is None


def test_plans_are_counted_against_a_milestone_as_if_they_were_kept() -> None:
    lives = [Life("a", PROMISED, planned=day) for day in (TOLD[0], TOLD[1], None, TOLD[2])]
    points = curve(lives, [PROMISED])

    assert [outlook(lives, points, one).planned for one in GOALS] == [25.0, 50.0, 75.0]


def test_what_is_missed_but_not_attested_remains_and_is_told() -> None:
    lives = [Life("a", PROMISED, missed=(Spell(TOLD[0]),)), Life("a", PROMISED, attested=(Spell(TOLD[0]),))]

    assert point(lives, TOLD[1]) == Point(TOLD[1], 2, 0, 1, 1, 0)


def test_what_returns_remains_again() -> None:
    until = TOLD[1]
    back = Life("a", PROMISED, (Spell(TOLD[0], until),), (Spell(TOLD[0]),))

    assert [one.removed for one in curve([back], (TOLD[0], until - timedelta(days=1), until))] == [1, 1, 0]


def test_what_is_found_later_lowers_the_share() -> None:
    lives = [*uk()[:1], Life("new", TOLD[1])]

    assert percents(curve(lives, (TOLD[0], TOLD[1]))) == [100.0, 50.0]


def test_nothing_found_has_no_share_and_nothing_to_expect() -> None:
    points = curve([], TOLD)

    assert percents(points) == [None, None, None]
    found = outlook([], points, GOALS[0])
    assert (found.reached, found.forecast, found.planned) == (None, None, None)


def test_a_pace_beyond_the_calendar_has_no_end() -> None:
    slow = [*uk()[:1], *(Life("a", PROMISED) for _ in range(10_000))]

    assert end(curve(slow, (PROMISED, date(2124, 1, 1)))) is None


@pytest.mark.parametrize(
    "wrong",
    [
        [Milestone(TOLD[1], 50), Milestone(TOLD[0], 70)],
        [Milestone(TOLD[0], 70), Milestone(TOLD[1], 50)],
        [Milestone(TOLD[0], 50), Milestone(TOLD[0], 70)],
        [Milestone(TOLD[0], 50), Milestone(TOLD[1], 50)],
        [Milestone(TOLD[0], 0)],
        [Milestone(TOLD[0], 101)],
    ],
)
def test_milestones_out_of_order_are_refused(wrong: list[Milestone]) -> None:
    with pytest.raises(UsageProblem, match="Nothing was changed"):
        check_milestones(wrong)


DAYS = st.dates(date(2022, 1, 1), date(2027, 1, 1))
SPELLS = st.tuples(st.builds(Spell, DAYS, st.none() | DAYS))
LIVES = st.lists(st.builds(Life, st.sampled_from("abc"), DAYS, SPELLS, SPELLS, st.none() | DAYS), max_size=20)


@given(LIVES, st.lists(DAYS, min_size=1, max_size=6))
def test_the_counts_add_up_on_every_day(lives: list[Life], days: list[date]) -> None:
    points = curve(lives, days)

    assert all(0 <= one.removed <= one.found <= len(lives) for one in points)
    assert all(one.unproven <= one.remaining and one.cleared <= one.sites <= 3 for one in points)
    assert all(before.found <= after.found for before, after in pairwise(points))
    expected = outlook(lives, points, Milestone(date(2028, 1, 1), 50))
    assert all(share is None or 0 <= share <= 100 for share in (expected.forecast, expected.planned))
