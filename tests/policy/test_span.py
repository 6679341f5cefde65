"""A day that is not known to the day is a stretch of days, and inside it nothing is decided."""

from datetime import date

import pytest

from scanner.policy.known import Known, both, either
from scanner.policy.span import ANY_DAY, Span, read_span

YES, UNCLEAR, NO = Known


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022-11-24", date(2022, 11, 24), date(2022, 11, 24)),
        ("2021-04", date(2021, 4, 1), date(2021, 4, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-04-09/2026-04-01", date(2025, 4, 9), date(2026, 4, 1)),
        ("2025/2026-02", date(2025, 1, 1), date(2026, 2, 28)),
    ],
)
def test_a_date_is_read_as_the_days_that_it_may_be(text: str, first: date, last: date) -> None:
    assert read_span(text) == Span(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-02-30",
        "2025-13",
        "25-01-01",
        "2026/2025",
        "2025/2026/2027",
        "2025-04-09/",
        "soon",
        "２０２５",
    ],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert read_span(text) is None


def test_an_unknown_day_may_be_any() -> None:
    assert read_span("unknown") == ANY_DAY
    assert ANY_DAY.has_come(date(1999, 1, 1)) is UNCLEAR
    assert str(ANY_DAY) == "unknown"


@pytest.mark.parametrize(
    ("on", "come"),
    [
        (date(2021, 3, 31), NO),
        (date(2021, 4, 1), UNCLEAR),
        (date(2021, 4, 29), UNCLEAR),
        (date(2021, 4, 30), YES),
    ],
)
def test_a_month_has_come_on_its_last_day_and_not_before_its_first(on: date, come: Known) -> None:
    assert Span(date(2021, 4, 1), date(2021, 4, 30)).has_come(on) is come


def test_a_deadline_of_a_month_is_over_after_its_last_day() -> None:
    april = Span(date(2025, 4, 1), date(2025, 4, 30))

    assert not april.is_over(date(2025, 4, 30))
    assert april.is_over(date(2025, 5, 1))


def test_an_unknown_day_of_force_is_not_before_the_day_of_issue() -> None:
    known = ANY_DAY.from_then(date(2023, 10, 26))

    assert known.has_come(date(2023, 10, 25)) is NO
    assert known.has_come(date(2030, 1, 1)) is UNCLEAR
    assert str(known) == "an unknown day from 2023-10-26"


def test_three_valued_and_and_or() -> None:
    assert [both(YES, one) for one in Known] == [YES, UNCLEAR, NO]
    assert [both(NO, one) for one in Known] == [NO, NO, NO]
    assert [either(YES, one) for one in Known] == [YES, YES, YES]
    assert [either(NO, one) for one in Known] == [YES, UNCLEAR, NO]
    assert [either(UNCLEAR, one) for one in Known] == [YES, UNCLEAR, UNCLEAR]
