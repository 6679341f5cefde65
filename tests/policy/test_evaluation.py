"""One device, one place, one day: what each kind of rule answers, and what would tell where none can."""

from datetime import date
from pathlib import Path

import pytest

from scanner.errors import UsageProblem
from scanner.model.site import Role
from scanner.model.verdict import Status, Tier, Verdict
from scanner.policy.company import Decision, Question
from scanner.policy.evaluation import Outcome, PolicyResult
from scanner.policy.policy import Force, Product
from scanner.policy.rulebook import Rulebook
from scanner.policy.severity import Severity
from tests.policy.books import TODAY, book, database, device, due, result

APPLIES, DOES_NOT_APPLY, CANNOT_TELL = Outcome
WMS, ENTITY_LIST, TEXAS, EUROPE = (
    "uk-wms-2022-11-24",
    "us-bis-entity-list",
    "us-tx-prohibited-tech-2026",
    "eu-parliament-2021",
)
PART_A, PART_B = "us-ndaa-889a1a", "us-ndaa-889a1b"
CONTRACTOR = ("us-federal-contractor", "us-889-public-safety")


# --- the UK: a criterion without names, for sensitive sites and core networks


def test_a_hikvision_camera_on_the_core_network_of_a_sensitive_site_is_most_severe() -> None:
    found = result(WMS, device(), "uk-sensitive", role=Role.CORE)

    assert (found.outcome, found.severity) == (APPLIES, Severity.CRITICAL)
    assert due(found) == ["stop_install", "keep_off_core_network", "consider_early_replacement"]
    assert found.reasons[-1] == "Matches its criterion: Hikvision is seated in the PRC."


def test_the_same_camera_at_an_ordinary_council_is_information() -> None:
    found = result(WMS, device(), "uk-local-government")

    assert (found.outcome, found.severity, found.due) == (DOES_NOT_APPLY, Severity.INFO, ())
    assert found.reasons == (
        "It binds a UK central government department, and the site's labels name another organisation.",
    )


def test_three_labels_give_three_severities() -> None:
    labels = ("uk-sensitive-socpa", "uk-not-sensitive", "uk-local-government")

    found = [
        result(
            WMS,
            device(),
            one,
            *(["uk-central-government"] if one == "uk-not-sensitive" else []),
            role=Role.CORE,
        )
        for one in labels
    ]

    assert [one.severity for one in found] == [Severity.CRITICAL, Severity.MEDIUM, Severity.INFO]
    assert [due(one) for one in found][1] == ["keep_off_core_network"]


def test_nothing_is_asked_for_off_the_core_of_a_department_that_is_not_sensitive() -> None:
    found = result(WMS, device(), "uk-central-government", "uk-not-sensitive", role=Role.CCTV)

    assert (found.outcome, found.due) == (DOES_NOT_APPLY, ())
    assert "It means segments of the role core; this one is cctv." in found.reasons


def test_an_unlabelled_site_cannot_be_told_and_says_which_label_would_tell() -> None:
    found = result(WMS, device())

    assert (found.outcome, found.due, found.severity) == (CANNOT_TELL, (), Severity.INFO)
    assert found.asks == (
        "Label the site with uk-central-government, or as whose it is.",
        "Label the site with uk-sensitive or uk-local-government or uk-not-sensitive.",
    )


def test_a_segment_without_role_is_asked_about_beside_what_is_due() -> None:
    found = result(WMS, device(), "uk-sensitive", role=None)

    assert (found.outcome, due(found)) == (APPLIES, ["stop_install", "consider_early_replacement"])
    assert [action.do.value for action in found.open] == ["keep_off_core_network"]
    assert found.asks == ("Describe the segment in the site file, with its role.",)


@pytest.mark.parametrize("maker", ["TP-Link", "Reolink", "Xiongmai", "Infinova", "Axis"])
def test_a_maker_whose_seat_is_open_needs_a_decision(maker: str) -> None:
    found = result(WMS, device(maker), "uk-sensitive")

    assert found.outcome is CANNOT_TELL
    assert any("Decide, with a written reason" in ask for ask in found.asks)


def test_an_operators_decision_settles_it_and_is_kept() -> None:
    decision = Decision(
        "tp-link", Question.SEAT, False, "Counsel's note of 3 March.", "J. Doe", date(2026, 3, 3)
    )

    found = result(WMS, device("TP-Link"), "uk-sensitive", decisions=[decision])

    assert (found.outcome, found.decisions) == (DOES_NOT_APPLY, (decision,))
    assert found.reasons == ("TP-Link is not seated in the PRC.",)


def test_a_decision_that_was_not_needed_is_not_carried() -> None:
    decision = Decision("reolink", Question.SEAT, True, "A reason.", "J. Doe", TODAY)

    assert result(WMS, device("TP-Link"), "uk-sensitive", decisions=[decision]).decisions == ()


# --- named companies, their affiliates, and what they make


@pytest.mark.parametrize(
    ("maker", "brand"), [("Hikvision", "EZVIZ"), ("Hikvision", "Prama"), ("Dahua", "Imou")]
)
def test_affiliates_follow_their_parent_only_where_a_rule_reaches_them(maker: str, brand: str) -> None:
    verdict = device(maker, brand=brand)

    assert result(PART_B, verdict, *CONTRACTOR).outcome is APPLIES
    assert result(ENTITY_LIST, verdict).outcome is DOES_NOT_APPLY
    assert result("au-federal-2023", verdict, "au-federal").outcome is CANNOT_TELL


def test_origin_and_affiliation_give_different_answers_for_an_indian_affiliate() -> None:
    prama = device(brand="Prama")

    assert result(PART_A, prama, "us-federal-agency", "us-889-public-safety").outcome is APPLIES
    assert result("tw-prc-ict-ban", prama, "tw-government").outcome is DOES_NOT_APPLY
    assert result(WMS, prama, "uk-sensitive").outcome is CANNOT_TELL


def test_a_resold_label_does_not_hide_the_maker() -> None:
    assert result(PART_B, device("Dahua", brand="Lorex"), *CONTRACTOR).outcome is APPLIES


def test_section_889_means_video_equipment_by_its_purpose() -> None:
    found = [
        result(PART_B, device(), "us-federal-contractor", *purpose).outcome
        for purpose in (["us-889-national-security"], ["us-889-other-purpose"], [])
    ]

    assert found == [APPLIES, DOES_NOT_APPLY, CANNOT_TELL]


def test_telecom_gear_of_huawei_is_reported_as_such_and_never_as_a_camera() -> None:
    access_point = result(PART_B, device("Huawei", "access_point"), *CONTRACTOR)
    camera = result(PART_B, device("Huawei", "camera"), *CONTRACTOR)

    assert (access_point.outcome, access_point.product) == (APPLIES, Product.TELECOM)
    assert (camera.outcome, camera.product) == (DOES_NOT_APPLY, Product.VIDEO)
    assert result(WMS, device("ZTE", "router"), "uk-sensitive").outcome is DOES_NOT_APPLY


def test_tp_link_is_named_in_texas_alone() -> None:
    labels = frozenset({"us-tx-state", "us-federal-contractor", "us-889-public-safety"})

    found = book().evaluate(device("TP-Link"), labels, Role.CCTV, TODAY)

    assert [one.policy.id for one in found if one.outcome is APPLIES] == [TEXAS]


def test_several_jurisdictions_give_one_result_each() -> None:
    def applying(*labels: str) -> set[str]:
        chosen = book().selected([WMS, PART_B])
        found = chosen.evaluate(device(), frozenset(labels), Role.CCTV, TODAY)
        return {one.policy.id for one in found if one.outcome is APPLIES}

    assert applying("uk-sensitive") == {WMS}
    assert applying(*CONTRACTOR) == {PART_B}
    assert applying("uk-sensitive", *CONTRACTOR) == {WMS, PART_B}


def test_the_thermal_rule_means_thermal_cameras_alone() -> None:
    def outcome(device_class: str | None, model: str | None = "X") -> Outcome:
        return result(EUROPE, device(device_class=device_class, model=model), "eu-parliament").outcome

    assert outcome("thermal_camera") is APPLIES
    assert outcome("camera") is DOES_NOT_APPLY
    assert outcome("recorder", None) is DOES_NOT_APPLY
    # Without its model a camera may be a thermal one.
    assert [outcome("camera", None), outcome(None, None)] == [CANNOT_TELL, CANNOT_TELL]


def test_a_rule_for_all_makers_asks_for_no_maker() -> None:
    policy, label = "uk-scotland-estate-programme", "uk-scottish-government"

    assert result(policy, device("Axis"), label).outcome is APPLIES
    assert result(policy, device("Axis", "printer"), label).outcome is DOES_NOT_APPLY
    assert result(policy, device(None, None), label).outcome is CANNOT_TELL


def test_certificates_and_lists_of_authorities_do_not_show_on_the_network() -> None:
    certificate = result("in-stqc-er", device(), "in-cctv-seller")
    listed = result("uk-procurement-act-2023-nsup", device(), "uk-contracting-authority")

    assert (certificate.outcome, certificate.asks) == (
        CANNOT_TELL,
        ("Ask for the certificate of this model.",),
    )
    assert listed.outcome is CANNOT_TELL


# --- context


def test_export_control_is_context_and_asks_nothing_of_a_site() -> None:
    found = result(ENTITY_LIST, device("Tiandy"), "uk-sensitive", role=Role.CORE)

    assert (found.outcome, found.is_context) == (APPLIES, True)
    assert (found.due, found.severity) == ((), Severity.INFO)


def test_a_maker_on_the_entity_list_alone_is_named_by_no_rule_that_counts() -> None:
    found = book().evaluate(device("Tiandy"), frozenset({"us-federal-agency"}), Role.CORE, TODAY)

    assert [one.policy.id for one in found if one.outcome is APPLIES] == [ENTITY_LIST]


def test_what_an_order_asks_of_the_maker_is_not_due_at_a_site() -> None:
    found = result("ca-hikvision-2025", device(), "ca-federal")

    assert due(found) == ["no_procure", "review_inventory"]
    assert Force.CONTEXT not in {action.force for action in found.due}


# --- evidence that is not enough


UNSURE = {
    "suspected": device(status=Status.SUSPECTED, tier=Tier.POSSIBLE),
    "at odds": device(status=Status.SUSPECTED, tier=Tier.CONFLICTING),
    "a brand alone": device(None, None, brand="Lorex", model=None),
    "another maker, weakly": device("Axis", status=Status.OTHER_MAKER, tier=Tier.POSSIBLE),
    "nothing matched": device(None, None, model=None),
    "not assessed": device(None, None, model=None, status=Status.NOT_ASSESSED, tier=Tier.NONE),
    "a name alike": device(None, None, model=None, mac_vendor="Shanghai Dahua Scale Factory"),
    "a name alike, too": device(None, None, model=None, mac_vendor="ZHEJIANG HIKAILINK TECHNOLOGY Co., Ltd"),
}


@pytest.mark.parametrize("verdict", UNSURE.values(), ids=UNSURE.keys())
def test_without_sure_evidence_no_rule_applies_and_none_is_ruled_out(verdict: Verdict) -> None:
    labels = frozenset({"uk-sensitive", *CONTRACTOR, "eu-parliament"})
    chosen = book().selected([WMS, PART_A, PART_B, EUROPE, ENTITY_LIST])

    found = chosen.evaluate(verdict, labels, Role.CORE, TODAY)

    assert {one.outcome for one in found} == {CANNOT_TELL}
    assert all(one.asks and not one.due and one.severity is Severity.INFO for one in found)


def test_a_suspected_device_asks_to_confirm_its_maker() -> None:
    found = result(WMS, UNSURE["suspected"], "uk-sensitive")

    assert "Confirm whether Hikvision made it, on its label for example." in found.asks


def test_probable_evidence_applies_one_step_lower() -> None:
    sure, likely = (
        result(WMS, device(tier=tier), "uk-sensitive") for tier in (Tier.CONFIRMED, Tier.PROBABLE)
    )

    assert (sure.severity, likely.severity) == (Severity.HIGH, Severity.MEDIUM)


def test_a_kind_that_is_not_known_is_asked_for() -> None:
    found = result(WMS, device(device_class=None, model=None), "uk-sensitive")

    assert found.outcome is CANNOT_TELL
    assert found.asks == ("Find out which kind of device it is, by its model for example.",)


# --- proposals, withdrawals


OWN = """schema = 1
as_of = "2026-11-22"

[policy]
id = "own-rule"
version = 1
title = "Own rule"
jurisdiction = "UK"
issued = "2026-01-01"
in_force = "2026-02-01"
status = "{status}"
who = "whoever adds it"
criterion = "named"
citations = ["A letter"]
confidence = "single"
{more}
[[named]]
company = "hikvision"

[[action]]
do = "remove"
force = "must"
{action}
"""


def own(tmp_path: Path, status: str, more: str = "", action: str = "") -> Rulebook:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "own-rule.toml").write_text(OWN.format(status=status, more=more, action=action))
    return Rulebook.load(database(), [tmp_path])


def outcomes(rulebook: Rulebook, *days: date) -> list[PolicyResult]:
    return [result("own-rule", device(), on=day, rulebook=rulebook) for day in days]


def test_a_policy_of_ones_own_is_evaluated_like_the_shipped_ones(tmp_path: Path) -> None:
    rulebook = own(tmp_path, "in_force")

    before, since = outcomes(rulebook, date(2026, 1, 31), date(2026, 2, 1))

    assert (before.outcome, since.outcome, due(since)) == (DOES_NOT_APPLY, APPLIES, ["remove"])
    assert rulebook.version != book().version


def test_a_proposed_rule_raises_nothing(tmp_path: Path) -> None:
    (found,) = outcomes(own(tmp_path, "proposed"), TODAY)

    assert (found.outcome, found.due, found.severity) == (DOES_NOT_APPLY, (), Severity.INFO)
    assert found.reasons == ("It is proposed: it asks for nothing yet.",)


def test_a_withdrawn_rule_still_holds_for_the_days_it_was_in_force(tmp_path: Path) -> None:
    rulebook = own(tmp_path, "withdrawn", 'superseded = "2026-06-01"')

    found = outcomes(rulebook, date(2026, 5, 31), date(2026, 6, 1))

    assert [one.outcome for one in found] == [APPLIES, DOES_NOT_APPLY]


def test_in_the_month_in_which_an_action_ends_nobody_can_tell(tmp_path: Path) -> None:
    rulebook = own(tmp_path, "in_force", action='until = "2026-06"')

    days = (date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 29), date(2026, 6, 30))
    found = outcomes(rulebook, *days)

    assert [one.outcome for one in found] == [APPLIES, CANNOT_TELL, CANNOT_TELL, DOES_NOT_APPLY]
    assert found[1].reasons == ("It asks for remove until 2026-06-01/2026-06-30.",)


# --- the rulebook


def test_a_policy_that_is_not_known_is_refused_with_the_likely_one() -> None:
    with pytest.raises(UsageProblem, match="Did you mean us-ndaa-889a1b"):
        book().selected(["us-ndaa-889b"])


def test_labels_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(UsageProblem, match='"uk-not-sensitive" and "uk-sensitive" contradict'):
        book().evaluate(device(), frozenset({"uk-sensitive-secret", "uk-not-sensitive"}), None, TODAY)


def test_what_names_a_company_stands_in_the_policies() -> None:
    named = {policy.id for policy in book().naming(book().companies.by_id["tp-link"])}

    assert named == {TEXAS}


def test_on_a_large_site_each_device_gets_what_it_gets_alone() -> None:
    makers = ("Hikvision", "Dahua", "Uniview", "Axis", None)
    verdicts = [device(makers[number % 5], number=number + 1) for number in range(65_000)]
    labels = frozenset({"uk-sensitive"})

    found = book().evaluate_all(verdicts, labels, lambda _: Role.CCTV, TODAY)

    assert len(found) == 65_000
    for one in (*verdicts[:5], *verdicts[-5:]):
        assert found[one.host] == book().evaluate(one, labels, Role.CCTV, TODAY)
