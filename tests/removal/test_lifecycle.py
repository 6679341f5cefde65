"""A device is gone when sweeps and a person agree."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from scanner.model.device import Presence
from scanner.removal.lifecycle import Lifecycle, attestation, lifecycle
from scanner.removal.obligation import Obligation, State, Step

LONDON = ZoneInfo("Europe/London")
LAST_SEEN = datetime(2026, 6, 1, 2, tzinfo=UTC)
TAKEN_DOWN = Step(
    State.REMOVED, date(2026, 6, 2), "A. Clerk", "taken down", datetime(2026, 6, 3, 9, tzinfo=UTC)
)
CONSIDERED = Step(
    State.CONSIDERED, date(2026, 6, 9), "A. Clerk", "it is back", datetime(2026, 6, 9, tzinfo=UTC)
)


def record(*steps: Step, policy: str = "uk") -> Obligation:
    return Obligation(1, policy, steps)


def stands(presence: Presence, *steps: Step, last_seen: datetime = LAST_SEEN) -> Lifecycle:
    return lifecycle(presence, last_seen, [record(*steps)], LONDON)


def test_a_device_that_answers_is_present() -> None:
    assert stands(Presence.PRESENT) is Lifecycle.PRESENT


def test_one_silent_sweep_is_no_removal() -> None:
    assert stands(Presence.SILENT) is Lifecycle.NOT_SEEN
    assert stands(Presence.SILENT, TAKEN_DOWN) is Lifecycle.NOT_SEEN


def test_sweeps_alone_do_not_make_it_gone() -> None:
    assert stands(Presence.GONE) is Lifecycle.NOT_SEEN


def test_an_attestation_alone_does_not_make_it_gone() -> None:
    assert stands(Presence.PRESENT, TAKEN_DOWN) is Lifecycle.PRESENT


def test_sweeps_and_an_attestation_make_it_gone() -> None:
    assert stands(Presence.GONE, TAKEN_DOWN) is Lifecycle.GONE


def test_whoever_is_met_after_the_removal_has_returned() -> None:
    met = datetime(2026, 6, 4, 2, tzinfo=UTC)

    assert stands(Presence.PRESENT, TAKEN_DOWN, last_seen=met) is Lifecycle.RETURNED


def test_the_day_of_the_removal_is_the_sites() -> None:
    # 23:30 UTC on 2 June is past midnight in London's summer, and so a day after the removal.
    late = datetime(2026, 6, 2, 23, 30, tzinfo=UTC)

    assert stands(Presence.PRESENT, TAKEN_DOWN, last_seen=late) is Lifecycle.RETURNED
    assert lifecycle(Presence.PRESENT, late, [record(TAKEN_DOWN)], ZoneInfo("UTC")) is Lifecycle.PRESENT


def test_the_alarm_ends_with_the_next_step() -> None:
    met = datetime(2026, 6, 4, 2, tzinfo=UTC)

    assert stands(Presence.PRESENT, TAKEN_DOWN, CONSIDERED, last_seen=met) is Lifecycle.PRESENT


def test_an_attestation_under_any_policy_counts_and_the_latest_is_told() -> None:
    later = Step(State.REMOVED, date(2026, 7, 1), "B", "again", datetime(2026, 7, 1, tzinfo=UTC))

    assert attestation([record(TAKEN_DOWN), record(later, policy="us"), record(policy="au")]) == later
    assert attestation([record(TAKEN_DOWN, CONSIDERED)]) is None
