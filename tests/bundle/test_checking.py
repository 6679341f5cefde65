"""Checking bundles: one altered byte is found, wherever it is, and hostile archives cost next to nothing."""

import csv
import gzip
import io
import json
import random
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.bundle import archive, manifest
from scanner.bundle.archive import Altered
from scanner.bundle.checking import Report, check
from scanner.bundle.evidence import read
from scanner.bundle.sweep import Knowledge
from scanner.errors import UsageProblem
from scanner.export.redaction import Level
from scanner.inventory.contract import Versions
from scanner.matching.database import Database
from scanner.model.field import Field
from tests.bundle.conftest import SITE, bundled
from tests.export.hostile import HOSTILE
from tests.inventory.building import Book, camera, device, encoder

Check = Callable[[bytes], Report]
Members = dict[str, bytes]


@pytest.fixture
def checked(signatures: Database, today: Knowledge) -> Check:
    return lambda data: check(io.BytesIO(data), signatures, today)


@pytest.fixture
def notebook_bundle(tmp_path: Path, signatures: Database, today: Knowledge) -> bytes:
    """A bundle that is checked again and again, on SQLite alone."""
    with Book(str(tmp_path / "notebook.sqlite3"), signatures) as book:
        book.versions = Versions(today[0], today[1], signatures.registry.published)
        book.add(SITE)
        book.sweep(camera("10.0.0.5"), encoder())
        return bundled(book, tmp_path / "small.tar").read_bytes()


def members(data: bytes) -> Members:
    stream = io.BytesIO(data)
    found = list(archive.pieces(stream))
    return {one.name: data[one.offset : one.offset + one.size] for one in found}


def time_of(data: bytes) -> int:
    return next(archive.pieces(io.BytesIO(data))).time_s


def rebuilt(data: bytes, changed: Members, *, is_listed: bool = False) -> bytes:
    """Return a bundle with other members, whose manifest lists them anew where somebody went that far."""
    found = members(data) | changed
    if is_listed:
        entry = json.loads(found[manifest.MANIFEST])
        for member in entry["members"]:
            content = found[member["name"]]
            member["size"] = len(content)
            member["sha256"] = manifest.checksum(content).decode()[:64]
        found[manifest.MANIFEST] = f"{json.dumps(entry, indent=1)}\n".encode()
        found[manifest.MANIFEST_SUM] = manifest.checksum(found[manifest.MANIFEST])
    return composed(found, time_of(data))


def composed(found: Members, time_s: int) -> bytes:
    out = io.BytesIO()
    archive.write(out, [(name, io.BytesIO(content)) for name, content in found.items()], time_s)
    return out.getvalue()


def test_a_bundle_is_intact_and_its_findings_follow_from_its_evidence(
    bundle: Path, checked: Check, today: Knowledge
) -> None:
    report = checked(bundle.read_bytes())

    assert (report.problems, report.judged, report.unjudged, report.others) == ([], 4, 0, 0)
    assert report.knowledge == {today}


def test_a_redacted_bundle_is_intact_without_evidence(book: Book, tmp_path: Path, checked: Check) -> None:
    report = checked(bundled(book, tmp_path / "r.tar", Level.SITES).read_bytes())

    assert (report.problems, report.judged) == ([], 0)


def test_what_hostile_devices_say_comes_out_of_the_bundle_as_it_went_in(
    book: Book, tmp_path: Path, checked: Check
) -> None:
    names = (Field.SADP_SERIAL, Field.SADP_MODEL, Field.SADP_SOFTWARE, Field.DHCP_HOSTNAME, Field.HTTP_SERVER)
    told = (*HOSTILE, "\ud800", "a" * 5000, '"', "'=1", "\u2028\r\n;,\t")
    shown = [
        device(f"10.0.0.{number}", None, *((name, text) for name in names))
        for number, text in enumerate(told, 30)
    ]
    book.sweep(*shown)

    report = checked(bundled(book, tmp_path / "hostile.tar", sweep="3").read_bytes())

    assert (report.problems, report.judged) == ([], len(told))


def test_one_altered_byte_is_found_wherever_it_is(notebook_bundle: bytes, checked: Check) -> None:
    chance = random.Random(9)
    places = {0, 512, 600, len(notebook_bundle) - 1, len(notebook_bundle) - 1024}
    places |= {chance.randrange(len(notebook_bundle)) for _ in range(400)}

    unseen = [place for place in sorted(places) if not checked(_flipped(notebook_bundle, place)).problems]

    assert unseen == []


@pytest.mark.parametrize(
    "name",
    ["findings.csv", "evidence.jsonl.gz", "sweeps.jsonl", "site.json", "versions.json"],
)
def test_the_altered_member_is_named(name: str, notebook_bundle: bytes, checked: Check) -> None:
    piece = next(one for one in archive.pieces(io.BytesIO(notebook_bundle)) if one.name == name)

    report = checked(_flipped(notebook_bundle, piece.offset + piece.size // 2))

    assert report.problems == [f"{name} was altered: its SHA-256 is not that of the manifest."]


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sha256"])
def test_an_altered_manifest_or_its_checksum_is_told(
    name: str, notebook_bundle: bytes, checked: Check
) -> None:
    piece = next(one for one in archive.pieces(io.BytesIO(notebook_bundle)) if one.name == name)

    report = checked(_flipped(notebook_bundle, piece.offset + piece.size // 2))

    assert report.problems[0] == ("manifest.json and manifest.sha256 do not agree: one of them was altered.")


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :]


def test_bytes_behind_the_end_are_found(notebook_bundle: bytes, checked: Check) -> None:
    assert "does not end as it was written" in checked(notebook_bundle + b"\0").problems[0]


def test_a_missing_member_is_named(notebook_bundle: bytes, checked: Check) -> None:
    found = members(notebook_bundle)
    del found[manifest.SWEEPS]

    assert checked(composed(found, time_of(notebook_bundle))).problems == ["sweeps.jsonl is missing."]


def test_an_additional_member_is_named(notebook_bundle: bytes, checked: Check) -> None:
    data = composed(members(notebook_bundle) | {"../../etc/passwd": b"x"}, time_of(notebook_bundle))

    assert checked(data).problems == ["../../etc/passwd is in the bundle and not in the manifest."]


def test_a_member_that_the_manifest_was_made_to_list_is_named(notebook_bundle: bytes, checked: Check) -> None:
    found = members(notebook_bundle) | {"note.txt": b"x"}
    entry = json.loads(found[manifest.MANIFEST])
    entry["members"].append({"name": "note.txt", "size": 1, "sha256": manifest.checksum(b"x").decode()[:64]})
    found[manifest.MANIFEST] = json.dumps(entry).encode()
    found[manifest.MANIFEST_SUM] = manifest.checksum(found[manifest.MANIFEST])

    problems = checked(composed(found, time_of(notebook_bundle))).problems

    assert problems == ["The manifest lists note.txt, which belongs in no such bundle."]


def test_a_name_that_stands_there_twice_is_named(notebook_bundle: bytes, checked: Check) -> None:
    out = io.BytesIO()
    twice = [*members(notebook_bundle).items(), (manifest.FINDINGS, b"other findings")]
    archive.write(out, [(name, io.BytesIO(data)) for name, data in twice], time_of(notebook_bundle))

    assert checked(out.getvalue()).problems == ["findings.csv stands in the bundle more than once."]


def test_findings_that_were_altered_with_their_checksums_do_not_follow_from_the_evidence(
    notebook_bundle: bytes, checked: Check
) -> None:
    findings = members(notebook_bundle)[manifest.FINDINGS].replace(b"flagged,confirmed", b"not_matched,none")

    problems = checked(rebuilt(notebook_bundle, {manifest.FINDINGS: findings}, is_listed=True)).problems

    assert problems[0] == (
        "The finding of device 1 at 10.0.0.5 does not follow from its evidence: verdict is not_matched, and "
        "judged again flagged."
    )


def test_a_finding_that_was_left_out_with_its_checksum_is_missed(
    notebook_bundle: bytes, checked: Check
) -> None:
    lines = members(notebook_bundle)[manifest.FINDINGS].splitlines(keepends=True)

    cut = rebuilt(notebook_bundle, {manifest.FINDINGS: lines[0] + lines[2]}, is_listed=True)

    assert checked(cut).problems == ["The evidence is not that of the findings, line by line."]


def test_what_other_signatures_say_is_shown_and_no_tampering(
    notebook_bundle: bytes, signatures: Database, today: Knowledge
) -> None:
    findings = members(notebook_bundle)[manifest.FINDINGS].replace(b"flagged,confirmed", b"not_matched,none")
    data = rebuilt(notebook_bundle, {manifest.FINDINGS: findings}, is_listed=True)

    report = check(io.BytesIO(data), signatures, ("0.2.0", "other", today[2]))

    assert (report.problems, report.judged, report.others) == ([], 2, 1)
    assert [(one.column, one.bundled, one.again) for one in report.differences] == [
        ("verdict", "not_matched", "flagged"),
        ("tier", "none", "confirmed"),
    ]


def test_every_member_keeps_the_time_of_the_bundle(notebook_bundle: bytes, checked: Check) -> None:
    moved = composed(members(notebook_bundle), time_of(notebook_bundle) + 1)

    assert "The time of findings.csv was altered." in checked(moved).problems


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04" + bytes(600), bytes(2048), b"manifest"])
def test_what_is_no_bundle_is_refused(data: bytes, checked: Check) -> None:
    with pytest.raises(UsageProblem, match="no audit bundle"):
        checked(data)


def test_the_archive_of_another_program_is_refused(checked: Check) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        made.addfile(tarfile.TarInfo("/etc/passwd"))

    with pytest.raises(UsageProblem, match="no audit bundle"):
        checked(out.getvalue())


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.XHDTYPE])
def test_links_directories_and_extensions_are_no_members(
    kind: bytes, notebook_bundle: bytes, checked: Check
) -> None:
    info = tarfile.TarInfo("findings.csv")
    info.type, info.linkname = kind, "/etc/passwd"
    end = len(notebook_bundle) - 2 * archive.BLOCK_BYTES
    data = notebook_bundle[:end] + info.tobuf(tarfile.USTAR_FORMAT) + bytes(1024)

    assert "is not as camcensus writes it" in checked(data).problems[0]


@pytest.mark.parametrize("size", [2**33, -1, 10**30])
def test_a_lying_length_is_refused(size: int, checked: Check) -> None:
    info = tarfile.TarInfo(manifest.MANIFEST)
    info.size = size
    try:
        header = info.tobuf(tarfile.GNU_FORMAT)
    except ValueError:
        header = archive.header(manifest.MANIFEST, 8 * 1024**3 - 1, 0)

    report = checked(header + bytes(1024))

    assert report.manifest is None
    assert "What follows could not be checked." in report.problems[0]


def test_more_members_than_a_bundle_can_have_are_not_looked_at(
    notebook_bundle: bytes, checked: Check
) -> None:
    many = members(notebook_bundle) | {f"n{number}": b"" for number in range(10_000)}

    problems = checked(composed(many, time_of(notebook_bundle))).problems

    assert problems[0] == "It has more than 32 members. What follows could not be checked."


def test_a_huge_manifest_is_not_read(notebook_bundle: bytes, checked: Check) -> None:
    huge = rebuilt(notebook_bundle, {manifest.MANIFEST: b"[" * 200_000})

    assert checked(huge).problems == ["manifest.json is too large."]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"[" * 60_000, "it is not JSON"),
        (b"{}", "it does not say that it is one"),
        (b'{"kind": "camcensus audit bundle", "schema": 99}', "its schema is 99"),
        (b'{"kind": "camcensus audit bundle", "schema": 1, "site": 7}', "something in it is missing"),
    ],
)
def test_a_manifest_that_is_none_is_said(
    content: bytes, complaint: str, notebook_bundle: bytes, checked: Check
) -> None:
    changed = {manifest.MANIFEST: content, manifest.MANIFEST_SUM: manifest.checksum(content)}

    assert complaint in checked(rebuilt(notebook_bundle, changed)).problems[0]


@pytest.mark.parametrize("line", [bytes(300 * 1024 * 1024), b"{}\n" * 100_000_000], ids=["one line", "many"])
def test_evidence_that_unpacks_to_gigabytes_is_given_up(
    line: bytes, notebook_bundle: bytes, checked: Check
) -> None:
    bomb = gzip.compress(line, 9)
    del line
    tracemalloc.start()

    problems = checked(rebuilt(notebook_bundle, {manifest.EVIDENCE: bomb}, is_listed=True)).problems
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert problems
    assert most < 400 * 1024 * 1024


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[" * 100_000,
        b'{"sweep_id": 7, "device_id": 1, "address": "10.0.0.5", "mac": null, "hosts": []}',
        b'{"sweep_id": "a", "device_id": 1, "address": "10.0.0.5", "mac": null, "hosts": [7]}',
        b'{"sweep_id": "a", "device_id": 1, "address": "10.0.0.5", "mac": null, "hosts": {"a": 1}}',
        b"\xff\xfe",
    ],
)
def test_a_line_of_evidence_that_is_none_is_refused(line: bytes) -> None:
    with pytest.raises(Altered):
        read(line)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_a_bundle_of_any_bytes_is_refused_or_differs(
    notebook_bundle: bytes, checked: Check, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(notebook_bundle) - 1))
    length = data.draw(st.integers(1, 600))
    put = data.draw(st.binary(max_size=600))
    altered = notebook_bundle[:start] + put + notebook_bundle[start + length :]
    try:
        report = checked(altered)
    except UsageProblem:
        return

    assert report.problems or altered == notebook_bundle


def test_rows_of_findings_are_read_as_the_export_writes_them(notebook_bundle: bytes) -> None:
    rows = list(csv.reader(members(notebook_bundle)[manifest.FINDINGS].decode().splitlines()))

    assert len({len(row) for row in rows}) == 1
