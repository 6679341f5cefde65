"""What holds of every result, whatever the policy, the device, the place and the day."""

from datetime import date
from itertools import product

import pytest

from scanner.model.site import Role
from scanner.model.verdict import Status, Tier
from scanner.policy.criterion import MATCH
from scanner.policy.evaluation import Outcome, PolicyResult
from scanner.policy.severity import Severity
from tests.policy.books import book, device

DAYS = (date(2018, 1, 1), date(2020, 10, 1), date(2022, 11, 25), date(2025, 8, 1), date(2026, 11, 22))
PLACES = [
    frozenset[str](),
    frozenset({"uk-sensitive", "uk-police"}),
    frozenset({"us-federal-contractor", "us-889-public-safety", "us-tx-state", "us-equipment-seller"}),
    frozenset({"tw-government", "lt-state", "eu-parliament", "au-federal", "ca-federal", "in-cctv-seller"}),
]
DEVICES = [
    device("Hikvision"),
    device("Hikvision", "thermal_camera", brand="HIKMICRO"),
    device("Hikvision", None, brand="Prama", model=None),
    device("Dahua", "recorder", brand="Imou", tier=Tier.PROBABLE),
    device("Huawei", "access_point"),
    device("TP-Link"),
    device("Axis", "printer"),
    device("Hikvision", status=Status.SUSPECTED, tier=Tier.POSSIBLE),
    device(None, None, model=None),
    device(None, None, model=None, status=Status.NOT_ASSESSED, tier=Tier.NONE),
]


def results(on: date) -> list[PolicyResult]:
    places = product(DEVICES, PLACES, (None, Role.CORE, Role.CCTV))
    return [one for verdict, labels, role in places for one in book().evaluate(verdict, labels, role, on)]


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_every_result_says_why_and_an_open_one_what_would_tell(on: date) -> None:
    for one in results(on):
        assert one.reasons and all(one.reasons), one
        assert all(one.asks), one
        if one.outcome is Outcome.CANNOT_TELL:
            assert one.asks, one


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_only_what_applies_is_due_or_severe(on: date) -> None:
    for one in results(on):
        if one.outcome is not Outcome.APPLIES:
            assert (one.due, one.overdue, one.severity) == ((), (), Severity.INFO), one
        if one.outcome is Outcome.DOES_NOT_APPLY:
            assert (one.open, one.asks) == ((), ()), one
        if one.is_context:
            assert (one.due, one.severity) == ((), Severity.INFO), one


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_what_applies_matches_a_criterion_and_is_in_force(on: date) -> None:
    for one in results(on):
        if one.outcome is Outcome.APPLIES:
            assert any(reason.startswith(MATCH) for reason in one.reasons), one
            assert one.policy.in_force.last <= on, one


def test_nothing_applies_before_the_first_instrument() -> None:
    assert {one.outcome for one in results(DAYS[0])} == {Outcome.DOES_NOT_APPLY, Outcome.CANNOT_TELL}
    unknown = {one.policy.id for one in results(DAYS[0]) if one.outcome is Outcome.CANNOT_TELL}
    assert unknown == {"us-vt-ban", "dk-region-h"}
