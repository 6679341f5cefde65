"""``camcensus reconcile``: an asset list against the inventory, in both directions."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Camcensus
from tests.export.hostile import is_harmless
from tests.inventory.building import CAMERA_MAC, CAMERA_SERIAL, Book, camera, encoder

HEADER = "Asset,Serial no.,MAC,IP,Make,Model,Location\n"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return tmp_path / "register.csv"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def told(text: str) -> list[tuple[str, str, str]]:
    return [(row["result"], row["reference"], row["address"]) for row in rows(text)]


def test_what_is_found_and_what_is_on_paper_is_listed_both_ways(
    camcensus: Camcensus, book: Book, register: Path
) -> None:
    book.sweep(camera("10.0.0.5"), encoder())
    register.write_text(
        f"{HEADER}CAM-1,507412345,,,Hikvision,,CCTV\nCAM-2,,,10.0.0.77,Axis,M3046-V,\nCAM-3,,,10.9.0.1,,,\n"
    )

    result = camcensus("reconcile", register, "--site", "depot", "--db", book.db, "--format", "csv")

    assert result.exit_code == 3
    assert told(result.stdout) == [
        ("not found", "CAM-2", "10.0.0.77"),
        ("cannot tell", "CAM-3", "10.9.0.1"),
        ("not on paper", "", "10.0.0.9"),
    ]
    assert "1 not on paper; 1 not found; 1 cannot tell.\nSweep 1 of depot" in result.stderr
    assert "Coverage: 254 in scope" in result.stderr


def test_paper_that_says_the_same_ends_with_0(camcensus: Camcensus, book: Book, register: Path) -> None:
    book.sweep(camera("10.0.0.5"), encoder())
    register.write_text(
        f"{HEADER}CAM-1,{CAMERA_SERIAL},{CAMERA_MAC},10.0.0.5,Hikvision,,\nENC-1,,,10.0.0.9,,,\n"
    )

    result = camcensus("reconcile", register, "--site", "depot", "--db", book.db)

    assert (result.exit_code, result.stdout) == (0, "")
    assert "Paper and inventory say the same." in result.stderr


def test_what_both_tell_differently_is_listed_with_both(
    camcensus: Camcensus, notebook: Book, register: Path
) -> None:
    notebook.sweep(camera("10.0.0.5"))
    register.write_text(f"{HEADER}CAM-1,507412345,,10.0.0.8,Axis,,\n")

    result = camcensus("reconcile", register, "--site", "depot", "--db", notebook.db, "--format", "jsonl")

    entry = json.loads(result.stdout)
    assert (result.exit_code, entry["type"], entry["device_id"]) == (3, "reconciliation", 1)
    assert entry["differing"] == ["maker: Axis, found Hikvision", "address: 10.0.0.8, found 10.0.0.5"]
    assert entry["reason"] == "Known by part of its serial number."


def test_what_was_not_covered_is_not_said_to_be_missing(
    camcensus: Camcensus, notebook: Book, register: Path
) -> None:
    notebook.sweep(covered=["10.0.0.0/25"], gaps=("eth1 is down",))
    register.write_text(f"{HEADER}CAM-1,507412345,,,,,\nCAM-2,,,10.0.0.200,,,\n")

    result = camcensus("reconcile", register, "--site", "depot", "--db", notebook.db, "--format", "csv")

    assert result.exit_code == 4
    assert {row["result"] for row in rows(result.stdout)} == {"cannot tell"}


def test_columns_of_any_name_can_be_mapped(camcensus: Camcensus, notebook: Book, register: Path) -> None:
    notebook.sweep(camera("10.0.0.5"))
    register.write_text("Kennung;Wer\n507412345;Jo\n")
    options = ("--map", "serial=Kennung", "--map", "reference=Wer")

    result = camcensus("reconcile", register, "--site", "depot", "--db", notebook.db, *options)

    assert result.exit_code == 0
    assert "1 assets; reference from 'Wer', serial from 'Kennung'." in result.stderr


def test_only_flagged_devices_can_be_asked_for(camcensus: Camcensus, notebook: Book, register: Path) -> None:
    notebook.sweep(camera("10.0.0.5"), encoder())
    register.write_text(HEADER)
    options = ("--flagged", "--format", "csv")

    result = camcensus("reconcile", register, "--site", "depot", "--db", notebook.db, *options)

    assert told(result.stdout) == [("not on paper", "", "10.0.0.5")]


@pytest.mark.parametrize(
    ("content", "options", "complaint"),
    [
        (HEADER.encode("utf-16") + b"\xd8", (), "is not text in UTF-16"),
        (b"\x81\x8d\n", (), "is not text in UTF-8"),
        (("a," * 999 + "a\n").encode(), (), "has 1000 columns"),
        (b"colour\nred\n", (), "No column of"),
        (b"serial\nX\n", ("--map", "serial=S/N"), "has no column 'S/N'"),
        (b"serial\nX\n", ("--map", "colour=serial"), "does not say which column tells what"),
        (b"serial\nX\n", ("--map", "serial=serial", "--map", "serial=serial"), "names serial twice"),
        (b"serial\nX\n", (), "No sweep of depot has finished yet"),
        (None, (), "cannot be read"),
    ],
)
def test_a_list_that_cannot_be_used_changes_nothing(
    content: bytes | None,
    options: tuple[str, ...],
    complaint: str,
    camcensus: Camcensus,
    notebook: Book,
    register: Path,
) -> None:
    if content is not None:
        register.write_bytes(content)

    result = camcensus("reconcile", register, "--site", "depot", "--db", notebook.db, *options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_an_unknown_site_is_named(camcensus: Camcensus, notebook: Book, register: Path) -> None:
    register.write_text(HEADER)

    result = camcensus("reconcile", register, "--site", "nowhere", "--db", notebook.db)

    assert result.exit_code == 2
    assert "There is no site named 'nowhere'" in result.stderr


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_hostile_list_is_harmless_to_look_at(
    form: str, camcensus: Camcensus, notebook: Book, register: Path
) -> None:
    notebook.sweep(encoder())
    register.write_text(f"{HEADER}\"=cmd|' /C calc'!A0\",\x1b[31mX\x1b[0m123456,,,,,\n")

    result = camcensus("reconcile", register, "--site", "depot", "--db", notebook.db, "--format", form)

    assert is_harmless(result.stdout.replace("\r\n", "\n"))
    assert "\x1b" not in result.stderr


def test_the_list_can_come_from_standard_input(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(camera("10.0.0.5"))

    result = camcensus("reconcile", "-", "--site", "depot", "--db", notebook.db, said="serial\n507412345\n")

    assert result.exit_code == 0
    assert "Read from standard input: 1 assets" in result.stderr
