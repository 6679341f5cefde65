"""--redact: every export leaves out what it is told to, and is for its owner's eyes only."""

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Camcensus
from tests.cli.estate import MINISTRY, camera
from tests.inventory.building import Book

SEEN = "\n".join(
    json.dumps({"host": "10.0.0.5", **fact})
    for fact in (
        {"field": "sadp.software_version", "value": "V5.6.2build 190701"},
        {"field": "sadp.serial_number", "value": "DS-2CD2385G1-I20200414AAWRE33842150"},
        {"field": "html_title", "value": "Gate of Northgate 10.0.0.5"},
        {"mac": "58:50:ed:1f:e3:85"},
    )
)
SECRETS = ("10.0.0.", "58:50:ed", "c0:56:e3", "AAWRE33842150", "AACH5074123")


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_other_tools_saw_is_written_without_addresses(
    form: str, camcensus: Camcensus, tmp_path: Path
) -> None:
    file = tmp_path / f"seen.{form}"
    asked = ("judge", "--site", "Northgate", "-o", file)

    camcensus(*asked, "--redact", "addresses", said=SEEN)
    addresses = file.read_text()
    camcensus(*asked, "--redact", "sites", said=SEEN)
    sites = file.read_text()

    assert [secret for secret in SECRETS if secret in addresses + sites] == []
    assert "Northgate" in addresses
    assert "Northgate" not in sites
    assert "flagged" in sites
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("more", [(), ("--changes",)])
def test_an_export_out_of_the_inventory_is_written_without_addresses(
    form: str, more: tuple[str, ...], camcensus: Camcensus, notebook: Book, tmp_path: Path
) -> None:
    notebook.add(MINISTRY)
    notebook.sweep(camera(1), camera(2), site="ministry")
    file = tmp_path / f"export.{form}"

    camcensus("export", "--redact", "sites", *more, "-o", file, "--db", notebook.db)

    said = file.read_text()
    assert [secret for secret in (*SECRETS, "ministry", "cctv") if secret in said] == []
    assert "Hikvision" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_it_nothing_is_taken_out(camcensus: Camcensus) -> None:
    told = camcensus("judge", "--format", "jsonl", said=SEEN).stdout

    assert "10.0.0.5" in told
    assert json.loads(told.splitlines()[0])["matches"]


def test_a_table_for_a_terminal_is_redacted_too(camcensus: Camcensus, tmp_path: Path) -> None:
    shown = camcensus("judge", "--redact", "addresses", "-o", tmp_path / "seen.csv", said=SEEN).stdout

    assert [secret for secret in SECRETS if secret in shown] == []
    assert "Hikvision" in shown
