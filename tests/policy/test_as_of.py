"""Every policy on the day before it takes force, on that day, and on the day after."""

from datetime import date, timedelta

import pytest

from scanner.model.site import Role
from scanner.policy.evaluation import Outcome, PolicyResult, standing
from scanner.policy.known import Known
from scanner.policy.policy import Criterion, Deed, Policy, Standing
from tests.policy.books import book, device, due, result

APPLIES, DOES_NOT_APPLY, CANNOT_TELL = Outcome
DAY = timedelta(days=1)

IDS = [
    "au-act-2023",
    "au-federal-2023",
    "ca-hikvision-2025",
    "dk-copenhagen-2026",
    "dk-region-h",
    "eu-parliament-2021",
    "ie-none",
    "in-stqc-er",
    "lt-untrusted-countries-2025",
    "nl-municipal",
    "nz-no-policy",
    "tw-prc-ict-ban",
    "uk-bscc-pressure",
    "uk-local-authorities-no-duty",
    "uk-procurement-act-2023-nsup",
    "uk-removal-timeline",
    "uk-scotland-estate-programme",
    "uk-wms-2022-11-24",
    "us-2cfr-200-216",
    "us-bis-entity-list",
    "us-dod-military-list-2020",
    "us-fcc-2026-06-26",
    "us-fcc-22-84",
    "us-fcc-25-71",
    "us-fcc-covered-list",
    "us-ndaa-889a1a",
    "us-ndaa-889a1b",
    "us-tx-prohibited-tech-2026",
    "us-vt-ban",
]
PURPOSE = "us-889-critical-infrastructure"
# The first day surely in force, and the labels under which a Hikvision camera falls under the policy then.
KEY = {
    "uk-wms-2022-11-24": (date(2022, 11, 24), {"uk-sensitive-ministers"}),
    "uk-removal-timeline": (date(2023, 6, 7), {"uk-sensitive-secret"}),
    "us-ndaa-889a1a": (date(2019, 8, 13), {"us-federal-agency", PURPOSE}),
    "us-ndaa-889a1b": (date(2020, 8, 13), {"us-federal-contractor", PURPOSE}),
    "us-2cfr-200-216": (date(2020, 8, 13), {"us-grant-recipient", PURPOSE}),
    "us-fcc-covered-list": (date(2021, 3, 12), {"us-fcc-subsidy", PURPOSE}),
    "us-fcc-22-84": (date(2023, 2, 6), {"us-equipment-seller"}),
    "us-fcc-25-71": (date(2025, 12, 26), {"us-equipment-seller"}),
    "us-bis-entity-list": (date(2019, 10, 9), set()),
    "uk-scotland-estate-programme": (date(2023, 11, 21), {"uk-scottish-government"}),
    "ca-hikvision-2025": (date(2025, 6, 27), {"ca-federal"}),
    "tw-prc-ict-ban": (date(2022, 1, 1), {"tw-government"}),
}


def hikvision(policy: str, labels: set[str], on: date) -> PolicyResult:
    return result(policy, device(), *labels, role=Role.CCTV, on=on)


def test_all_twenty_nine_instruments_are_there() -> None:
    assert [policy.id for policy in book().policies] == IDS


@pytest.mark.parametrize("policy", KEY)
def test_a_policy_applies_from_the_day_on_which_it_takes_force(policy: str) -> None:
    first, labels = KEY[policy]

    found = [hikvision(policy, labels, day).outcome for day in (first - DAY, first, first + DAY)]

    assert found == [DOES_NOT_APPLY, APPLIES, APPLIES]


# The first and last day that each may have taken force, where the sources leave room.
UNCERTAIN = {
    "au-act-2023": (date(2023, 2, 1), date(2023, 2, 28)),
    "au-federal-2023": (date(2023, 2, 9), date(2023, 2, 14)),
    "dk-copenhagen-2026": (date(2026, 1, 1), date(2026, 12, 31)),
    "eu-parliament-2021": (date(2021, 4, 1), date(2021, 4, 30)),
    "in-stqc-er": (date(2025, 4, 9), date(2026, 4, 1)),
    "lt-untrusted-countries-2025": (date(2025, 1, 1), date(2025, 12, 31)),
    "uk-bscc-pressure": (date(2021, 7, 1), date(2021, 7, 31)),
    "us-dod-military-list-2020": (date(2020, 6, 1), date(2020, 6, 30)),
    "us-fcc-2026-06-26": (date(2026, 7, 1), date(2026, 7, 16)),
}


@pytest.mark.parametrize("policy", UNCERTAIN)
def test_between_the_days_that_sources_give_nobody_can_tell(policy: str) -> None:
    first, last = UNCERTAIN[policy]
    (one,) = book().selected([policy]).policies

    found = [standing(one, day).known for day in (first - DAY, first, last - DAY, last)]

    assert found == [Known.NO, Known.UNCLEAR, Known.UNCLEAR, Known.YES]


def test_a_date_without_source_decides_nothing() -> None:
    (act,) = book().selected(["uk-procurement-act-2023-nsup"]).policies

    assert standing(act, date(2023, 10, 25)).known is Known.NO
    assert [standing(act, day).known for day in (date(2025, 2, 24), date(2026, 11, 22))] == [
        Known.UNCLEAR
    ] * 2
    for unseen in book().selected(["us-vt-ban", "dk-region-h"]).policies:
        assert standing(unseen, date(2026, 11, 22)).known is Known.UNCLEAR


@pytest.mark.parametrize("policy", book().policies, ids=lambda policy: policy.id)
def test_nothing_is_asked_for_on_any_day_before_a_policy_is_in_force(policy: Policy) -> None:
    places = [action.place for action in policy.actions] + [one.place for one in policy.named]
    labels = sorted({*policy.binds, *(label for place in places for label in place.labels)})
    before, last = policy.in_force.first, policy.in_force.last
    days = [before - DAY] if before > date.min else []
    for maker in ("Hikvision", "Dahua", "Uniview", "Huawei"):
        outcomes = [result(policy.id, device(maker), *labels, role=Role.CORE, on=day) for day in days]
        assert {one.outcome for one in outcomes} <= {DOES_NOT_APPLY}
        assert not any(one.due or one.open for one in outcomes)
    if last == date.max or policy.standing is Standing.NO_RULE:
        return
    on_the_day, after = (standing(policy, day) for day in (last, last + DAY))
    assert on_the_day.known is after.known is Known.YES


def test_every_policy_has_its_days_written_down_here() -> None:
    dateless = {"uk-procurement-act-2023-nsup", "us-vt-ban", "dk-region-h"}
    without = {policy.id for policy in book().policies if policy.standing is Standing.NO_RULE}
    texas = {"us-tx-prohibited-tech-2026"}

    assert set(IDS) == KEY.keys() | UNCERTAIN.keys() | dateless | without | texas


def test_uk_statement_replayed_on_the_day_before_and_after() -> None:
    before = hikvision("uk-wms-2022-11-24", {"uk-sensitive"}, date(2022, 11, 23))
    after = hikvision("uk-wms-2022-11-24", {"uk-sensitive"}, date(2022, 11, 25))

    assert (before.outcome, due(before)) == (DOES_NOT_APPLY, [])
    assert before.reasons == ("It is not in force before 2022-11-24.",)
    assert (after.outcome, due(after)) == (APPLIES, ["stop_install", "consider_early_replacement"])


def test_uk_timeline_grows_and_runs_out() -> None:
    def on(day: date) -> tuple[list[str], list[str]]:
        found = hikvision("uk-removal-timeline", {"uk-sensitive"}, day)
        return due(found), [action.do.value for action in found.overdue]

    assert on(date(2024, 4, 26)) == (["publish_timeline"], [])
    assert on(date(2024, 4, 27)) == (["publish_timeline"], ["publish_timeline"])
    assert on(date(2024, 4, 29)) == (["remove_by_date"], [])
    assert on(date(2025, 4, 30)) == (["remove_by_date"], [])
    assert on(date(2025, 5, 1)) == (["remove_by_date"], ["remove_by_date"])


def test_taiwan_is_overdue_on_the_day_it_takes_force() -> None:
    last, first = (
        hikvision("tw-prc-ict-ban", {"tw-government"}, day) for day in (date(2021, 12, 31), date(2022, 1, 1))
    )

    assert last.outcome is DOES_NOT_APPLY
    assert [action.do for action in first.overdue] == [Deed.REMOVE_BY_DATE]
    assert first.deadline == date(2021, 12, 31)


@pytest.mark.parametrize(
    ("maker", "listed"),
    [
        ("Kedacom", date(2021, 7, 12)),
        ("Tiandy", date(2022, 12, 16)),
        ("Uniview", date(2024, 12, 10)),
    ],
)
def test_a_list_names_each_company_from_its_own_day_on(maker: str, listed: date) -> None:
    days = (listed - DAY, listed)

    found = [result("us-bis-entity-list", device(maker), on=day).outcome for day in days]

    assert found == [DOES_NOT_APPLY, APPLIES]


def test_texas_takes_force_for_a_maker_that_it_names() -> None:
    first = date(2026, 1, 26)
    days = (first - DAY, first, first + DAY)

    found = [
        result("us-tx-prohibited-tech-2026", device("Uniview"), "us-tx-state", on=day).outcome for day in days
    ]

    assert found == [DOES_NOT_APPLY, APPLIES, APPLIES]


def test_where_there_is_no_rule_that_is_said() -> None:
    for policy in book().policies:
        if policy.criterion is Criterion.NONE:
            found = result(policy.id, device())
            assert (found.outcome, found.due) == (DOES_NOT_APPLY, ())
            assert found.reasons[0].startswith("No rule: ")
