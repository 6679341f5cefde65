"""``camcensus bundle``: an audit is handed over, and whoever gets it checks it without the inventory."""

import json
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest
from click.testing import Result

from scanner.inventory.contract import SweepKind, Versions
from tests.cli.conftest import Camcensus
from tests.inventory.building import DEPOT, Book, camera, encoder


@pytest.fixture
def audited(notebook: Book) -> Book:
    notebook.versions = Versions("0.1.0", notebook.database.version, notebook.database.registry.published)
    notebook.sweep(camera("10.0.0.5"), encoder())
    notebook.sweep(camera("10.0.0.6"), gaps=("eth1 is down",))
    return notebook


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


def made(camcensus: Camcensus, book: Book, path: Path, *options: object) -> Result:
    return camcensus("bundle", "make", "depot", "-o", path, "--db", book.db, *options)


def test_a_bundle_is_made_on_every_database_and_checked_without_one(
    camcensus: Camcensus, book: Book, tmp_path: Path
) -> None:
    book.versions = Versions("0.1.0", book.database.version, book.database.registry.published)
    book.sweep(camera("10.0.0.5"), encoder())
    path = tmp_path / "audit.tar"

    result = made(camcensus, book, path)
    checked = camcensus("bundle", "verify", path)

    assert (result.exit_code, checked.exit_code) == (0, 0)
    digest = subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout
    assert result.stdout == digest
    assert "1 sweep of depot bundled.\nSweep 1 of depot" in result.stderr
    assert checked.stdout.splitlines()[1:] == [
        f"SHA-256 {digest[:64]}",
        "It is not signed.",
        f"2 findings were judged again by camcensus 0.1.0, signatures {book.database.version}, registry of "
        f"{book.database.registry.published}.",
        "Intact: every member is as the manifest says.",
    ]


def test_an_altered_bundle_ends_with_3_and_names_the_member(
    camcensus: Camcensus, audited: Book, tmp_path: Path
) -> None:
    path = tmp_path / "audit.tar"
    made(camcensus, audited, path)
    path.write_bytes(path.read_bytes().replace(b"flagged", b"flugged", 1))

    result = camcensus("bundle", "verify", path)

    assert result.exit_code == 3
    assert result.stdout.splitlines()[-2:] == [
        "findings.csv was altered: its SHA-256 is not that of the manifest.",
        "NOT INTACT: 1 thing differs.",
    ]


def test_a_signed_bundle_is_checked_by_the_public_key(
    camcensus: Camcensus, audited: Book, key: Path, tmp_path: Path
) -> None:
    path = tmp_path / "audit.tar"
    made(camcensus, audited, path, "--sign", key)
    signature = tmp_path / "audit.tar.sig"

    unasked = camcensus("bundle", "verify", path)
    checked = camcensus("bundle", "verify", path, "--key", f"{key}.pub")

    assert stat.S_IMODE(signature.stat().st_mode) == 0o600
    assert (unasked.exit_code, checked.exit_code) == (0, 0)
    assert f"{signature} was not checked: name the public key with --key." in unasked.stdout
    assert f"{signature} is a signature of that key over this bundle." in checked.stdout


def test_a_signature_over_another_bundle_is_wrong(
    camcensus: Camcensus, audited: Book, key: Path, tmp_path: Path
) -> None:
    signed, other = tmp_path / "signed.tar", tmp_path / "other.tar"
    made(camcensus, audited, signed, "--sign", key)
    made(camcensus, audited, other, "--sweep", "1")

    result = camcensus(
        "bundle", "verify", other, "--key", f"{key}.pub", "--signature", tmp_path / "signed.tar.sig"
    )

    assert result.exit_code == 3
    assert "signed.tar.sig is not a signature of that key over this bundle" in result.stdout


def test_a_signature_that_was_taken_away_is_missed(
    camcensus: Camcensus, audited: Book, key: Path, tmp_path: Path
) -> None:
    path = tmp_path / "audit.tar"
    made(camcensus, audited, path)

    result = camcensus("bundle", "verify", path, "--key", f"{key}.pub")

    assert result.exit_code == 3
    assert "audit.tar.sig is missing, so it is not signed with that key." in result.stdout


def test_sweeps_that_other_signatures_judged_are_shown_as_such(
    camcensus: Camcensus, notebook: Book, tmp_path: Path
) -> None:
    notebook.versions = Versions("0.0.9", "0123456789abcdef")
    notebook.sweep(camera("10.0.0.5"))
    made(camcensus, notebook, tmp_path / "audit.tar")

    result = camcensus("bundle", "verify", tmp_path / "audit.tar")

    assert result.exit_code == 0
    assert (
        "Some were judged by camcensus 0.0.9, signatures 0123456789abcdef, registry of an unknown day "
        "before, so that a difference is no tampering.\nNone of those come out otherwise today.\nIntact:"
    ) in result.stdout


@pytest.mark.parametrize(("level", "kept"), [("addresses", "depot"), ("sites", "")])
def test_a_redacted_bundle_names_nobody(
    level: str, kept: str, camcensus: Camcensus, audited: Book, tmp_path: Path
) -> None:
    path = tmp_path / "audit.tar"
    made(camcensus, audited, path, "--redact", level)

    checked = camcensus("bundle", "verify", path)

    assert checked.exit_code == 0
    assert f"It is redacted ({level}) and holds no evidence to be judged again." in checked.stdout
    assert b"10.0.0." not in path.read_bytes()
    assert (b"depot" in path.read_bytes()) is bool(kept)


def test_the_authorisation_stands_in_the_bundle(camcensus: Camcensus, notebook: Book, tmp_path: Path) -> None:
    allowed = '\n[authorisation]\nby = "A. Auditor"\nuntil = 2027-03-31\n'
    notebook.inventory.change_site("depot", DEPOT + allowed)
    notebook.sweep(encoder())
    made(camcensus, notebook, tmp_path / "audit.tar")

    with tarfile.open(tmp_path / "audit.tar") as archive:
        site = archive.extractfile("site.json")
        told = json.load(site) if site else {}

    assert told["authorisation"] == {"by": "A. Auditor", "until": "2027-03-31", "reference": ""}


def test_a_site_alone_is_bundled(camcensus: Camcensus, audited: Book, tmp_path: Path) -> None:
    whole = made(camcensus, audited, tmp_path / "whole.tar")
    short = camcensus("bundle", "depot", "-o", tmp_path / "short.tar", "--db", audited.db)

    assert (short.exit_code, short.stdout[:64]) == (0, whole.stdout[:64])
    nobody = camcensus("bundle", "nowhere", "-o", tmp_path / "none.tar", "--db", audited.db)
    assert (nobody.exit_code, "nowhere" in nobody.stderr) == (2, True)


def test_without_a_finished_sweep_there_is_nothing_to_bundle(
    camcensus: Camcensus, notebook: Book, tmp_path: Path
) -> None:
    site = notebook.inventory.site("depot")
    notebook.inventory.begin_sweep(site, SweepKind.SCAN, {}, Versions("0.1.0", "x"))

    result = made(camcensus, notebook, tmp_path / "audit.tar")
    named = made(camcensus, notebook, tmp_path / "audit.tar", "--sweep", "1")

    assert (result.exit_code, named.exit_code) == (2, 2)
    assert "No sweep of depot has finished, so there is nothing to bundle." in result.stderr
    assert "Sweep 1 is running and has no findings" in named.stderr
    assert not (tmp_path / "audit.tar").exists()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("-o", "-"), "A bundle is written to a file only"),
        (("-o", "missing/audit.tar"), "No file can be written in"),
        (("-o", "audit.tar", "--sign", "missing.key"), "The key missing.key cannot be read"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is(
    options: tuple[str, ...],
    complaint: str,
    camcensus: Camcensus,
    audited: Book,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    result = camcensus("bundle", "make", "depot", "--db", audited.db, *options)

    assert result.exit_code == 2
    assert complaint in result.stderr
    assert not (tmp_path / "audit.tar").exists()


@pytest.mark.parametrize(
    ("content", "complaint"), [(b"no bundle", "no audit bundle"), (None, "cannot be read")]
)
def test_a_file_that_is_no_bundle_ends_with_2(
    content: bytes | None, complaint: str, camcensus: Camcensus, tmp_path: Path
) -> None:
    path = tmp_path / "audit.tar"
    if content is not None:
        path.write_bytes(content)

    result = camcensus("bundle", "verify", path)

    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_names_from_a_hostile_bundle_are_harmless_to_look_at(
    camcensus: Camcensus, audited: Book, tmp_path: Path
) -> None:
    path = tmp_path / "audit.tar"
    made(camcensus, audited, path)
    info = tarfile.TarInfo("\x1b[31mevil\n")
    info.uname = info.gname = "camcensus"
    info.mode = 0o600
    path.write_bytes(path.read_bytes()[:-1024] + info.tobuf(tarfile.USTAR_FORMAT) + bytes(1024))

    result = camcensus("bundle", "verify", path)

    assert result.exit_code == 3
    assert r"\x1b[31mevil\x0a is in the bundle and not in the manifest." in result.stdout
