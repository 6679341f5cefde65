"""Checked tables are kept for the next start, and believed only for the same files."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.matching.pack import pack_path
from scanner.matching.problem import BadSignatures
from scanner.matching.tree import read_tree
from tests.matching.sample import HEAD, RULE

WriteTree = Callable[..., Path]


def test_a_pack_gives_the_same_data_as_the_files(write_tree: WriteTree, tmp_path: Path) -> None:
    root, pack = write_tree(), tmp_path / "pack" / "tables.json"

    first, second = read_tree(root, pack=pack), read_tree(root, pack=pack)

    assert [path.name for path in pack.parent.iterdir()] == ["tables.json"]
    assert first == second == read_tree(root)


def test_a_pack_lies_where_bytecode_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    assert pack_path(tmp_path).parent == tmp_path / "__pycache__"

    monkeypatch.setattr(sys, "pycache_prefix", "/var/cache/python")
    assert pack_path(tmp_path).parent == Path(f"/var/cache/python{tmp_path}")


def test_a_pack_of_other_files_is_not_believed(write_tree: WriteTree, tmp_path: Path) -> None:
    pack = tmp_path / "tables.json"
    read_tree(write_tree(), pack=pack)
    changed = write_tree({"axis": HEAD + RULE.replace("axis-realm", "axis-new")})

    ids = [rule.id for maker in read_tree(changed, pack=pack).makers for rule in maker.signatures]

    assert "axis-new" in ids
    assert json.loads(pack.read_bytes())["tables"]["makers/axis.toml"]["signature"][0]["id"] == "axis-new"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"tables": {}}', b'{"format": 0}'])
def test_a_damaged_pack_is_made_anew(write_tree: WriteTree, tmp_path: Path, content: bytes) -> None:
    root, pack = write_tree(), tmp_path / "tables.json"
    pack.write_bytes(content)

    assert read_tree(root, pack=pack) == read_tree(root)
    assert json.loads(pack.read_bytes())["tables"]


def test_where_no_pack_can_be_written_files_are_read(write_tree: WriteTree, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert read_tree(write_tree(), pack=tmp_path / "file" / "pack.json").makers


def test_a_bad_file_leaves_no_pack(write_tree: WriteTree, tmp_path: Path) -> None:
    with pytest.raises(BadSignatures):
        read_tree(write_tree({"axis": "schema = 2"}), pack=tmp_path / "tables.json")

    assert not (tmp_path / "tables.json").exists()


def test_a_pack_that_cannot_take_its_place_leaves_nothing_behind(
    write_tree: WriteTree, tmp_path: Path
) -> None:
    taken = tmp_path / "packs" / "tables.json"
    taken.mkdir(parents=True)

    assert read_tree(write_tree(), pack=taken).makers
    assert [path.name for path in taken.parent.iterdir()] == ["tables.json"]
