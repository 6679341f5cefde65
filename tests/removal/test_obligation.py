"""What may be decided about a device, in which order, and what each step must say."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scanner.errors import UsageProblem
from scanner.removal.obligation import NEXT, Circumstances, Obligation, State, Step, check

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
TOMORROW, YESTERDAY = date(2026, 11, 23), date(2026, 11, 21)
HERE = Circumstances(TODAY)
CONSIDERED = Step(State.CONSIDERED, TODAY, "A. Clerk", "upgrade in spring", NOW)
PLANNED = replace(CONSIDERED, state=State.PLANNED, day=TOMORROW)
REPLACED = replace(CONSIDERED, state=State.REPLACED, replacement="Axis P1465-LE")
REMOVED = replace(CONSIDERED, state=State.REMOVED)
EXEMPT = replace(
    CONSIDERED, state=State.EXEMPT, day=TOMORROW, owner="Head of estates", basis="Health and Safety Act"
)
STEPS = {one.state: one for one in (CONSIDERED, PLANNED, REPLACED, REMOVED, EXEMPT)}


def record(*steps: Step) -> Obligation:
    return Obligation(7, "uk-wms-2022-11-24", steps)


def refusal(known: Obligation, step: Step, now: Circumstances = HERE) -> str:
    with pytest.raises(UsageProblem) as refused:
        check(known, step, now)
    assert str(refused.value).endswith("Nothing was changed.")
    return str(refused.value)


def test_a_device_is_considered_planned_replaced_and_removed() -> None:
    taken: tuple[Step, ...] = ()
    for step in (CONSIDERED, PLANNED, REPLACED, REMOVED):
        check(record(*taken), step, HERE)
        taken = (*taken, step)

    assert record(*taken).state is State.REMOVED


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", STEPS)
def test_exactly_the_steps_of_the_table_are_taken(before: State, after: State) -> None:
    known = record() if before is State.NONE else record(STEPS[before])

    if after in NEXT[before]:
        check(known, STEPS[after], HERE)
    else:
        assert f"After '{before.value}' comes" in refusal(known, STEPS[after])


def test_nothing_is_planned_or_removed_that_was_not_considered() -> None:
    assert NEXT[State.NONE] == (State.CONSIDERED, State.EXEMPT)


def test_what_was_removed_and_is_back_is_considered_again() -> None:
    assert NEXT[State.REMOVED] == (State.CONSIDERED,)


@pytest.mark.parametrize(
    ("lacks", "told"),
    [
        ({"reason": " "}, "An exemption needs a reason"),
        ({"by": ""}, "--by"),
        ({"owner": ""}, "who answers for it and its legal basis"),
        ({"basis": ""}, "who answers for it and its legal basis"),
        ({"day": YESTERDAY}, "An exemption cannot end on 2026-11-21, which is past"),
    ],
)
def test_an_exemption_lacks_nothing(lacks: dict[str, object], told: str) -> None:
    assert told in refusal(record(), replace(EXEMPT, **lacks))  # type: ignore[arg-type]


def test_any_step_has_a_reason() -> None:
    assert "A step needs a reason" in refusal(record(), replace(CONSIDERED, reason=""))


def test_a_plan_for_a_day_that_is_past_is_refused_and_one_for_today_is_not() -> None:
    told = refusal(record(CONSIDERED), replace(PLANNED, day=YESTERDAY))

    assert "A plan cannot end on 2026-11-21, which is past: at the site it is 2026-11-22." in told
    check(record(CONSIDERED), replace(PLANNED, day=TODAY), HERE)


@pytest.mark.parametrize("state", [State.CONSIDERED, State.REPLACED, State.REMOVED])
def test_what_happened_did_not_happen_tomorrow(state: State) -> None:
    assert "cannot have happened on 2026-11-23" in refusal(
        record(PLANNED), replace(STEPS[state], day=TOMORROW)
    )


@pytest.mark.parametrize("step", [PLANNED, REMOVED])
def test_what_something_depends_on_is_not_removed_without_replacement_or_waiver(step: Step) -> None:
    now = replace(HERE, dependency="fever screening at the entrance")

    assert "Something depends on the device (fever screening" in refusal(record(CONSIDERED), step, now)
    check(record(CONSIDERED), replace(step, replacement="a nurse"), now)
    check(record(CONSIDERED), replace(step, waiver="screening ended in 2023"), now)
    check(record(CONSIDERED, replace(PLANNED, waiver="screening ended")), step, now)


def test_what_something_depends_on_may_be_considered_and_exempt() -> None:
    now = replace(HERE, dependency="the gate")

    check(record(), CONSIDERED, now)
    check(record(), EXEMPT, now)


def test_a_device_that_was_met_later_was_not_removed() -> None:
    met = replace(HERE, last_seen=TODAY)

    assert "met on 2026-11-22, so it was not removed on 2026-11-21" in refusal(
        record(PLANNED), replace(REMOVED, day=YESTERDAY), met
    )
    check(record(PLANNED), REMOVED, met)


@pytest.mark.parametrize(
    "stray",
    [
        replace(PLANNED, basis="a law"),
        replace(CONSIDERED, waiver="none"),
        replace(EXEMPT, replacement="another"),
        replace(REPLACED, replacement=""),
        replace(CONSIDERED, reason="x" * 1001),
    ],
)
def test_texts_of_another_step_none_where_one_is_needed_and_documents_are_refused(stray: Step) -> None:
    before = {State.PLANNED: CONSIDERED, State.REPLACED: PLANNED}.get(stray.state)

    refusal(record(before) if before else record(), stray)


def test_an_exemption_holds_on_its_last_day_and_not_after_it() -> None:
    known = record(EXEMPT)

    assert known.is_exempt(TOMORROW)
    assert not known.is_exempt(date(2026, 11, 24))
    assert not record(EXEMPT, CONSIDERED).is_exempt(TODAY)
