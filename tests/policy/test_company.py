"""Who made a device, and which of what the table leaves open an operator may decide."""

from dataclasses import replace
from datetime import date

import pytest

from scanner.errors import UsageProblem
from scanner.policy.company import Company, Decision, Question, decided
from scanner.policy.known import Known
from tests.policy.books import TODAY, book, database, device

OPEN = Decision("tp-link", Question.SEAT, True, "Named so in our contract.", "J. Doe", TODAY)


def company(maker: str, brand: str | None = None) -> str:
    found = book().companies.of(device(maker, brand=brand))
    assert found is not None
    return found.id


def test_a_label_of_its_own_is_the_company_where_it_belongs_to_the_maker() -> None:
    assert company("Hikvision", "EZVIZ") == "ezviz"
    assert company("Hikvision", "ezviz") == "ezviz"
    assert company("Dahua", "Imou") == "imou"
    assert company("Hikvision", "HiLook") == "hikvision"


def test_a_label_of_another_house_does_not_take_a_device_from_its_maker() -> None:
    # One public file lists EZVIZ with Dahua.
    assert company("Dahua", "EZVIZ") == "dahua"
    assert company("Dahua", "Lorex") == "dahua"


def test_a_maker_outside_the_table_is_open_in_everything() -> None:
    found = book().companies.of(device("Axis"))

    assert found is not None
    assert (found.id, found.seat.known, found.parent) == ("axis", Known.UNCLEAR, None)


def test_without_a_maker_there_is_no_company() -> None:
    assert book().companies.of(device(None, brand="EZVIZ")) is None


@pytest.mark.parametrize(
    "name",
    [
        "Shanghai Dahua Scale Factory",
        "ZHEJIANG HIKAILINK TECHNOLOGY Co., Ltd",
        "Zhejiang Haikang Science And Technology Co.,Ltd",
        "Dahua Technology Scale",
        "",
    ],
)
def test_a_part_of_a_name_is_nobody(name: str) -> None:
    assert book().companies.called(name) is None


def test_a_whole_registrant_is_its_company_however_it_is_marked() -> None:
    assert book().companies.called("zhejiang dahua technology co ltd") is book().companies.by_id["dahua"]


def test_every_seat_that_the_sources_leave_open_is_unclear() -> None:
    unclear = {one.id for one in book().companies.by_id.values() if one.seat.known is Known.UNCLEAR}

    assert unclear == {"tp-link", "reolink", "infinova", "xiongmai", "longse"}


def test_every_fact_has_a_source_and_its_day() -> None:
    for one in book().companies.by_id.values():
        for fact in (one.seat, one.belonging, one.state):
            assert fact is None or (fact.sources and fact.dated and fact.dated <= TODAY), one.id


def test_every_registrant_is_in_the_address_registry_or_of_a_named_snapshot() -> None:
    registered = database().registry.registrants
    known = {
        one.id: [name for name in one.registrants if name in registered]
        for one in book().companies.by_id.values()
        if one.registrants
    }

    assert all(known.values()), known


def test_a_decision_answers_what_is_open_and_nothing_else() -> None:
    table = book().companies.by_id

    assert decided(table["tp-link"], Question.SEAT, [OPEN]) == (Known.YES, OPEN)
    assert decided(table["tp-link"], Question.SEAT, []) == (Known.UNCLEAR, None)
    assert decided(table["hikvision"], Question.SEAT, [replace(OPEN, company="hikvision", value=False)]) == (
        Known.YES,
        None,
    )
    assert decided(table["hikvision"], Question.BELONGING, []) == (Known.NO, None)


def test_decisions_on_open_questions_are_taken() -> None:
    belongs = replace(OPEN, company="hikrobot", question=Question.BELONGING)
    outside = replace(OPEN, company="axis", value=False)

    book().companies.check([OPEN, belongs, outside])


REFUSED = {
    "no reason": (replace(OPEN, reason="  "), "does not say who decided it and why"),
    "nobody": (replace(OPEN, by=""), "does not say who decided it and why"),
    "a fact": (replace(OPEN, company="hikvision"), "answers what is not open"),
    "a company without parent": (replace(OPEN, question=Question.BELONGING), "answers what is not open"),
    "a company that is not known": (replace(OPEN, company="acme"), "not known"),
    "the parent of a maker outside": (
        replace(OPEN, company="axis", question=Question.BELONGING),
        "not known",
    ),
}


@pytest.mark.parametrize(("decision", "cause"), REFUSED.values(), ids=REFUSED.keys())
def test_a_decision_that_cannot_be_taken_is_refused(decision: Decision, cause: str) -> None:
    with pytest.raises(UsageProblem, match=cause):
        book().companies.check([decision])


def test_two_decisions_on_one_question_are_refused() -> None:
    with pytest.raises(UsageProblem, match="is decided twice"):
        book().companies.check([OPEN, replace(OPEN, value=False, on=date(2026, 1, 1))])


def test_state_ownership_is_a_fact_with_its_source() -> None:
    state = book().companies.by_id["hikvision"].state

    assert state is not None
    assert "38.88 %" in state.detail


def test_a_company_is_not_its_own_parent() -> None:
    def parents(one: Company) -> list[str]:
        above = book().companies.parent_of(one)
        return [] if above is None else [above.id, *parents(above)]

    assert parents(book().companies.by_id["ezviz"]) == ["hikvision"]
