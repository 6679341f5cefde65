"""What an auditor is told of a device, by its history, the shipped policies, decisions and the day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scanner.model.device import Change, ChangeKind
from scanner.model.site import Role
from scanner.policy.evaluation import PolicyResult
from scanner.removal.finding import DatedChange, Finding, FindingKind, Subject, findings
from scanner.removal.lifecycle import Lifecycle
from scanner.removal.obligation import Obligation, State, Step
from tests.policy.books import device, result

STATEMENT, TIMELINE = "uk-wms-2022-11-24", "uk-removal-timeline"
MINISTERS = "uk-sensitive-ministers"
TODAY = date(2026, 11, 22)
CAMERA = Subject(date(2026, 3, 1), date(2026, 11, 21), Lifecycle.PRESENT, missed_on=date(2026, 2, 28))


def under(policy: str, *labels: str, role: Role = Role.CCTV, on: date = TODAY) -> PolicyResult:
    return result(policy, device(), *labels, role=role, on=on)


def decided(policy: str, state: State, day: date, entered: date = TODAY) -> dict[str, Obligation]:
    at = datetime(entered.year, entered.month, entered.day, 12, tzinfo=UTC)
    return {policy: Obligation(1, policy, (Step(state, day, "A. Clerk", "because", at),))}


def changed(kind: ChangeKind, day: int = 20) -> DatedChange:
    at = datetime(2026, 11, day, 2, tzinfo=UTC)
    return DatedChange(at, at.date(), Change(kind, "flagged Hikvision", "flagged Dahua"))


def kinds(found: tuple[Finding, ...]) -> list[str]:
    return [one.kind.value for one in found]


def test_a_device_added_after_the_order_at_a_sensitive_site_is_one_finding() -> None:
    (found,) = findings(replace(CAMERA, results=(under(STATEMENT, MINISTERS),)), TODAY)

    assert (found.kind, found.policy, found.since) == (
        FindingKind.NEW_AFTER_CUTOFF,
        STATEMENT,
        date(2026, 3, 1),
    )
    assert "First seen on 2026-03-01, after 2022-11-24; the sweep of 2026-02-28" in found.reason


def test_the_same_device_at_a_site_without_the_label_is_none() -> None:
    for labels in ((), ("uk-central-government", "uk-not-sensitive")):
        assert findings(replace(CAMERA, results=(under(STATEMENT, *labels),)), TODAY) == ()


def test_what_the_first_sweep_met_may_have_been_there_before_the_order() -> None:
    met_at_once = replace(CAMERA, missed_on=None, results=(under(STATEMENT, MINISTERS),))

    assert findings(met_at_once, TODAY) == ()


@pytest.mark.parametrize(("first_seen", "count"), [(date(2022, 11, 24), 0), (date(2022, 11, 25), 1)])
def test_new_begins_the_day_after_the_order(first_seen: date, count: int) -> None:
    subject = replace(CAMERA, first_seen=first_seen, results=(under(STATEMENT, MINISTERS),))

    assert len(findings(subject, TODAY)) == count


def test_a_device_on_a_core_segment_is_named_and_on_a_cctv_segment_is_not() -> None:
    def named(role: Role) -> list[str]:
        results = (under(STATEMENT, "uk-central-government", role=role),)
        return kinds(findings(replace(CAMERA, role=role, results=results), TODAY))

    assert named(Role.CORE) == ["on_core_network"]
    assert named(Role.CCTV) == []


def test_a_deadline_of_the_policy_is_overdue_the_day_after_it() -> None:
    def overdue(on: date) -> tuple[Finding, ...]:
        return findings(replace(CAMERA, results=(under(TIMELINE, MINISTERS, on=on),)), on)

    assert overdue(date(2025, 4, 30)) == ()
    (found,) = overdue(date(2025, 5, 1))
    assert (found.kind, found.policy, found.since) == (FindingKind.OVERDUE, TIMELINE, date(2025, 4, 30))


def test_a_plan_is_overdue_the_day_after_its_day_and_told_once() -> None:
    plan = decided(TIMELINE, State.PLANNED, date(2026, 11, 21))
    subject = replace(CAMERA, obligations=plan, results=(under(TIMELINE, MINISTERS),))

    assert [one.reason for one in findings(subject, TODAY)] == ["A. Clerk planned its removal by 2026-11-21."]
    assert findings(replace(subject, results=()), date(2026, 11, 21)) == ()


def test_an_exemption_stands_against_the_findings_of_its_policy_until_it_ends() -> None:
    results = (under(TIMELINE, MINISTERS), under(STATEMENT, MINISTERS, role=Role.CORE))
    exempt = {
        **decided(TIMELINE, State.EXEMPT, TODAY),
        **decided(STATEMENT, State.EXEMPT, TODAY),
    }
    subject = replace(CAMERA, role=Role.CORE, results=results, obligations=exempt)

    assert findings(subject, TODAY) == ()
    assert kinds(findings(subject, date(2026, 11, 23))) == [
        "new_after_cutoff",
        "on_core_network",
        "exemption_expired",
        "exemption_expired",
        "overdue",
    ]


def test_a_device_that_is_gone_gives_no_finding() -> None:
    subject = replace(
        CAMERA, results=(under(TIMELINE, MINISTERS),), changes=(changed(ChangeKind.REIDENTIFIED),)
    )

    assert kinds(findings(subject, TODAY)) == ["identity_changed", "overdue"]
    assert findings(replace(subject, lifecycle=Lifecycle.GONE), TODAY) == ()


def test_another_identity_is_told_until_somebody_takes_a_step() -> None:
    subject = replace(CAMERA, changes=(changed(ChangeKind.REIDENTIFIED),))

    (found,) = findings(subject, TODAY)
    assert found.reason == "The same device was flagged Hikvision, and is flagged Dahua."
    before = decided(STATEMENT, State.CONSIDERED, TODAY, entered=date(2026, 11, 19))
    after = decided(STATEMENT, State.CONSIDERED, TODAY, entered=date(2026, 11, 20))
    assert kinds(findings(replace(subject, obligations=before), TODAY)) == ["identity_changed"]
    assert findings(replace(subject, obligations=after), TODAY) == ()


def test_a_return_after_an_attested_removal_is_told_with_both_days() -> None:
    back = replace(CAMERA, lifecycle=Lifecycle.RETURNED, removed_on=date(2026, 10, 1))

    (found,) = findings(back, TODAY)
    assert found.kind is FindingKind.RETURNED
    assert found.reason == "Its removal on 2026-10-01 was attested, and it was met on 2026-11-21."


def test_a_return_without_an_attestation_is_told_once() -> None:
    back = replace(CAMERA, changes=(changed(ChangeKind.RETURNED, 10), changed(ChangeKind.RETURNED, 20)))

    assert [one.since for one in findings(back, TODAY)] == [date(2026, 11, 20)]


def test_the_most_urgent_comes_first() -> None:
    back = replace(
        CAMERA,
        lifecycle=Lifecycle.RETURNED,
        removed_on=date(2026, 10, 1),
        changes=(changed(ChangeKind.REIDENTIFIED),),
        results=(under(TIMELINE, MINISTERS), under(STATEMENT, MINISTERS)),
    )

    assert kinds(findings(back, TODAY)) == ["returned", "identity_changed", "new_after_cutoff", "overdue"]


def test_no_finding_accuses_anybody() -> None:
    back = replace(
        CAMERA, lifecycle=Lifecycle.RETURNED, removed_on=TODAY, results=(under(TIMELINE, MINISTERS),)
    )
    told = " ".join(one.reason for one in findings(back, TODAY)).lower()

    assert not any(word in told for word in ("illegal", "spy", "compliant", "violat", "guilty"))
