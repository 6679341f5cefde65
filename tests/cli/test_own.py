"""``camcensus own``: whose a device is decides which list it is on."""

from datetime import UTC, datetime

import pytest

from tests.cli.conftest import Camcensus
from tests.cli.estate import MINISTRY, SetClock, camera, rows
from tests.inventory.building import Book

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def ministry(notebook: Book, set_clock: SetClock) -> Book:
    """A site with three cameras."""
    notebook.add(MINISTRY)
    notebook.sweep(*map(camera, (1, 2, 3)), site="ministry")
    set_clock(NOON)
    return notebook


def addresses(camcensus: Camcensus, book: Book, *words: str) -> set[str]:
    listed = camcensus("obligation", "list", *words, "--format", "csv", "--db", book.db)
    return {row["address"] for row in rows(listed)}


def test_a_landlords_camera_leaves_the_removals_and_enters_the_negotiations(
    camcensus: Camcensus, ministry: Book
) -> None:
    said = camcensus("own", "2", "--owner", "landlord", "--by", "A. Clerk", "--db", ministry.db).stderr
    counted = camcensus("timeline", "ministry", "--format", "csv", "--db", ministry.db)

    assert said == "Device 2 of ministry is on the negotiation list: owner landlord.\n"
    assert addresses(camcensus, ministry, "--list", "negotiation") == {"10.0.0.2"}
    assert addresses(camcensus, ministry, "--list", "removal") == {"10.0.0.1", "10.0.0.3"}
    assert rows(counted)[0]["found"] == "2"
    assert "1 of a landlord or contractor are to be negotiated about, and are not counted." in counted.stderr
    assert "2 of an unknown owner are counted as one's own." in counted.stderr


def test_exactly_the_cameras_in_private_offices_are_listed(camcensus: Camcensus, ministry: Book) -> None:
    told = ("--location", "North wing, 2nd floor, room 204", "--private-office", "--by", "A. Clerk")
    camcensus("own", "3", *told, "--db", ministry.db)

    assert addresses(camcensus, ministry, "--private-office") == {"10.0.0.3"}


def test_what_was_said_is_kept_with_who_said_it(camcensus: Camcensus, ministry: Book) -> None:
    camcensus("own", "1", "--owner", "contractor", "--location", "lobby", "--by", "A", "--db", ministry.db)
    camcensus("own", "1", "--owner", "own", "--by", "B", "--db", ministry.db)

    told = rows(camcensus("own", "1", "--format", "csv", "--db", ministry.db))

    assert [(row["owner"], row["list"], row["location"], row["by"]) for row in told] == [
        ("contractor", "negotiation", "lobby", "A"),
        ("own", "removal", "lobby", "B"),
    ]


def test_what_a_camera_is_for_and_that_its_place_is_public_is_kept(
    camcensus: Camcensus, ministry: Book
) -> None:
    told = ("--location", "lobby", "--public", "--purpose", "safety of visitors", "--by", "A")
    camcensus("own", "1", *told, "--db", ministry.db)
    camcensus("own", "1", "--no-public", "--by", "B", "--db", ministry.db)

    history = rows(camcensus("own", "1", "--format", "csv", "--db", ministry.db))

    assert [(row["public"], row["purpose"]) for row in history] == [
        ("true", "safety of visitors"),
        ("false", "safety of visitors"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("--owner", "own"),
        ("--location", "x" * 201, "--by", "A"),
        ("--public", "--private-office", "--by", "A"),
    ],
    ids=["nobody says so", "a whole document", "an office in public"],
)
def test_what_nobody_says_or_nobody_can_read_is_refused(
    words: tuple[str, ...], camcensus: Camcensus, ministry: Book
) -> None:
    result = camcensus("own", "1", *words, "--db", ministry.db)

    assert (result.exit_code, "Nothing was changed." in result.stderr) == (2, True)
    assert camcensus("own", "1", "--format", "jsonl", "--db", ministry.db).stdout == ""
