"""``camcensus export``: what the inventory knows beside a scan, and back in again."""

import csv
import io
import json
import os
import stat
import tracemalloc
from pathlib import Path

import pytest

from scanner.export import listing
from scanner.export.row import COLUMNS
from scanner.inventory import query
from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.export.hostile import HOSTILE, is_harmless
from tests.inventory.building import CAMERA_MAC, HARBOUR, Book, camera, device, encoder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def two_nights(book: Book) -> None:
    book.sweep(camera("10.0.0.5"), encoder())
    book.sweep(camera("10.0.0.6", version="V5.7.20"))


def test_the_columns_of_a_scan_are_filled_with_what_only_the_inventory_knows(
    camcensus: Camcensus, book: Book
) -> None:
    two_nights(book)

    exported = camcensus("export", "--db", book.db).stdout

    header, *_ = csv.reader(io.StringIO(exported, newline=""))
    assert header == list(COLUMNS)
    assert [
        (row["schema_version"], row["address"], row["device_id"], row["change"], row["status"])
        for row in rows(exported)
    ] == [
        ("3", "10.0.0.5", "1", "new", "present"),
        ("3", "10.0.0.9", "2", "new", "silent"),
        ("3", "10.0.0.6", "1", "moved; firmware changed", "present"),
    ]
    camera_row = rows(exported)[2]
    assert camera_row["first_seen"] == "2026-11-22T02:00:09+00:00"
    assert (camera_row["mac"], camera_row["firmware_version"]) == (CAMERA_MAC, "V5.7.20")
    assert (camera_row["site"], camera_row["advisories"]) == ("depot", "CVE-2021-36260 possible")


@pytest.mark.parametrize(
    ("chosen", "addresses"),
    [
        (["--sweep", "last"], ["10.0.0.6"]),
        (["--since", "2026-11-23"], ["10.0.0.6"]),
        (["--since", "2026-11-24T00:00"], []),
        (["--flagged"], ["10.0.0.5", "10.0.0.6"]),
        (["--site", "harbour"], []),
        (["--site", "depot", "--sweep", "1", "--flagged"], ["10.0.0.5"]),
    ],
)
def test_a_selection_is_exported_alone(
    chosen: list[str], addresses: list[str], camcensus: Camcensus, notebook: Book
) -> None:
    notebook.add(HARBOUR)
    two_nights(notebook)

    exported = camcensus("export", *chosen, "--db", notebook.db)

    assert [row["address"] for row in rows(exported.stdout)] == addresses


def test_an_export_ends_with_what_was_covered(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(encoder(), gaps=("eth1 is down",))
    notebook.sweep(encoder())

    said = camcensus("export", "--flagged", "--db", notebook.db).stderr

    assert said.startswith("2 sweeps exported, 1 of them incomplete.\nSweep 2 of depot")


def test_changes_have_a_file_of_their_own(camcensus: Camcensus, book: Book) -> None:
    two_nights(book)

    exported = camcensus("export", "--changes", "--since", "2026-11-23", "--db", book.db).stdout

    assert [(row["device_id"], row["change"], row["before"], row["after"]) for row in rows(exported)] == [
        ("1", "moved", "10.0.0.5 (cctv)", "10.0.0.6 (cctv)"),
        ("1", "firmware changed", "V5.7.3 build 2022-01-12", "V5.7.20 build 2022-01-12"),
        ("2", "silent", "10.0.0.9", ""),
    ]
    flagged = camcensus("export", "--changes", "--flagged", "--sweep", "1", "--db", book.db).stdout
    assert [row["maker"] for row in rows(flagged)] == ["Hikvision"]


def test_json_lines_end_with_the_coverage_of_every_sweep(camcensus: Camcensus, book: Book) -> None:
    two_nights(book)

    exported = camcensus("export", "--format", "jsonl", "--db", book.db).stdout

    entries = [json.loads(line) for line in exported.splitlines()]
    assert [entry["type"] for entry in entries] == ["host", "host", "host", "coverage", "coverage"]
    assert entries[2]["change"] == ["moved", "firmware changed"]
    assert entries[2]["advisories"] == [{"id": "CVE-2021-36260", "result": "possible"}]
    assert {entry["schema_version"] for entry in entries} == {3}
    assert [entry["sweep_id"] for entry in entries[3:]] == [entries[0]["sweep_id"], entries[2]["sweep_id"]]


def test_json_lines_of_the_inventory_hold_what_devices_showed_that_they_can(
    camcensus: Camcensus, book: Book
) -> None:
    book.sweep(camera("10.0.0.5", (Field.ONVIF_SCOPE, "type/ptz")), encoder())

    exported = camcensus("export", "--format", "jsonl", "--db", book.db).stdout

    able, other, _ = map(json.loads, exported.splitlines())
    assert (able["capabilities"], other["capabilities"]) == (["pan_tilt_zoom"], [])


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_an_export_that_is_imported_names_the_same_makers(
    kind: str, camcensus: Camcensus, notebook: Book, tmp_path: Path
) -> None:
    notebook.sweep(camera("10.0.0.5", (Field.HTTP_SERVER, "DNVRS-Webs")), encoder())
    file = tmp_path / f"depot.{kind}"

    exported = camcensus("export", "-o", file, "--db", notebook.db)
    imported = camcensus("import", kind, file, "--format", "csv")

    assert (exported.exit_code, imported.exit_code) == (0, 0), imported.stderr
    assert [(row["address"], row["verdict"], row["maker"]) for row in rows(imported.stdout)] == [
        ("10.0.0.5", "flagged", "Hikvision"),
        ("10.0.0.9", "other_maker", "Axis"),
    ]


def test_a_file_is_whole_and_for_its_owner_only(camcensus: Camcensus, notebook: Book, tmp_path: Path) -> None:
    two_nights(notebook)
    file = tmp_path / "depot.csv"
    file.write_text("of yesterday")

    camcensus("export", "-o", file, "--db", notebook.db)

    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert len(rows(file.read_text())) == 3


def test_a_place_that_cannot_be_written_is_refused(
    camcensus: Camcensus, notebook: Book, tmp_path: Path
) -> None:
    result = camcensus("export", "-o", tmp_path / "missing" / "depot.csv", "--db", notebook.db)

    assert result.exit_code == 2
    assert "No file can be written in" in result.stderr


def test_hostile_text_is_stored_and_stays_in_its_cell(camcensus: Camcensus, book: Book) -> None:
    book.sweep(*(device(f"10.0.0.{n}", None, (Field.SADP_MODEL, text)) for n, text in enumerate(HOSTILE, 1)))

    exported = camcensus("export", "--db", book.db).stdout

    assert is_harmless(exported)
    assert {len(row) for row in csv.reader(io.StringIO(exported, newline=""))} == {32}


def test_a_long_history_is_written_in_constant_memory(
    camcensus: Camcensus, notebook: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "ROWS_AT_ONCE", 20)
    monkeypatch.setattr(listing, "ROWS_AT_ONCE", 20)
    night = [device(f"10.0.0.{n}", None, (Field.HTTP_SERVER, "Boa")) for n in range(1, 61)]
    peaks = []
    for count in (1, 10, 20):
        for _ in range(count):
            notebook.sweep(*night)
        tracemalloc.start()
        camcensus("export", "-o", tmp_path / "all.csv", "--db", notebook.db)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert len(rows((tmp_path / "all.csv").read_text())) == 31 * 60
    # The first one also pays for what every export needs; from then on rows alone are added.
    assert peaks[2] < 1.5 * peaks[1]
