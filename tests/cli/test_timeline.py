"""``camcensus timeline``: the curve of a removal from stored sweeps, against figures worked out by hand."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scanner.inventory.obligation_book import ObligationBook
from scanner.removal.obligation import State, Step
from tests.cli.conftest import Camcensus
from tests.cli.estate import ANNEX, MINISTRY, STATEMENT, SetClock, camera, rows
from tests.inventory.building import FIRST_NIGHT, Book, encoder

# Of ten cameras five are down on the second night, two more on the third and the last three on the fourth:
# the shares that were told of the UK's affected sites for April 2024, October 2024 and April 2025.
LEFT = (range(1, 11), range(6, 11), range(8, 11), range(0))
# What remains and was removed after each night, counted by hand.
BY_HAND = [
    ("10", "10", "0", "0.0"),
    ("10", "5", "5", "50.0"),
    ("10", "3", "7", "70.0"),
    ("10", "0", "10", "100.0"),
]


def take_down(book: Book, devices: range, at: datetime) -> None:
    """Attest the removal of devices."""
    step = Step(State.REMOVED, at.date(), "A. Clerk", "taken down", at)
    for number in devices:
        ObligationBook(book.inventory.engine).enter(number, STATEMENT, step, lambda _known, _told: None)


def played(book: Book, set_clock: SetClock, nights: int = 4) -> Book:
    """Sweep the ministry night by night; what the next sweep misses is taken down at noon before it."""
    book.add(MINISTRY)
    for night, left in enumerate(LEFT[:nights]):
        book.sweep(*map(camera, left), encoder("10.0.0.99"), site="ministry")
        noon = FIRST_NIGHT + timedelta(days=night, hours=10)
        set_clock(noon)
        if night + 1 < nights:
            take_down(book, range(left.start, LEFT[night + 1].start or 11), noon)
    return book


@pytest.fixture
def ministry(notebook: Book, set_clock: SetClock) -> Book:
    """The whole removal in four nights."""
    return played(notebook, set_clock)


@pytest.fixture
def swept(notebook: Book, set_clock: SetClock) -> Book:
    """A site with one camera, swept once."""
    notebook.add(MINISTRY)
    notebook.sweep(camera(1), site="ministry")
    set_clock(notebook.nights.now())
    return notebook


def counted(text: list[dict[str, str]]) -> list[tuple[str, ...]]:
    return [
        tuple(row[name] for name in ("found", "remaining", "removed", "percent"))
        for row in text
        if row["kind"] == "counted"
    ]


def test_the_curve_from_four_stored_sweeps_is_the_one_counted_by_hand(
    camcensus: Camcensus, book: Book, set_clock: SetClock
) -> None:
    played(book, set_clock)
    goals = ("2026-11-23=50", "2026-11-24=70", "2026-11-25=100")
    words = [word for goal in goals for word in ("--milestone", goal)]

    result = camcensus("timeline", "ministry", *words, "--format", "csv", "--db", book.db)

    told = rows(result)
    assert counted(told) == BY_HAND
    assert [(row["date"], row["percent"], row["target_percent"]) for row in told[4:]] == [
        ("2026-11-23", "50.0", "50"),
        ("2026-11-24", "70.0", "70"),
        ("2026-11-25", "100.0", "100"),
    ]
    assert "10 found, 0 remaining, 10 removed by 2026-11-25." in result.stderr
    assert "None of those found remains; what no sweep covered is not known." in result.stderr
    assert "Sweep 4 of ministry (scan, finished" in result.stderr


def test_the_forecast_goes_on_at_the_pace_so_far(
    camcensus: Camcensus, notebook: Book, set_clock: SetClock
) -> None:
    played(notebook, set_clock, nights=3)

    result = camcensus(
        "timeline", "ministry", "--milestone", "2026-11-25=100", "--format", "jsonl", "--db", notebook.db
    )

    # Seven of ten in two days: 3.5 a day, so that all are gone a day later.
    goal = json.loads(result.stdout.splitlines()[-1])
    assert (goal["kind"], goal["target_percent"], goal["forecast_percent"]) == ("milestone", 100, 100.0)
    assert goal["planned_percent"] == 70.0
    assert "At the pace since 2026-11-22 none remains on 2026-11-25." in result.stderr


def test_what_nobody_attests_remains(camcensus: Camcensus, notebook: Book, set_clock: SetClock) -> None:
    notebook.add(MINISTRY)
    for left in LEFT[:2]:
        notebook.sweep(*map(camera, left), site="ministry")
    set_clock(notebook.nights.now())

    result = camcensus("timeline", "ministry", "--format", "csv", "--db", notebook.db)

    assert counted(rows(result))[-1] == ("10", "10", "0", "0.0")
    assert "Sweeps miss 5 more, whose removal nobody has attested: they remain." in result.stderr
    assert "There is no forecast" in result.stderr


def test_whoever_was_met_after_an_attested_removal_is_not_removed_when_sweeps_miss_it_again(
    camcensus: Camcensus, notebook: Book, set_clock: SetClock
) -> None:
    notebook.add(MINISTRY)
    notebook.sweep(camera(1), camera(2), site="ministry")
    take_down(notebook, range(1, 2), FIRST_NIGHT + timedelta(hours=10))
    for left in ([2], [1, 2], [2]):
        notebook.sweep(*map(camera, left), site="ministry")
    set_clock(notebook.nights.now())

    told = rows(camcensus("timeline", "ministry", "--format", "csv", "--db", notebook.db))
    listed = rows(camcensus("obligation", "list", "--format", "csv", "--db", notebook.db))

    assert [(row["removed"], row["unproven"]) for row in told] == [
        ("0", "0"),
        ("1", "0"),
        ("0", "0"),
        ("0", "1"),
    ]
    assert {row["lifecycle"] for row in listed if row["device_id"] == "1"} == {"returned"}


def test_an_attestation_after_the_last_sweep_is_a_day_of_its_own(
    camcensus: Camcensus, notebook: Book, set_clock: SetClock
) -> None:
    notebook.add(MINISTRY)
    for left in LEFT[:2]:
        notebook.sweep(*map(camera, left), site="ministry")
    set_clock(datetime(2026, 12, 1, 12, tzinfo=UTC))
    take_down(notebook, range(1, 6), datetime(2026, 12, 1, 9, tzinfo=UTC))

    told = rows(camcensus("timeline", "ministry", "--format", "csv", "--db", notebook.db))

    assert [(row["date"], row["removed"]) for row in told] == [
        ("2026-11-22", "0"),
        ("2026-11-23", "0"),
        ("2026-12-01", "5"),
    ]


def test_all_sites_of_an_organisation_are_one_curve(camcensus: Camcensus, ministry: Book) -> None:
    ministry.add(ANNEX)
    ministry.sweep(camera(1), camera(2), site="annex")

    told = rows(camcensus("timeline", "--all", "--format", "csv", "--db", ministry.db))

    assert counted(told)[-1] == ("12", "2", "10", "83.3")
    assert (told[-1]["sites"], told[-1]["cleared_sites"]) == ("2", "1")
    named = rows(camcensus("timeline", "annex", "ministry", "--format", "csv", "--db", ministry.db))
    assert named == told


def test_a_policy_counts_what_it_applies_to(camcensus: Camcensus, ministry: Book) -> None:
    def found(policy: str) -> str:
        told = camcensus("timeline", "ministry", "--policy", policy, "--format", "csv", "--db", ministry.db)
        return rows(told)[-1]["found"]

    assert (found(STATEMENT), found("eu-parliament-2021")) == ("10", "0")


def test_milestones_are_kept_with_the_site_and_shown_again(camcensus: Camcensus, swept: Book) -> None:
    def goals(*words: str) -> list[str]:
        told = rows(camcensus("timeline", "ministry", *words, "--format", "csv", "--db", swept.db))
        return [row["date"] for row in told if row["kind"] == "milestone"]

    assert goals("--milestone", "2026-11-24=70") == ["2026-11-24"]
    assert goals() == []
    assert goals("--milestone", "2026-11-24=70", "--milestone", "2026-12-24=100%", "--keep") == [
        "2026-11-24",
        "2026-12-24",
    ]
    assert goals() == ["2026-11-24", "2026-12-24"]


@pytest.mark.parametrize(
    ("goals", "told"),
    [
        (("2026-12-24=100", "2026-11-24=70"), "The milestones are out of order: 2026-11-24 with 70 %"),
        (("2026-11-24=70", "2026-12-24=60"), "out of order"),
        (("2026-11-31=70",), "cannot be read"),
        (("tomorrow",), "cannot be read"),
        (("2026-11-24=101",), "is not from 1 to 100"),
    ],
)
def test_a_milestone_out_of_order_is_refused_and_the_old_ones_stay(
    goals: tuple[str, ...], told: str, camcensus: Camcensus, swept: Book
) -> None:
    timeline = ("timeline", "ministry", "--format", "csv", "--db", swept.db)
    camcensus(*timeline, "--keep", "--milestone", "2027-01-01=100")
    result = camcensus(*timeline, "--keep", *(word for goal in goals for word in ("--milestone", goal)))

    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert "Nothing was changed." in result.stderr
    assert rows(camcensus(*timeline))[-1]["date"] == "2027-01-01"


def test_milestones_that_differ_between_sites_are_not_mixed(camcensus: Camcensus, swept: Book) -> None:
    swept.add(ANNEX)
    for site, goal in (("ministry", "2027-01-01=100"), ("annex", "2027-02-01=100")):
        camcensus("timeline", site, "--keep", "--milestone", goal, "--db", swept.db)

    result = camcensus("timeline", "--all", "--format", "csv", "--db", swept.db)

    assert all(row["kind"] == "counted" for row in rows(result))
    assert "The sites have different milestones, so none is shown." in result.stderr


@pytest.mark.parametrize("words", [(), ("ministry", "--all"), ("ministry", "--keep"), ("nowhere",)])
def test_what_is_not_said_clearly_is_refused(
    words: tuple[str, ...], camcensus: Camcensus, swept: Book
) -> None:
    assert camcensus("timeline", *words, "--db", swept.db).exit_code == 2


def test_the_plot_and_the_table_are_for_people(camcensus: Camcensus, ministry: Book) -> None:
    printed = camcensus("timeline", "ministry", "--format", "table", "--db", ministry.db).stdout

    assert printed.startswith("Devices found, remaining and removed: ministry\n10 |####")
    assert "# remaining   . removed   : forecast   x milestone" in printed
    assert "counted" in printed


def test_the_picture_goes_into_a_file_of_ones_own(camcensus: Camcensus, swept: Book, tmp_path: Path) -> None:
    picture = tmp_path / "removal.svg"
    result = camcensus("timeline", "ministry", "-o", picture, "--db", swept.db)

    assert (result.exit_code, result.stdout) == (0, "")
    assert ElementTree.parse(picture).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert picture.stat().st_mode & 0o777 == 0o600


def test_a_site_without_a_sweep_has_nothing_to_draw(camcensus: Camcensus, notebook: Book) -> None:
    drawn = camcensus("timeline", "depot", "--format", "svg", "--db", notebook.db)
    listed = camcensus("timeline", "depot", "--format", "csv", "--db", notebook.db)

    assert (drawn.exit_code, "there is nothing to draw" in drawn.stderr) == (2, True)
    assert (listed.exit_code, rows(listed)) == (0, [])
    assert "No device to count was found." in listed.stderr
    assert "No sweep of depot has finished yet" in listed.stderr
