"""``camcensus conflicts``: what stands at two sites by the same number, in neutral words."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Camcensus
from tests.cli.estate import ANNEX, MINISTRY, camera, rows
from tests.inventory.building import Book, encoder


@pytest.fixture
def estate(notebook: Book) -> Book:
    """A camera at the ministry, gone from there, and one of its serial number at the annex."""
    notebook.add(MINISTRY)
    notebook.add(ANNEX)
    notebook.sweep(camera(1), encoder("10.0.0.9"), site="ministry")
    notebook.sweep(encoder("10.0.0.9"), site="ministry")
    notebook.sweep(camera(1, model="DS-2CD2042WD-I"), site="annex")
    return notebook


def test_one_row_holds_both_devices_the_one_seen_last_second(camcensus: Camcensus, estate: Book) -> None:
    told = camcensus("conflicts", "--format", "csv", "--db", estate.db)

    (row,) = rows(told)
    assert told.exit_code == 3
    assert (row["same"], row["value"]) == ("serial number", "DS-2CD2032-I20150101AACH507412301")
    first = ("site", "address", "status", "model", "last_seen")
    assert [row[name] for name in first] == [
        *("ministry", "10.0.0.1", "gone", "DS-2CD2032-I", "2026-11-22T02:00:09+00:00")
    ]
    assert [row[f"other_{name}"] for name in first] == [
        *("annex", "10.0.0.1", "present", "DS-2CD2042WD-I", "2026-11-24T02:00:09+00:00")
    ]
    assert row["device_id"] != row["other_device_id"]


def test_the_list_accuses_nobody_and_ends_with_the_coverage(camcensus: Camcensus, estate: Book) -> None:
    told = camcensus("conflicts", "--format", "table", "--db", estate.db)

    assert "1 pair of devices at two sites has the same serial number, ONVIF UUID or MAC." in told.stderr
    assert "Sweep 3 of annex (scan, finished" in told.stderr
    assert "Sweep 2 of ministry (scan, finished" in told.stderr
    for word in ("copied", "stolen", "moved", "clone", "fake"):
        assert word not in told.stdout + told.stderr


def test_a_file_gets_the_format_of_its_suffix(camcensus: Camcensus, estate: Book, tmp_path: Path) -> None:
    listed = tmp_path / "conflicts.jsonl"

    assert camcensus("conflicts", "-o", listed, "--db", estate.db).stdout == ""

    entry = json.loads(listed.read_text())
    assert (entry["type"], entry["site"], entry["other_site"]) == ("conflict", "ministry", "annex")
    assert listed.stat().st_mode & 0o777 == 0o600
    refused = camcensus("conflicts", "-o", listed, "--format", "table", "--db", estate.db)
    assert (refused.exit_code, "A table is for a terminal" in refused.stderr) == (2, True)


def test_without_a_conflict_it_ends_with_zero(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(camera(1))

    told = camcensus("conflicts", "--format", "csv", "--db", notebook.db)

    assert (told.exit_code, rows(told)) == (0, [])
    assert "Nothing is known by the same serial number, ONVIF UUID or MAC at two sites." in told.stderr
