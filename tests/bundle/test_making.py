"""Making bundles: what is in them, that the same gives the same, and that size costs no memory."""

import csv
import gzip
import json
import stat
import tarfile
import tracemalloc
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.bundle import manifest, version
from scanner.bundle.making import Form, Order, make
from scanner.export.redaction import Level, Redaction
from scanner.inventory.contract import FindingRow, Kept, SweepRow
from scanner.matching.database import shipped_root
from tests.bundle.conftest import KEY, bundled
from tests.inventory.building import CAMERA_MAC, CAMERA_SERIAL, Book


def members(path: Path) -> dict[str, bytes]:
    """Read a bundle as anybody would who has tar."""
    with tarfile.open(path) as archive:
        files = {info.name: archive.extractfile(info) for info in archive.getmembers()}
        return {name: file.read() for name, file in files.items() if file}


def entries(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def test_a_bundle_holds_findings_evidence_coverage_authorisation_and_versions(bundle: Path) -> None:
    found = members(bundle)

    assert list(found) == [
        *("manifest.json", "manifest.sha256", "findings.csv", "evidence.jsonl.gz", "sweeps.jsonl"),
        *("site.json", "versions.json"),
    ]
    rows = list(csv.DictReader(found["findings.csv"].decode().splitlines()))
    assert [(row["address"], row["maker"]) for row in rows] == [
        ("10.0.0.5", "Hikvision"),
        ("10.0.0.9", "Axis"),
        ("10.0.0.20", ""),
        ("10.0.0.6", "Hikvision"),
    ]
    sweeps = entries(found["sweeps.jsonl"])
    assert [(one["number"], one["coverage"]["in_scope"], one["coverage"]["gaps"]) for one in sweeps] == [
        (1, 254, []),
        (2, 254, ["10.0.0.9 is down"]),
    ]
    assert sweeps[0]["coverage"]["ranges"] == [["10.0.0.1", "10.0.0.254"]]
    site = json.loads(found["site.json"])
    assert site["authorisation"] == {"by": "A. Auditor", "until": "2027-03-31", "reference": "REF-77"}


def test_the_evidence_holds_the_bytes_that_were_sent(bundle: Path) -> None:
    shown = entries(gzip.decompress(members(bundle)["evidence.jsonl.gz"]))

    assert [one["address"] for one in shown] == ["10.0.0.5", "10.0.0.9", "10.0.0.20", "10.0.0.6"]
    messages = [b64decode(message) for message in shown[0]["hosts"][0]["messages"]]
    assert b"HTTP/1.1 200 OK\r\nsadp.software_version: V5.7.3build 220112" in messages


def test_the_same_sweeps_give_the_same_bytes_for_the_eyes_of_their_owner_only(
    book: Book, tmp_path: Path
) -> None:
    one, other = bundled(book, tmp_path / "one.tar"), bundled(book, tmp_path / "other.tar")

    assert one.read_bytes() == other.read_bytes()
    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("*.tar*")) == ["one.tar", "other.tar"]


def test_one_sweep_alone_can_be_bundled(book: Book, tmp_path: Path) -> None:
    found = members(bundled(book, tmp_path / "a.tar", sweep="1"))

    assert [one["number"] for one in entries(found["sweeps.jsonl"])] == [1]
    assert found["findings.csv"].count(b"\r\n") == 4


@pytest.mark.parametrize("level", [Level.ADDRESSES, Level.SITES])
def test_no_address_survives_redaction(level: Level, book: Book, tmp_path: Path) -> None:
    found = members(bundled(book, tmp_path / "a.tar", level))
    whole = b"".join(found.values()).decode()

    assert manifest.EVIDENCE not in found
    for secret in ("10.0.0.", CAMERA_MAC, CAMERA_SERIAL, "507412345"):
        assert secret not in whole


def test_no_site_survives_the_strictest_redaction(book: Book, tmp_path: Path) -> None:
    whole = b"".join(members(bundled(book, tmp_path / "a.tar", Level.SITES)).values()).decode()

    for secret in ("depot", "Ministry", "Long Lane", "jo@works", "Auditor", "REF-77"):
        assert secret not in whole
    assert '"role": "cctv"' in whole


def test_redacted_findings_still_tell_one_device_from_another(book: Book, tmp_path: Path) -> None:
    found = members(bundled(book, tmp_path / "a.tar", Level.ADDRESSES))
    first, second, _third, again = csv.DictReader(found["findings.csv"].decode().splitlines())

    assert first["mac"] == again["mac"] != second["mac"]
    assert first["serial"] == again["serial"] != ""
    assert first["maker"] == "Hikvision"


def test_a_failure_leaves_what_stood_there(book: Book, tmp_path: Path) -> None:
    place = tmp_path / "a.tar"
    place.write_bytes(b"the last one")

    def failing(_finding: FindingRow) -> tuple[object, ...]:
        raise OSError(28, "No space left on device")

    order = Order(book.inventory.site("depot"), book.inventory.sweeps(), Redaction(Level.NONE, KEY), "1", {})
    with pytest.raises(OSError, match="No space left"):
        make(place, book.inventory, order, Form(("schema_version",), failing))

    assert place.read_bytes() == b"the last one"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".tar") == ["a.tar"]


class Crowd:
    """An inventory of many devices that all look alike, made as they are asked for."""

    def __init__(self, finding: FindingRow, kept: tuple[Kept, ...], count: int) -> None:
        self._finding, self._kept, self._count = finding, kept, count

    def findings(self, *, sweep: int) -> Iterator[FindingRow]:
        return (self._finding._replace(number=number, device=number) for number in range(self._count))

    def evidence_of(self, findings: list[int]) -> dict[int, tuple[Kept, ...]]:
        return dict.fromkeys(findings, self._kept)


def test_a_site_of_any_size_takes_the_same_memory(book: Book, tmp_path: Path) -> None:
    finding, *_others = book.inventory.findings()
    kept, sweeps = book.inventory.evidence(finding.number), book.inventory.sweeps()[:1]

    def peak(count: int) -> int:
        tracemalloc.start()
        crowd: Any = Crowd(finding, kept, count)
        order = Order(book.inventory.site("depot"), sweeps, Redaction(Level.NONE, KEY), "1", {})
        row: Form = Form(("device_id",), lambda one: (one.device,))
        make(tmp_path / "crowd.tar", crowd, order, row)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small = peak(200)

    assert peak(4000) < 1.5 * small


def test_evidence_that_would_fill_memory_is_left_out_and_said(
    book: Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("scanner.bundle.evidence.MAX_LINE_BYTES", 300)

    shown = entries(gzip.decompress(members(bundled(book, tmp_path / "a.tar"))["evidence.jsonl.gz"]))

    assert [one.get("left_out") for one in shown] == [1, None, None, 1]


def test_digests_change_with_the_data_and_leave_out_what_python_writes(tmp_path: Path) -> None:
    (tmp_path / "makers").mkdir()
    (tmp_path / "makers" / "a.toml").write_text("a")
    before = version.digests(tmp_path)
    (tmp_path / "makers" / "__pycache__").mkdir()
    (tmp_path / "makers" / "__pycache__" / "tables.json").write_text("x")

    assert version.digests(tmp_path) == before
    (tmp_path / "makers" / "a.toml").write_text("b")
    after = version.digests(tmp_path)
    assert (after["makers"], after["all"]) != (before["makers"], before["all"])
    assert {"makers", "oui", "policies", "all"} <= version.digests(shipped_root()).keys()


def test_a_sweep_is_named_by_its_end(book: Book) -> None:
    sweeps: tuple[SweepRow, ...] = book.inventory.sweeps()
    order = Order(book.inventory.site("depot"), sweeps, Redaction(Level.NONE, KEY), "1", {})

    assert order.until == sweeps[-1].ended_at
