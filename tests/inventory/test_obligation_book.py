"""Decisions, owners and milestones in the inventory, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Thread

import pytest

from scanner.errors import UsageProblem
from scanner.inventory.obligation_book import ObligationBook
from scanner.inventory.roll import Roll, address_of, verdict_of
from scanner.matching.database import Database, load
from scanner.model.field import Field
from scanner.model.verdict import Status, Tier
from scanner.removal.obligation import Obligation, State, Step
from scanner.removal.owner import NOTHING_SAID, Custody, Owner
from scanner.removal.timeline import Milestone
from tests.inventory.building import (
    CAMERA_MAC,
    FIRST_NIGHT,
    HARBOUR,
    Book,
    camera,
    device,
    encoder,
)

POLICY = "uk-wms-2022-11-24"
# As the IEEE writes the owner of the block of CAMERA_MAC.
REGISTRANT = "Hangzhou Hikvision Digital Technology Co.,Ltd."
OTHERS = "Zhejiang Dahua Technology Co., Ltd."
NOW = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
CONSIDERED = Step(State.CONSIDERED, NOW.date(), "A. Clerk", "upgrade in\u202espring\x00", NOW)
EXEMPT = replace(
    CONSIDERED,
    state=State.EXEMPT,
    reason="no substitute",
    day=date(2027, 1, 1),
    owner="Head of estates",
    basis="Act \u00a7 4",
)


@pytest.fixture(scope="module")
def signatures() -> Database:
    return load()


@pytest.fixture
def nights(database_url: str, signatures: Database) -> Iterator[Book]:
    """The depot with a camera, device 1, and an encoder, device 2."""
    with Book(database_url, signatures) as made:
        made.add()
        made.sweep(camera("10.0.0.5"), encoder())
        yield made


@pytest.fixture
def decisions(nights: Book) -> ObligationBook:
    return ObligationBook(nights.inventory.engine)


def allow(_known: Obligation, _told: Custody) -> None:
    """Let every step be taken."""


def test_steps_come_back_in_their_order_as_they_were_entered(decisions: ObligationBook) -> None:
    decisions.enter(1, POLICY, CONSIDERED, allow)
    known = decisions.enter(1, POLICY, EXEMPT, allow)
    decisions.enter(1, "us-ndaa-889a1a", CONSIDERED, allow)

    # Neither database holds a zero byte.
    stored = replace(CONSIDERED, reason="upgrade in\u202espring\\x00")
    assert decisions.obligations("depot") == {
        1: {
            POLICY: Obligation(1, POLICY, (stored, EXEMPT)),
            "us-ndaa-889a1a": Obligation(1, "us-ndaa-889a1a", (stored,)),
        }
    }
    assert known.state is State.EXEMPT


def test_the_check_gets_what_is_known_and_nothing_is_stored_when_it_refuses(
    decisions: ObligationBook,
) -> None:
    office = Custody(Owner.LANDLORD, "room 4", True, "the gate", "A. Clerk", NOW, purpose="the safe")
    decisions.enter(1, POLICY, CONSIDERED, allow)
    decisions.change_custody(1, lambda _before: office)
    asked: list[tuple[State, Custody]] = []

    def refuse(known: Obligation, told: Custody) -> None:
        asked.append((known.state, told))
        raise UsageProblem("no")

    with pytest.raises(UsageProblem):
        decisions.enter(1, POLICY, EXEMPT, refuse)
    assert asked == [(State.CONSIDERED, office)]
    assert decisions.obligations()[1][POLICY].state is State.CONSIDERED


def test_two_at_once_are_checked_one_after_the_other(decisions: ObligationBook) -> None:
    refused: list[str] = []

    def only_first(known: Obligation, _told: Custody) -> None:
        if known.steps:
            refused.append("second")
            raise UsageProblem("no")

    def enter() -> None:
        try:
            decisions.enter(1, POLICY, CONSIDERED, only_first)
        except UsageProblem:
            return

    both = [Thread(target=enter), Thread(target=enter)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert refused == ["second"]
    assert len(decisions.obligations()[1][POLICY].steps) == 1


def test_what_is_said_of_a_device_is_added_to_and_its_history_kept(decisions: ObligationBook) -> None:
    first = decisions.change_custody(1, lambda before: replace(before, owner=Owner.LANDLORD, by="A", at=NOW))
    second = decisions.change_custody(1, lambda before: replace(before, location="lobby", by="B", at=NOW))

    assert decisions.custodies("depot") == {1: second}
    assert (second.owner, second.location) == (Owner.LANDLORD, "lobby")
    assert decisions.custody_history(1) == (first, second)
    assert decisions.custodies().get(2, NOTHING_SAID) == NOTHING_SAID


def test_one_site_is_asked_for_alone(nights: Book, decisions: ObligationBook) -> None:
    nights.add(HARBOUR)
    nights.sweep(encoder(), site="harbour")
    for number in (1, 3):
        decisions.enter(number, POLICY, CONSIDERED, allow)
        decisions.change_custody(number, lambda before: replace(before, by="A", at=NOW))

    assert set(decisions.obligations("harbour")) == set(decisions.custodies("harbour")) == {3}
    assert set(decisions.obligations()) == set(decisions.custodies()) == {1, 3}


def test_a_device_that_proves_to_be_another_hands_its_record_over(
    nights: Book, decisions: ObligationBook
) -> None:
    # Device 1 is known by its MAC and device 3 by its serial number, until both show in one reply.
    serial = (Field.ONVIF_SERIAL, "ABC")
    nights.sweep(device("10.0.0.50", None, serial), camera("10.0.0.5"), encoder())
    decisions.enter(1, POLICY, CONSIDERED, allow)
    decisions.change_custody(1, lambda before: replace(before, owner=Owner.OWN, by="A", at=NOW))
    nights.sweep(device("10.0.0.5", CAMERA_MAC, serial), encoder())

    assert {one.number for one in nights.inventory.devices("depot")} == {2, 3}
    assert set(decisions.obligations()) == set(decisions.custodies()) == {3}


def test_a_site_takes_its_decisions_with_it(nights: Book, decisions: ObligationBook) -> None:
    decisions.enter(1, POLICY, CONSIDERED, allow)
    decisions.set_milestones("depot", (Milestone(date(2027, 1, 1), 50),))
    nights.inventory.remove_site("depot")

    assert (decisions.obligations(), decisions.milestones("depot")) == ({}, ())


def test_milestones_replace_those_before_and_wrong_ones_do_not(decisions: ObligationBook) -> None:
    old = (Milestone(date(2026, 12, 1), 10),)
    new = (Milestone(date(2027, 4, 1), 50), Milestone(date(2027, 10, 1), 100))
    decisions.set_milestones("depot", old)
    with pytest.raises(UsageProblem, match="out of order"):
        decisions.set_milestones("depot", new[::-1])

    assert decisions.milestones("depot") == old
    decisions.set_milestones("depot", new)
    assert decisions.milestones("depot") == new


def test_the_roll_has_each_devices_latest_assessed_finding(nights: Book) -> None:
    second = nights.sweep(camera("10.0.0.6", version="V5.8.0"))
    nights.sweep(device("10.0.0.6", CAMERA_MAC))
    roll = Roll(nights.inventory.engine)

    latest = {one.device: one for one in roll.latest("depot")}
    assert set(latest) == {1, 2}
    assert latest[1].sweep >= second
    assert roll.first_addresses("depot") == {1: "10.0.0.5", 2: "10.0.0.9"}


def test_a_neighbour_tables_line_takes_nothing_away_from_what_a_sweep_confirmed(nights: Book) -> None:
    told = {one.device: one for one in Roll(nights.inventory.engine).latest("depot")}[1]
    before = nights.inventory.device("1")

    later = nights.sweep(device("10.0.0.5", CAMERA_MAC, (Field.OUI_REGISTRANT, REGISTRANT)))

    (last,) = nights.inventory.findings(sweep=later)
    assert (last.verdict, last.tier, last.firmware_version) == ("flagged", "probable", None)
    now = {one.device: one for one in Roll(nights.inventory.engine).latest("depot")}[1]
    assert (now.sweep, now.tier, now.firmware_version) == (later, "confirmed", told.firmware_version)
    assert nights.inventory.device("1").firmware == before.firmware == "V5.7.3 build 2022-01-12"


def test_what_contradicts_an_earlier_sweep_replaces_all_that_it_said(nights: Book) -> None:
    nights.sweep(device("10.0.0.5", CAMERA_MAC, (Field.OUI_REGISTRANT, OTHERS)))

    now = {one.device: one for one in Roll(nights.inventory.engine).latest("depot")}[1]
    assert (now.maker, now.tier, now.firmware_version) == ("Dahua", "conflicting", None)
    assert nights.inventory.device("1").firmware == ""


def test_the_roll_says_when_a_device_was_first_flagged(nights: Book) -> None:
    nights.sweep(camera("10.0.0.5"), encoder())

    first = Roll(nights.inventory.engine).first_flagged("depot")

    assert set(first) == {1}
    assert first[1].date() == FIRST_NIGHT.date()


def test_a_stored_verdict_is_read_back_without_its_matches(nights: Book) -> None:
    found = verdict_of(next(iter(Roll(nights.inventory.engine).latest("depot"))))

    assert (found.status, found.tier) == (Status.FLAGGED, Tier.CONFIRMED)
    assert (found.maker, found.host.label, found.host.mac) == ("Hikvision", "10.0.0.5", CAMERA_MAC)
    assert found.firmware is not None
    assert (found.firmware.version, found.firmware.build_date) == ("V5.7.3", date(2022, 1, 12))
    assert found.matches == ()


def test_a_name_is_no_address() -> None:
    assert address_of("lobby-nvr") is None
    assert str(address_of("10.0.0.5")) == "10.0.0.5"
