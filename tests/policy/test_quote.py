"""Lines of a list or quote, before anybody buys: covered, mixed, open, not covered, unknown."""

from datetime import date
from pathlib import Path

import pytest

from scanner.policy.brand import Catalogue
from scanner.policy.company import Decision, Question
from scanner.policy.quote import ItemCheck, ItemOutcome, check_item
from tests.policy.books import TODAY, book, database

COVERED, MIXED, CANNOT_TELL, NOT_COVERED, UNKNOWN = ItemOutcome
CATALOGUE = Catalogue.load(database())
WMS, PART_A, TEXAS, EUROPE = (
    "uk-wms-2022-11-24",
    "us-ndaa-889a1a",
    "us-tx-prohibited-tech-2026",
    "eu-parliament-2021",
)


def check(
    brand: str, model: str, *policies: str, on: date = TODAY, decisions: tuple[Decision, ...] = ()
) -> ItemCheck:
    ground = book().ground(frozenset(), on, decisions)
    return check_item(brand, model, book().selected(policies or [PART_A]), CATALOGUE, ground)


def covering(found: ItemCheck) -> list[str]:
    return [policy.id for policy in found.policies]


def test_a_named_brand_a_mixed_brand_and_an_unknown_one_give_three_answers() -> None:
    lines = [("Hikvision", "DS-2CD2143G0-I"), ("Lorex", "LNB4421"), ("Acme", "X1")]

    assert [check(*line).outcome for line in lines] == [COVERED, MIXED, UNKNOWN]


def test_a_covered_line_says_by_what_and_why() -> None:
    found = check("Hikvision", "DS-2CD2143G0-I", PART_A, WMS, TEXAS)

    assert (found.outcome, covering(found), found.device_class) == (COVERED, [WMS, PART_A], "camera")
    assert found.reasons == (
        "The brand is Hikvision's.",
        "UK statement of 24 November 2022: Matches its criterion: Hikvision is seated in the PRC.",
        "Section 889(a)(1)(A): Matches its criterion: it names Hikvision.",
    )


@pytest.mark.parametrize(
    ("brand", "maker"), [("Lorex", "Dahua"), ("Godrej", "Dahua or Xiongmai"), ("LTS", "Hikvision")]
)
def test_a_mixed_brand_leads_to_a_question_for_the_supplier(brand: str, maker: str) -> None:
    found = check(brand, "")

    assert (found.outcome, covering(found)) == (MIXED, [PART_A])
    assert f"Ask the supplier who makes the firmware of this model: {maker}?" in found.asks


def test_a_maker_that_also_sells_others_devices_is_mixed() -> None:
    assert check("Bosch", "FLEXIDOME 5100i").makers == ("Dahua", "Bosch")


def test_a_model_that_another_maker_writes_so_is_asked_about() -> None:
    found = check("Axis", "DS-2CD2143G0-I")

    assert (found.outcome, found.makers) == (MIXED, ("Axis", "Hikvision"))
    assert found.reasons[0] == "The brand is Axis's, but the model is written as Hikvision writes its own."


def test_a_model_alone_is_enough_where_only_one_maker_writes_so() -> None:
    assert check("", "DS-2CD2143G0-I").outcome is COVERED
    assert check("", "IPC-HFW1431S").outcome is MIXED
    assert check("Acme", "DS-2CD2143G0-I").outcome is MIXED


def test_a_brand_is_found_however_it_is_spelled() -> None:
    assert check("HIK-VISION", "").makers == ("Hikvision",)
    assert check("Zhejiang Dahua Technology Co., Ltd.", "").makers == ("Dahua",)


@pytest.mark.parametrize("brand", ["Shanghai Dahua Scale Factory", "Hikailink", "Haikang", ""])
def test_a_name_that_is_only_alike_is_unknown(brand: str) -> None:
    found = check(brand, "")

    assert (found.outcome, found.policies) == (UNKNOWN, ())
    assert found.asks == ("Ask the supplier who makes the device and its firmware.",)


def test_a_brand_of_its_own_follows_its_parent_as_the_policy_says() -> None:
    found = check("Prama", "PT-NRAS", PART_A, WMS)

    assert (found.outcome, covering(found)) == (COVERED, [PART_A])
    assert [policy.id for policy in found.open] == [WMS]


def test_a_company_whose_seat_is_open_needs_a_decision() -> None:
    decision = Decision("tp-link", Question.SEAT, True, "Our counsel's note.", "J. Doe", TODAY)

    undecided = check("VIGI", "C340", WMS)
    settled = check("VIGI", "C340", WMS, decisions=(decision,))

    assert undecided.outcome is CANNOT_TELL
    assert "Decide, with a written reason, whether tp-link is seated in the PRC." in undecided.asks
    assert (settled.outcome, settled.decisions) == (COVERED, (decision,))


def test_a_maker_that_no_policy_asked_for_reaches_is_said_to_be_outside_these_alone() -> None:
    found = check("Axis", "P3245-LV")

    assert (found.outcome, found.asks) == (NOT_COVERED, ())
    assert found.reasons == (
        "The brand is Axis's.",
        "No policy asked for reaches what Axis makes of this kind.",
    )


def test_the_kind_of_a_model_counts() -> None:
    assert check("Hikvision", "DS-2TD2628-3/QA", EUROPE).outcome is COVERED
    assert check("Hikvision", "DS-2CD2143G0-I", EUROPE).outcome is NOT_COVERED
    # A model that shows no kind may be a thermal camera.
    assert check("Hikvision", "?", EUROPE).outcome is CANNOT_TELL


def test_a_mixed_brand_stays_a_question_where_no_policy_reaches_the_makers_in_the_data() -> None:
    found = check("Swann", "", TEXAS)

    assert (found.outcome, found.policies) == (MIXED, ())
    assert found.asks == ("Ask the supplier who makes the firmware of this model: Hikvision or Dahua?",)


def test_an_export_control_list_covers_nothing() -> None:
    found = check("Tiandy", "TC-C32XN", PART_A, "us-bis-entity-list")

    assert (found.outcome, found.policies) == (NOT_COVERED, ())
    assert [policy.id for policy in found.context] == ["us-bis-entity-list"]


def test_a_list_is_checked_as_of_its_day() -> None:
    assert check("Hikvision", "DS-2CD2143G0-I", on=date(2019, 8, 12)).outcome is NOT_COVERED
    assert check("Hikvision", "DS-2CD2143G0-I", on=date(2019, 8, 13)).outcome is COVERED


@pytest.mark.parametrize("text", ["\0", "=1+1", "é中" * 5000, "[" * 300, "DS-" * 4000])
def test_any_text_is_answered(text: str) -> None:
    assert check(text, text).outcome in ItemOutcome
    assert check(text, "").outcome is UNKNOWN


def test_a_brand_of_ones_own_table_is_laid_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "brands.toml").write_text(
        '[[brand]]\nname = "Acme"\nmakers = [{ id = "dahua", scope = "all" }]\n'
        '[[brand]]\nname = "LTS"\nmakers = [{ id = "hikvision", scope = "all" }]\n'
    )
    catalogue = Catalogue.load(database(), [tmp_path])
    ground = book().ground(frozenset(), TODAY)

    found = [
        check_item(brand, "", book().selected([PART_A]), catalogue, ground)
        for brand in ("Acme", "LTS", "Lorex")
    ]

    assert [one.outcome for one in found] == [COVERED, COVERED, MIXED]
