"""Signatures that cannot be used: file, line, cause, remedy, exit code 2, and nothing is judged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Camcensus

SEEN = '{"host": "10.0.0.5", "field": "http.server", "value": "DNVRS-Webs"}\n'
MEBIBYTE = 1024 * 1024


def changed(old: str, new: str) -> Callable[[Path], None]:
    """Return what puts a defect into the maker's file."""

    def spoil(root: Path) -> None:
        file = root / "makers" / "acme.toml"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    return spoil


def without_files(root: Path) -> None:
    (root / "makers" / "acme.toml").unlink()


def without_makers(root: Path) -> None:
    without_files(root)
    (root / "makers").rmdir()


def linked_out(root: Path) -> None:
    (root / "makers" / "acme.toml").rename(root.parent / "acme.toml")
    (root / "makers" / "acme.toml").symlink_to(root.parent / "acme.toml")


def brands_linked_out(root: Path) -> None:
    (root / "brands.toml").symlink_to(root.parent / "nowhere.toml")


def beside_makers(root: Path) -> None:
    (root / "makers" / "acme.toml").rename(root / "acme.toml")
    (root / "makers" / "bcme.toml").write_text("schema = 1")


# The defect, the file and line that are named, and a part of the cause and of the remedy.
DEFECTS = {
    "broken TOML": (changed("schema = 1", "schema = = 1"), "makers/acme.toml:2", "not TOML", "Correct this"),
    "unknown key": (
        changed('certainty = "decisive"', 'certainty = "decisive"\nseverity = "high"'),
        "makers/acme.toml:18",
        "severity is not a known key",
        "Known keys: id, ",
    ),
    "unknown field": (
        changed("http_header.server", "http_header.sevrer"),
        "makers/acme.toml:15",
        "'http_header.sevrer', which is no known word",
        "--list-fields prints all",
    ),
    "pattern that RE2 refuses": (
        changed("'^Acme$'", "'^(?=Acme)'"),
        "makers/acme.toml:26",
        "refused by RE2 (invalid perl operator",
        "without lookaround",
    ),
    "duplicate id": (
        changed("acme-title", "acme-server"),
        "makers/acme.toml:23",
        "already used in makers/acme.toml",
        "Give it an id of its own",
    ),
    "10 MB": (
        changed("schema = 1", "#" * (10 * MEBIBYTE) + "\nschema = 1"),
        "makers/acme.toml:1",
        "larger than 1 MiB",
        "Split it",
    ),
    "deep nesting": (
        changed("schema = 1", "schema = 1\nx = " + "[" * 9000 + "]" * 9000),
        "makers/acme.toml:1",
        "nests values too deep",
        "need three levels",
    ),
    "path out of the directory": (
        linked_out,
        "makers/acme.toml:1",
        "lies outside its directory",
        "Copy it in",
    ),
    "dangling brand table": (brands_linked_out, "brands.toml:1", "lies outside its directory", "Copy it in"),
    "file beside makers": (beside_makers, "acme.toml:1", "is not read here", "Move it into makers"),
    "no file": (without_files, "makers:1", "no signature file", "camcensus signatures new"),
    "no makers": (without_makers, "", "no directory makers", "DIR/makers/<maker id>.toml"),
}


@pytest.mark.parametrize(("spoil", "place", "cause", "remedy"), DEFECTS.values(), ids=DEFECTS)
def test_nothing_is_judged_with_a_part(
    spoil: Callable[[Path], None],
    place: str,
    cause: str,
    remedy: str,
    camcensus: Camcensus,
    signatures: Path,
) -> None:
    spoil(signatures)

    judged = camcensus("judge", "--signatures", signatures, said=SEEN)
    checked = camcensus("signatures", "validate", signatures)

    assert (judged.exit_code, judged.stdout) == (2, "")
    assert judged.stderr.startswith(f"Error: {signatures / place}")
    assert cause in judged.stderr
    assert remedy in judged.stderr
    assert checked.exit_code == 2
    assert cause in checked.stdout


def test_a_directory_that_is_not_there_is_refused(camcensus: Camcensus, tmp_path: Path) -> None:
    judged = camcensus("judge", "--signatures", tmp_path / "nowhere", said=SEEN)

    assert (judged.exit_code, judged.stdout) == (2, "")
    assert "There is no directory makers in it." in judged.stderr
