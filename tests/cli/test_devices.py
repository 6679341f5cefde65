"""``camcensus devices``: what is known now, never without how much was looked at."""

import csv
import io
import json

from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.export.hostile import is_harmless
from tests.inventory.building import CAMERA_MAC, HARBOUR, Book, camera, device, encoder

OUT_OF_SIGHT = ("10.0.0.0/29",)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_devices_are_listed_as_they_are_known_now_by_address(camcensus: Camcensus, book: Book) -> None:
    book.sweep(camera("10.0.0.10"), encoder())
    book.sweep(camera("10.0.0.11"), encoder())

    listed = rows(camcensus("devices", "--db", book.db, "--format", "csv").stdout)

    assert [(row["address"], row["verdict"], row["maker"]) for row in listed] == [
        ("10.0.0.9", "other_maker", "Axis"),
        ("10.0.0.11", "flagged", "Hikvision"),
    ]
    assert (listed[1]["mac"], listed[1]["firmware"]) == (CAMERA_MAC, "V5.7.3 build 2022-01-12")
    assert (listed[1]["first_seen"], listed[1]["last_seen"]) == (
        "2026-11-22T02:00:09+00:00",
        "2026-11-23T02:00:09+00:00",
    )


def test_the_list_ends_with_the_coverage_of_each_sites_last_sweep(camcensus: Camcensus, book: Book) -> None:
    book.add(HARBOUR)
    book.sweep(camera("10.0.0.5"))
    book.sweep(covered=["10.0.0.0/30"], gaps=("eth1 is down",))

    said = camcensus("devices", "--db", book.db, "-q").stderr

    assert "Sweep 2 of depot (scan, finished, 2026-11-23 02:00 UTC):" in said
    assert "Coverage: 2 in scope, 0 answered" in said
    assert "Not examined: eth1 is down." in said
    assert "No sweep of harbour has finished yet, so nothing is known" in said


def test_none_found_is_said_with_what_was_covered(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(encoder())

    result = camcensus("devices", "--flagged", "--db", notebook.db)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("No flagged devices.\nSweep 1 of depot")
    assert "254 in scope" in result.stderr


def test_a_gone_device_is_counted_and_listed_on_demand(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(camera("10.0.0.5"), encoder())
    for _ in range(3):
        notebook.sweep(encoder())

    here = camcensus("devices", "--db", notebook.db, "--format", "csv")
    gone = camcensus("devices", "--gone", "--db", notebook.db, "--format", "csv")

    assert [row["address"] for row in rows(here.stdout)] == ["10.0.0.9"]
    assert "1 device; 1 more gone, which --gone lists." in here.stderr
    assert [(row["address"], row["status"], row["missed"]) for row in rows(gone.stdout)] == [
        ("10.0.0.5", "gone", "3")
    ]


def test_a_device_that_no_sweep_looked_for_stays_present(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(encoder())
    for _ in range(3):
        notebook.sweep(covered=OUT_OF_SIGHT)

    (row,) = rows(camcensus("devices", "--db", notebook.db, "--format", "csv").stdout)

    assert row["status"] == "present"


def test_one_site_is_listed_alone(camcensus: Camcensus, notebook: Book) -> None:
    notebook.add(HARBOUR)
    notebook.sweep(camera("10.0.0.5"))
    notebook.sweep(encoder("10.0.0.5"), site="harbour")

    result = camcensus("devices", "--site", "harbour", "--db", notebook.db)

    (line,) = result.stdout.splitlines()
    told = json.loads(line)
    assert (told["type"], told["site"], told["segment"], told["maker"]) == (
        "device",
        "harbour",
        "quay",
        "Axis",
    )
    assert "of depot" not in result.stderr


def test_devices_that_show_a_capability_are_listed_alone_as_they_did_last(
    camcensus: Camcensus, book: Book
) -> None:
    turning = (Field.ONVIF_SCOPE, "type/ptz")
    book.sweep(camera("10.0.0.5", turning), device("10.0.0.6", None, turning), encoder())
    book.sweep(camera("10.0.0.5", turning), device("10.0.0.6", None, (Field.HTTP_SERVER, "Apache")))

    result = camcensus("devices", "--capability", "pan_tilt_zoom", "--db", book.db, "--format", "csv")

    assert [row["address"] for row in rows(result.stdout)] == ["10.0.0.5"]
    assert "1 device known for pan_tilt_zoom, which is unknown of all others.\n" in result.stderr


def test_a_table_shows_hostile_text_as_text(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(device("10.0.0.5", None, (Field.SADP_MODEL, "\x1b[2J[red]x\u202e")))

    result = camcensus("devices", "--db", notebook.db, "--format", "table", COLUMNS="300")

    assert r"\x1b[2J[red]x\u202e" in result.stdout
    assert is_harmless(result.stdout)


def test_an_inventory_that_is_not_there_is_not_made(camcensus: Camcensus, notebook: Book) -> None:
    result = camcensus("devices", "--db", f"{notebook.db}.other")

    assert result.exit_code == 1
    assert "There is no inventory at" in result.stderr


def test_the_environment_names_the_inventory(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(encoder())

    assert '"maker": "Axis"' in camcensus("devices", CAMCENSUS_DB=notebook.db).stdout
