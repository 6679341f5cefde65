"""Files are read with caps and never from outside their directory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.matching.problem import BadSignatures
from scanner.matching.source import MAX_FILE_BYTES, Source
from scanner.matching.tree import read_tree
from tests.matching.sample import HEAD

WriteTree = Callable[..., Path]


def refused(root: Path) -> str:
    with pytest.raises(BadSignatures) as caught:
        read_tree(root)
    return str(caught.value)


def test_a_link_out_of_the_directory_is_refused(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree()
    (tmp_path / "secret.toml").write_text("password = 1")
    (root / "makers" / "axis.toml").unlink()
    (root / "makers" / "axis.toml").symlink_to(tmp_path / "secret.toml")

    assert "axis.toml:1: The file lies outside its directory." in refused(root)


@pytest.mark.parametrize("name", ["makers", "vocabulary"])
def test_a_linked_directory_is_refused(write_tree: WriteTree, tmp_path: Path, name: str) -> None:
    root = write_tree()
    (root / name).rename(tmp_path / "elsewhere")
    (root / name).symlink_to(tmp_path / "elsewhere")

    assert "lies outside" in refused(root)


def test_a_link_inside_the_directory_is_followed(write_tree: WriteTree) -> None:
    root = write_tree()
    (root / "makers" / "axis.toml").rename(root / "axis.source")
    (root / "makers" / "axis.toml").symlink_to(root / "axis.source")

    assert "axis" in {maker.maker.id for maker in read_tree(root).makers}


def test_a_directory_in_the_place_of_a_file_is_refused(write_tree: WriteTree) -> None:
    root = write_tree()
    (root / "makers" / "axis.toml").unlink()
    (root / "makers" / "axis.toml").mkdir()

    assert "not a regular file" in refused(root)


def test_a_large_file_is_refused(write_tree: WriteTree) -> None:
    assert "larger than 1 MiB" in refused(write_tree({"axis": "#" * (MAX_FILE_BYTES + 1)}))


def test_other_encodings_are_refused_with_their_line(write_tree: WriteTree) -> None:
    root = write_tree()
    (root / "makers" / "axis.toml").write_bytes(HEAD.encode() + b"# caf\xe9\n")

    assert "axis.toml:5: The file is not UTF-8 text." in refused(root)


TEXT = """schema = 1
[maker]
id = "axis"

[[signature]]  # first
id = "a"
examples = [
    { value = 'x = 1' },
]
[[ signature ]]
pattern = 'b'
id = "b"
"""


@pytest.mark.parametrize(
    ("section", "index", "key", "line"),
    [
        ("", 0, None, 1),
        ("", 0, "schema", 1),
        ("", 0, "id", 1),
        ("maker", 0, "id", 3),
        ("maker", 0, None, 2),
        ("signature", 0, "id", 6),
        ("signature", 0, "examples", 7),
        ("signature", 0, "pattern", 5),
        ("signature", 1, "pattern", 11),
        ("signature", 1, "id", 12),
        ("signature", 2, "id", 1),
        ("model", 0, None, 1),
    ],
)
def test_a_key_is_found_on_its_line_else_its_section_s_head(
    section: str, index: int, key: str | None, line: int
) -> None:
    assert Source(Path("axis.toml"), "axis.toml", TEXT).line(section, index, key) == line
