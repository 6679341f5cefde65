"""Listed advisories from file to output."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Camcensus

ADVISORIES = """schema = 1
as_of = "2026-01-31"
[maker]
id = "acme"
models = ['^AC-']

[[advisory]]
id = "CVE-2099-1"
title = "A title"
kev = false
sources = ["made up for tests"]

[[range]]
advisories = ["CVE-2099-1"]
products = "AC-1"
models = ['^AC-1$']
match = "version+build"
through = "V1.2 build 200101"
"""
CAMERA = (
    '{"host": "10.0.0.5", "field": "http_header.server", "value": "Acme-Webs/AC-1"}\n'
    '{"host": "10.0.0.5", "field": "onvif.firmware_version", "value": "V1.1 build 190101"}\n'
)


@pytest.fixture
def advisories(signatures: Path) -> Path:
    """The advisory file of a signature directory."""
    (signatures / "advisories").mkdir()
    file = signatures / "advisories" / "acme.toml"
    file.write_text(ADVISORIES)
    return file


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """What was told of a camera that the advisory lists."""
    file = tmp_path / "told.jsonl"
    file.write_text(CAMERA)
    return file


def test_a_user_s_advisory_reaches_csv_and_json_lines(
    camcensus: Camcensus, signatures: Path, advisories: Path, told: Path
) -> None:
    asked = ("judge", told, "--signatures", signatures, "-o", "-", "--format")

    (row,) = csv.DictReader(io.StringIO(camcensus(*asked, "csv").stdout))
    host = json.loads(camcensus(*asked, "jsonl").stdout.splitlines()[0])

    assert advisories.exists()
    assert list(row)[21] == "advisories"
    assert row["advisories"] == "CVE-2099-1 affected"
    assert [one["result"] for one in host["advisories"]] == ["affected"]


def test_a_sound_advisory_file_is_good(camcensus: Camcensus, signatures: Path, advisories: Path) -> None:
    result = camcensus("signatures", "validate", signatures)

    assert advisories.exists()
    assert (result.exit_code, result.stdout) == (0, ""), result.stdout


def test_a_broken_advisory_file_is_named_with_its_line(
    camcensus: Camcensus, signatures: Path, advisories: Path
) -> None:
    advisories.write_text(ADVISORIES.replace("V1.2 build 200101", "soon"))

    result = camcensus("signatures", "validate", signatures)

    assert result.exit_code == 2
    assert result.stdout.startswith(f"{advisories}:18: ")
    assert "must not be used as they are" in result.stderr


def test_nothing_is_judged_with_a_broken_advisory_file(
    camcensus: Camcensus, signatures: Path, advisories: Path, told: Path
) -> None:
    advisories.write_text(ADVISORIES.replace("kev = false\n", ""))

    result = camcensus("judge", told, "--signatures", signatures)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{advisories}:7: " in result.stderr
