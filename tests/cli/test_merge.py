"""``camcensus merge``: the registers of several machines become one, whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.matching.database import Database
from tests.cli.conftest import Camcensus
from tests.cli.estate import ANNEX, MINISTRY, SetClock, camera, rows
from tests.inventory.building import Book, encoder


@pytest.fixture
def machines(tmp_path: Path, shipped: Database) -> Iterator[tuple[Book, Book]]:
    """Two other machines, whose inventories are theirs: one swept the ministry twice, one the annex."""
    with Book(str(tmp_path / "one.db"), shipped) as one, Book(str(tmp_path / "two.db"), shipped) as two:
        one.add(MINISTRY)
        one.sweep(camera(1), camera(2), encoder("10.0.0.9"), site="ministry")
        one.sweep(camera(1), encoder("10.0.0.9"), site="ministry")
        two.add(ANNEX)
        two.sweep(camera(2), camera(3), site="annex")
        yield one, two


def test_totals_are_those_of_the_machines_together_and_every_number_is_one_devices(
    camcensus: Camcensus, book: Book, machines: tuple[Book, Book]
) -> None:
    book.sweep(camera(4))
    told = [camcensus("merge", one.db, "--db", book.db) for one in machines]

    assert [one.exit_code for one in told] == [0, 0]
    assert "Taken over: 1 site (ministry), 2 sweeps, 3 devices, 5 findings, 5 records" in told[0].stderr
    assert "Taken over: 1 site (annex), 1 sweep, 2 devices, 2 findings, 2 records" in told[1].stderr
    words = ("--format", "csv", "--db", book.db)
    listed = rows(camcensus("devices", *words)) + rows(camcensus("devices", "--gone", *words))
    assert [(row["site"], row["address"]) for row in listed] == [
        ("annex", "10.0.0.2"),
        ("annex", "10.0.0.3"),
        ("depot", "10.0.0.4"),
        ("ministry", "10.0.0.1"),
        ("ministry", "10.0.0.9"),
        ("ministry", "10.0.0.2"),
    ]
    assert len({row["device_id"] for row in listed}) == len(listed)


def test_what_came_can_be_shown_explained_and_judged_again(
    camcensus: Camcensus, book: Book, machines: tuple[Book, Book]
) -> None:
    one, _ = machines
    book.sweep(camera(4))
    camcensus("merge", one.db, "--db", book.db)
    (number,) = {
        row["device_id"]
        for row in rows(camcensus("devices", "--site", "ministry", "--format", "csv", "--db", book.db))
        if row["address"] == "10.0.0.1"
    }

    shown = camcensus("show", number, "--db", book.db).stdout
    explained = camcensus("explain", number, "--db", book.db).stdout
    judged = camcensus("rejudge", "--site", "ministry", "--store", "--db", book.db)
    compared = camcensus("diff", "last-1", "last", "--site", "ministry", "--db", book.db)

    assert f"Device {number} of ministry" in shown
    assert "DS-2CD2032-I20150101AACH507412301" in shown
    assert "The verdict is the same." in explained
    assert (judged.exit_code, "No verdicts of 2 would be another one" in judged.stderr) == (0, True)
    assert (compared.exit_code, compared.stdout) == (0, "")


def test_an_empty_place_becomes_the_register(
    camcensus: Camcensus, tmp_path: Path, machines: tuple[Book, Book]
) -> None:
    register = tmp_path / "register.db"
    for one in machines:
        assert camcensus("merge", one.db, "--db", register).exit_code == 0

    found = rows(camcensus("timeline", "--all", "--format", "csv", "--db", register))
    assert (found[-1]["found"], found[-1]["sites"]) == ("4", "2")


def test_conflicts_are_counted_at_the_end_and_beside_totals(
    camcensus: Camcensus, notebook: Book, machines: tuple[Book, Book], set_clock: SetClock
) -> None:
    one, two = machines
    set_clock(one.nights.now())
    first = camcensus("merge", one.db, "--db", notebook.db)
    second = camcensus("merge", two.db, "--db", notebook.db)
    told = "1 pair of devices at two sites has the same serial number, ONVIF UUID or MAC."

    assert told not in first.stderr
    assert f"{told} Each is counted at both: camcensus conflicts lists them." in second.stderr
    assert told in camcensus("summary", "--all", "--db", notebook.db).stderr
    assert told in camcensus("timeline", "--all", "--db", notebook.db).stderr
    assert told not in camcensus("summary", "--site", "annex", "--db", notebook.db).stderr


def test_a_name_that_is_taken_needs_another(
    camcensus: Camcensus, notebook: Book, machines: tuple[Book, Book]
) -> None:
    notebook.add(ANNEX)
    _, two = machines

    refused = camcensus("merge", two.db, "--db", notebook.db)
    assert (refused.exit_code, "There is a site named annex here already" in refused.stderr) == (2, True)
    assert list(notebook.inventory.devices()) == []

    assert camcensus("merge", two.db, "--prefix", "north ", "--db", notebook.db).exit_code == 0
    assert [one.name for one in notebook.inventory.sites()] == ["annex", "depot", "north annex"]


def test_a_prefix_that_makes_no_name_is_refused(
    camcensus: Camcensus, notebook: Book, machines: tuple[Book, Book]
) -> None:
    refused = camcensus("merge", machines[1].db, "--prefix", "/", "--db", notebook.db)

    assert (refused.exit_code, "which cannot be a name" in refused.stderr) == (2, True)
    assert [one.name for one in notebook.inventory.sites()] == ["depot"]


def test_the_same_inventory_a_second_time_is_told_and_changes_nothing(
    camcensus: Camcensus, notebook: Book, machines: tuple[Book, Book]
) -> None:
    one, _ = machines
    camcensus("merge", one.db, "--db", notebook.db)
    before = list(notebook.inventory.findings())

    again = camcensus("merge", one.db, "--prefix", "again ", "--db", notebook.db)

    assert (again.exit_code, "are here already, as those of ministry" in again.stderr) == (2, True)
    assert list(notebook.inventory.findings()) == before


def test_what_cannot_be_read_makes_no_register(camcensus: Camcensus, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"")

    refused = camcensus("merge", other, "--db", tmp_path / "register.db")

    assert (refused.exit_code, "empty: 0 bytes" in refused.stderr) == (1, True)
    assert [one.name for one in tmp_path.iterdir() if one.name != "data"] == ["other.db"]
