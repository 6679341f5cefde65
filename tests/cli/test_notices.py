"""``camcensus notices``: people are told where cameras film them, whose make and what for, and no more."""

import json
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE

import pytest

from tests.cli.conftest import Camcensus
from tests.cli.estate import ANNEX, BECAUSE, MINISTRY, STATEMENT, SetClock, camera
from tests.inventory.building import Book, encoder

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEADER = "location,maker,purpose,cameras\n"
# Everything technical that the inventory holds of these devices, and the names of their sites.
TECHNICAL = ("10.0.0", "c0:56:e3", "DS-2CD", "AACH", "V5.4.3", "160810", "cctv", "ministry", "annex")


@pytest.fixture
def estate(notebook: Book, set_clock: SetClock) -> Book:
    """Five cameras and an encoder at one site, and one camera at another, of all of which nothing is said."""
    notebook.add(MINISTRY)
    notebook.add(ANNEX)
    notebook.sweep(*map(camera, range(1, 6)), encoder("10.0.0.9"), site="ministry")
    notebook.sweep(camera(7), site="annex")
    set_clock(NOON)
    return notebook


def say(camcensus: Camcensus, book: Book, device: int, *told: str) -> None:
    assert camcensus("own", device, *told, "--by", "A. Clerk", "--db", book.db).exit_code == 0


@pytest.fixture
def told(camcensus: Camcensus, estate: Book) -> Book:
    """Two cameras in the lobby, one at the gate whose purpose nobody knows, one in an office."""
    lobby = ("--location", "North wing, lobby", "--public", "--purpose", "safety of visitors")
    say(camcensus, estate, 1, *lobby)
    say(camcensus, estate, 2, *lobby)
    say(camcensus, estate, 3, "--location", "Gate", "--public")
    say(camcensus, estate, 4, "--location", "room 204", "--private-office", "--purpose", "the safe")
    return estate


def test_an_export_holds_location_maker_purpose_and_number_and_nothing_else(
    camcensus: Camcensus, told: Book
) -> None:
    exported = camcensus("notices", "ministry", "--format", "csv", "--db", told.db).stdout

    assert exported == (
        f'{HEADER}Gate,Hikvision,not said,1\n"North wing, lobby",Hikvision,safety of visitors,2\n'
    )


def test_json_lines_hold_the_same(camcensus: Camcensus, told: Book) -> None:
    exported = camcensus("notices", "ministry", "--format", "jsonl", "--db", told.db).stdout

    assert list(map(json.loads, exported.splitlines())) == [
        {"type": "notice", "location": "Gate", "maker": "Hikvision", "purpose": "not said", "cameras": 1},
        {
            "type": "notice",
            "location": "North wing, lobby",
            "maker": "Hikvision",
            "purpose": "safety of visitors",
            "cameras": 2,
        },
    ]


@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_nothing_technical_is_in_any_form(form: str, camcensus: Camcensus, told: Book) -> None:
    shown = camcensus("notices", "--all", "--format", form, "--db", told.db).stdout

    assert "lobby" in shown
    assert [word for word in TECHNICAL if word in shown] == []


def test_a_site_is_named_where_that_is_asked_for(camcensus: Camcensus, told: Book) -> None:
    say(camcensus, told, 7, "--location", "Gate", "--public")

    exported = camcensus("notices", "--all", "--with-site", "--format", "csv", "--db", told.db).stdout

    assert exported.splitlines() == [
        "site,location,maker,purpose,cameras",
        "annex,Gate,Hikvision,not said,1",
        "ministry,Gate,Hikvision,not said,1",
        'ministry,"North wing, lobby",Hikvision,safety of visitors,2',
    ]


def test_what_may_film_and_is_not_listed_is_counted(camcensus: Camcensus, told: Book) -> None:
    say(camcensus, told, 7, "--location", "yard")

    said = camcensus("notices", "--all", "--db", told.db).stderr

    assert "3 cameras in 2 public places.\n" in said
    assert (
        "Not listed: 1 that may film and of which nobody has said where, "
        "1 at a place that nobody has called public.\n"
    ) in said
    assert "Sweep 1 of ministry (scan, finished" in said


def test_a_camera_of_which_nobody_has_said_where_is_not_listed(camcensus: Camcensus, estate: Book) -> None:
    say(camcensus, estate, 1, "--public", "--purpose", "safety")

    result = camcensus("notices", "ministry", "--format", "csv", "--db", estate.db)

    assert result.stdout == HEADER
    assert "No camera in a public place is known.\nNot listed: 5 that may film" in result.stderr


def test_a_camera_whose_removal_is_proven_is_not_told_of(camcensus: Camcensus, told: Book) -> None:
    removed = ("--policy", STATEMENT, "--state", "considered", *BECAUSE, "--db", told.db)
    assert camcensus("obligation", "set", "3", *removed).exit_code == 0
    taken_down = tuple("removed" if word == "considered" else word for word in removed)
    assert camcensus("obligation", "set", "3", *taken_down).exit_code == 0
    told.sweep(*map(camera, (1, 2, 4, 5)), encoder("10.0.0.9"), site="ministry")

    exported = camcensus("notices", "ministry", "--format", "csv", "--db", told.db).stdout

    assert exported == f'{HEADER}"North wing, lobby",Hikvision,safety of visitors,2\n'


def test_an_address_that_somebody_wrote_into_a_text_is_taken_out(camcensus: Camcensus, estate: Book) -> None:
    say(
        camcensus, estate, 1, "--location", "Gate, 10.0.0.1", "--public", "--purpose", "was c0:56:e3:00:00:01"
    )

    shown = camcensus("notices", "ministry", "--format", "csv", "--db", estate.db).stdout

    assert '"Gate, address-' in shown
    assert [word for word in TECHNICAL if word in shown] == []


def test_a_file_is_whole_and_its_owners_only(camcensus: Camcensus, told: Book, tmp_path: Path) -> None:
    file = tmp_path / "notices.jsonl"

    assert camcensus("notices", "ministry", "-o", file, "--db", told.db).stdout == ""

    assert [json.loads(line)["cameras"] for line in file.read_text().splitlines()] == [1, 2]
    assert S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "words",
    [(), ("ministry", "--all"), ("ministry", "--format", "table", "-o", "notices.txt")],
    ids=["no site", "both", "a table in a file"],
)
def test_what_cannot_be_meant_is_a_usage_error(
    words: tuple[str, ...], camcensus: Camcensus, told: Book
) -> None:
    result = camcensus("notices", *words, "--db", told.db)

    assert (result.exit_code, result.stdout) == (2, "")
