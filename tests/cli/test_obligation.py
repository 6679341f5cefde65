"""``camcensus obligation``: decisions, what is due, and the alarm when something is back."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import Camcensus
from tests.cli.estate import ANNEX, BECAUSE, CORE, MINISTRY, STATEMENT, TIMELINE, SetClock, camera, rows
from tests.inventory.building import FIRST_NIGHT, Book, encoder

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def ministry(notebook: Book, set_clock: SetClock) -> Book:
    """A sensitive site with the camera 1 and another maker's device, swept in the night."""
    notebook.add(MINISTRY)
    notebook.sweep(camera(1), encoder(), site="ministry")
    set_clock(NOON)
    return notebook


def test_steps_are_entered_listed_and_kept(camcensus: Camcensus, book: Book, set_clock: SetClock) -> None:
    book.add(MINISTRY)
    book.sweep(camera(1), site="ministry")
    set_clock(NOON)
    step = ("obligation", "set", "10.0.0.1", "--policy", STATEMENT, *BECAUSE, "--db", book.db, "--state")
    assert camcensus(*step, "considered").exit_code == 0
    said = camcensus(*step, "planned", "--date", "2027-03-31").stderr

    assert said == (
        f"Device 1 of ministry is planned under {STATEMENT}: to be gone by 2027-03-31, says A. Clerk.\n"
    )
    history = rows(camcensus("obligation", "history", "1", "--format", "csv", "--db", book.db))
    assert [(row["state"], row["day"], row["by"], row["reason"]) for row in history] == [
        ("considered", "2026-11-22", "A. Clerk", "as decided on 1 June"),
        ("planned", "2027-03-31", "A. Clerk", "as decided on 1 June"),
    ]
    listed = rows(camcensus("obligation", "list", "--format", "csv", "--db", book.db))
    (row,) = [row for row in listed if row["policy"] == STATEMENT]
    assert (row["state"], row["day"], row["lifecycle"], row["result"]) == (
        *("planned", "2027-03-31", "present"),
        "applies",
    )
    assert row["actions_due"] == "must stop_install; consider consider_early_replacement"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--state", "exempt", "--by", "A", "--date", "2027-01-01"), "An exemption needs a reason"),
        (
            ("--state", "exempt", *BECAUSE, "--date", "2027-01-01"),
            "who answers for it and its legal basis: --owner and --basis",
        ),
        (("--state", "exempt", *BECAUSE), "Say until when it is exempt, with --date."),
        (("--state", "planned", *BECAUSE, "--date", "2027-01-01"), "After 'none' comes considered or exempt"),
        (("--state", "removed", *BECAUSE), "After 'none' comes considered or exempt"),
        (("--state", "considered", *BECAUSE, "--date", "2026-11-23"), "cannot have happened on 2026-11-23"),
    ],
)
def test_a_step_that_lacks_something_is_refused_and_changes_nothing(
    words: tuple[str, ...], told: str, camcensus: Camcensus, ministry: Book
) -> None:
    result = camcensus("obligation", "set", "1", "--policy", STATEMENT, *words, "--db", ministry.db)

    assert result.exit_code == 2
    assert told in result.stderr
    assert "Nothing was changed." in result.stderr
    assert "Nothing was decided" in camcensus("obligation", "history", "1", "--db", ministry.db).stderr


def test_a_plan_in_the_past_is_refused(camcensus: Camcensus, ministry: Book) -> None:
    step = ("obligation", "set", "1", "--policy", STATEMENT, *BECAUSE, "--db", ministry.db, "--state")
    camcensus(*step, "considered")
    result = camcensus(*step, "planned", "--date", "2026-11-21")

    assert result.exit_code == 2
    assert "A plan cannot end on 2026-11-21, which is past" in result.stderr
    assert len(rows(camcensus("obligation", "history", "1", "--format", "csv", "--db", ministry.db))) == 1


def test_a_policy_that_is_not_known_is_named_with_the_likely_one(
    camcensus: Camcensus, ministry: Book
) -> None:
    result = camcensus(
        "obligation", "set", "1", "--policy", "uk-removal-timelin", "--state", "considered", *BECAUSE,
        "--db", ministry.db,
    )  # fmt: skip

    assert result.exit_code == 2
    assert "Did you mean uk-removal-timeline?" in result.stderr


def test_what_something_depends_on_needs_a_replacement_or_a_waiver(
    camcensus: Camcensus, ministry: Book
) -> None:
    step = ("obligation", "set", "1", "--policy", STATEMENT, *BECAUSE, "--db", ministry.db, "--state")
    camcensus("own", "1", "--dependency", "fever screening", "--by", "A. Clerk", "--db", ministry.db)
    camcensus(*step, "considered")
    refused = camcensus(*step, "planned", "--date", "2027-03-31")
    taken = camcensus(*step, "planned", "--date", "2027-03-31", "--waiver", "screening ended in 2023")

    assert (refused.exit_code, taken.exit_code) == (2, 0)
    assert "Something depends on the device (fever screening)" in refused.stderr


def test_a_camera_added_after_the_order_is_one_finding_at_the_sensitive_site_and_none_elsewhere(
    camcensus: Camcensus, notebook: Book, set_clock: SetClock
) -> None:
    for site, text in (("ministry", MINISTRY), ("annex", ANNEX)):
        notebook.add(text)
        notebook.sweep(camera(1), site=site)
        notebook.sweep(camera(1), camera(2), site=site)
    set_clock(notebook.nights.now())

    listed = rows(camcensus("obligation", "list", "--format", "csv", "--db", notebook.db))
    found = [row for row in listed if "new_after_cutoff" in row["findings"]]

    assert [(row["site"], row["address"], row["policy"]) for row in found] == [
        ("ministry", "10.0.0.2", STATEMENT)
    ]


def test_a_camera_on_a_core_segment_is_named(
    camcensus: Camcensus, notebook: Book, set_clock: SetClock
) -> None:
    notebook.add(CORE)
    notebook.sweep(camera(1), encoder(), site="ministry")
    set_clock(NOON)

    listed = rows(camcensus("obligation", "list", "--format", "csv", "--db", notebook.db))

    assert [row["address"] for row in listed if "on_core_network" in row["findings"]] == ["10.0.0.1"]


def test_the_overdue_list_is_the_one_counted_by_hand(
    camcensus: Camcensus, notebook: Book, set_clock: SetClock
) -> None:
    notebook.add(ANNEX)
    notebook.sweep(*map(camera, range(1, 6)), site="annex")
    set_clock(NOON)

    def decide(device: int, state: str, *words: str) -> None:
        step = ("--policy", STATEMENT, "--state", state, *BECAUSE, *words, "--db", notebook.db)
        assert camcensus("obligation", "set", device, *step).exit_code == 0

    for device in (1, 2, 3):
        decide(device, "considered")
    decide(1, "planned", "--date", "2026-12-01")
    decide(2, "planned", "--date", "2026-12-02")
    decide(4, "exempt", "--date", "2026-11-30", "--owner", "Head of estates", "--basis", "an Act")
    set_clock(datetime(2026, 12, 2, 12, tzinfo=UTC))
    result = camcensus("obligation", "list", "--overdue", "--format", "csv", "--db", notebook.db)

    assert [(row["device_id"], row["findings"]) for row in rows(result)] == [
        ("1", "overdue"),
        ("4", "exemption_expired"),
    ]
    assert "2 overdue." in result.stderr


def test_a_silent_night_is_no_removal_and_a_removal_needs_the_sweeps_and_a_person(
    camcensus: Camcensus, ministry: Book, set_clock: SetClock
) -> None:
    def stands() -> set[str]:
        listed = rows(camcensus("obligation", "list", "--format", "csv", "--db", ministry.db))
        return {row["lifecycle"] for row in listed if row["address"] == "10.0.0.1"}

    ministry.sweep(encoder(), site="ministry")
    set_clock(ministry.nights.now())
    assert stands() == {"not seen"}

    step = ("obligation", "set", "1", "--policy", STATEMENT, *BECAUSE, "--db", ministry.db, "--state")
    camcensus(*step, "considered")
    camcensus(*step, "removed")
    assert stands() == {"gone"}


def test_a_device_that_is_back_raises_the_alarm_until_it_is_considered(
    camcensus: Camcensus, ministry: Book, set_clock: SetClock
) -> None:
    step = ("obligation", "set", "1", "--policy", STATEMENT, *BECAUSE, "--db", ministry.db, "--state")
    camcensus(*step, "considered")
    camcensus(*step, "removed")
    ministry.sweep(encoder(), site="ministry")
    ministry.sweep(camera(1), encoder(), site="ministry")
    set_clock(ministry.nights.now())
    alarm = camcensus("obligation", "list", "--policy", TIMELINE, "--format", "csv", "--db", ministry.db)

    assert alarm.exit_code == 3
    assert "Warning: Device 1 of ministry at 10.0.0.1 has returned. Its removal on 2026-11-22" in alarm.stderr
    assert camcensus(*step, "considered").exit_code == 0
    assert camcensus("obligation", "list", "--db", ministry.db).exit_code == 0


def test_a_removal_before_the_last_sight_is_refused(
    camcensus: Camcensus, ministry: Book, set_clock: SetClock
) -> None:
    set_clock(NOON + timedelta(days=1))
    step = ("obligation", "set", "1", "--policy", STATEMENT, *BECAUSE, "--db", ministry.db, "--state")
    camcensus(*step, "considered", "--date", "2026-11-20")
    result = camcensus(*step, "removed", "--date", "2026-11-21")

    assert (result.exit_code, "met on 2026-11-22, so it was not removed" in result.stderr) == (2, True)


def test_another_identity_is_a_finding(camcensus: Camcensus, ministry: Book, set_clock: SetClock) -> None:
    ministry.sweep(camera(1, model="DS-7608NI-K2"), encoder(), site="ministry")
    set_clock(ministry.nights.now())

    listed = rows(camcensus("obligation", "list", "--format", "csv", "--db", ministry.db))

    assert [(row["address"], row["policy"]) for row in listed if "identity_changed" in row["findings"]] == [
        ("10.0.0.1", "")
    ]


def test_nothing_to_list_is_said_with_what_was_covered(
    camcensus: Camcensus, notebook: Book, set_clock: SetClock
) -> None:
    set_clock(FIRST_NIGHT)
    said = camcensus("obligation", "list", "--db", notebook.db).stderr

    assert said.startswith("No devices: 0 gone, 0 to remove (0 of an unknown owner), 0 to negotiate about.")
    assert "No sweep of depot has finished yet" in said
