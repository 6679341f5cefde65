"""``camcensus summary``: numbers for a minister, which lead to no place and no device."""

import json
from pathlib import Path

import pytest

from scanner.inventory.contract import SweepKind
from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.cli.estate import rows
from tests.inventory.building import Book, camera, device, encoder

OWNED = """\
schema = 1

[site]
name = "{name}"
owner = "{owner}"
location = "17 Harbour Road"
contact = "J. Doe"
labels = ["uk-sensitive-ministers", "local-harbour-annex"]

[[segment]]
name = "basement cameras"
role = "cctv"
networks = ["10.0.0.0/24"]
"""
WEB = (Field.HTTP_SERVER, "gate-cam")
SECRETS = (
    *("Northgate", "Southgate", "17 Harbour Road", "J. Doe", "basement cameras", "10.0.0.", "c0:56:e3"),
    *("00:40:8c", "DS-2CD2032-I", "AACH507412345", "gate-cam"),
)


@pytest.fixture
def estate(book: Book) -> Book:
    """Two sites of one unit and one of another, whose owner names its site."""
    book.add(OWNED.format(name="Northgate", owner="Department of Examples"))
    book.add(OWNED.format(name="Southgate", owner="Department of Examples"))
    book.add(OWNED.format(name="Harbour", owner="Friends of Harbour and Northgate, 10.0.0.7"))
    told = ((Field.SADP_MODEL, "DS-2CD2032-I"), (Field.MDNS_HOST, "gate-cam.local"))
    for site in ("Northgate", "Southgate", "Harbour"):
        book.sweep(camera("10.0.0.5", *told), encoder(), device("10.0.0.8", None, WEB), site=site)
    return book


def test_an_imported_line_is_no_complete_sweep_of_a_site(
    camcensus: Camcensus, book: Book, tmp_path: Path
) -> None:
    table = tmp_path / "neighbours.txt"
    table.write_text("10.0.0.7 dev eth0 lladdr c0:56:e3:7a:31:02 REACHABLE\n")
    book.add(OWNED.format(name="Northgate", owner="Department of Examples"))
    camcensus("import", "ip-neigh", table, "--site", "Northgate", "--db", book.db)

    said = camcensus("summary", "--site", "Northgate", "--db", book.db).stderr
    assert "the last sweep of 0 was complete, of 0 it was not, and 1 have had none." in said

    book.sweep(camera("10.0.0.5"), site="Northgate", gaps=("eth0 went down",))
    camcensus("import", "ip-neigh", table, "--site", "Northgate", "--db", book.db)

    said = camcensus("summary", "--site", "Northgate", "--db", book.db).stderr
    assert "the last sweep of 0 was complete, of 1 it was not, and 0 have had none." in said
    listed = camcensus("devices", "--site", "Northgate", "--db", book.db).stderr
    assert "Sweep 2 of Northgate (scan," in listed
    assert "Sweep 3 of Northgate (import," in listed


def test_an_import_that_is_judged_again_is_no_complete_sweep_either(camcensus: Camcensus, book: Book) -> None:
    book.add(OWNED.format(name="Northgate", owner="Department of Examples"))
    book.sweep(camera("10.0.0.5"), site="Northgate", gaps=("eth0 went down",))
    book.sweep(camera("10.0.0.5"), site="Northgate", kind=SweepKind.IMPORT)
    camcensus("rejudge", "--store", "--site", "Northgate", "--db", book.db)

    said = camcensus("summary", "--site", "Northgate", "--db", book.db).stderr

    assert "the last sweep of 0 was complete, of 1 it was not, and 0 have had none." in said


def test_devices_are_counted_by_unit_labels_maker_verdict_and_state(
    camcensus: Camcensus, estate: Book
) -> None:
    sites = ("--site", "Northgate", "--site", "Southgate")

    result = camcensus("summary", *sites, "--format", "csv", "--db", estate.db)

    assert [(row["maker"], row["verdict"], row["state"], row["devices"]) for row in rows(result)] == [
        ("Axis", "other_maker", "present", "2"),
        ("Hikvision", "flagged", "present", "2"),
        ("unknown", "not_matched", "present", "2"),
    ]
    assert {row["unit"] for row in rows(result)} == {"Department of Examples"}
    assert "6 devices, 2 of them flagged." in result.stderr


@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_nothing_in_it_leads_to_a_site_or_a_device(form: str, camcensus: Camcensus, estate: Book) -> None:
    result = camcensus("summary", "--all", "--format", form, "--db", estate.db, COLUMNS="400")

    said = result.stdout + result.stderr
    assert "Department of Examples" in said
    assert [secret for secret in (*SECRETS, "Harbour", "harbour") if secret in said] == []


def test_a_device_that_is_missed_is_counted_as_not_seen(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(camera("10.0.0.5"))
    notebook.sweep()

    (row,) = rows(camcensus("summary", "--all", "--format", "csv", "--db", notebook.db))

    assert (row["unit"], row["state"], row["devices"]) == ("not said", "not seen", "1")


def test_what_was_not_swept_is_said_and_not_counted_as_nothing(camcensus: Camcensus, notebook: Book) -> None:
    result = camcensus("summary", "--all", "--format", "jsonl", "--db", notebook.db)

    assert [json.loads(line) for line in result.stdout.splitlines()] == []
    assert "1 have had none. What was not examined is not known to be free of anything." in result.stderr


@pytest.mark.parametrize("words", [(), ("--all", "--site", "depot")])
def test_the_sites_must_be_named_or_all(words: tuple[str, ...], camcensus: Camcensus, notebook: Book) -> None:
    result = camcensus("summary", *words, "--db", notebook.db)

    assert result.exit_code == 2
    assert "Name the sites that are counted with --site, or all of them with --all." in result.stderr
