"""A directory is read whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.matching.problem import BadSignatures
from scanner.matching.tree import read_tree
from tests.matching.sample import HEAD, RULE

WriteTree = Callable[..., Path]


def refused(root: Path) -> str:
    with pytest.raises(BadSignatures) as caught:
        read_tree(root)
    return str(caught.value)


def test_the_same_id_in_two_files_names_both(write_tree: WriteTree) -> None:
    root = write_tree({"axis": HEAD + RULE, "nginx": HEAD.replace("axis", "nginx") + RULE})

    with pytest.raises(BadSignatures, match=r"nginx\.toml:7: .* already used in makers/axis\.toml"):
        read_tree(root)


def test_a_directory_without_makers_says_where_files_belong(tmp_path: Path) -> None:
    assert "Put signature files in DIR/makers/<maker id>.toml." in refused(tmp_path)


def test_an_unknown_word_list_is_refused(write_tree: WriteTree) -> None:
    root = write_tree()
    (root / "vocabulary" / "colours.txt").write_text("red\n")

    assert "colours.txt:1: This is no word list." in refused(root)


def test_an_unknown_brand_in_the_brand_table_is_refused(write_tree: WriteTree) -> None:
    root = write_tree(
        brands='schema = 1\nas_of = "2026-11-22"\n[[brand]]\nname = "Acme"\nconfidence = "single"\n'
        'makers = [{ id = "dahua", scope = "all" }]\nreferences = ["B"]\n'
    )

    assert "brands.toml:4: brand 1: name is 'Acme'" in refused(root)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('makers = [{ id = "nobody", scope = "some" }]', "names 'nobody', which is no known maker"),
        ('makers = [{ id = "dahua", scope = "most" }]', "has the scope 'most'"),
        ('makers = ["dahua"]', "does not say exactly id and scope"),
        ("makers = []", "is not a list with at least one maker"),
    ],
)
def test_a_brand_row_names_known_makers_with_a_known_scope(
    write_tree: WriteTree, line: str, fault: str
) -> None:
    root = write_tree(
        brands='schema = 1\nas_of = "2026-11-22"\n[[brand]]\nname = "Lorex"\nconfidence = "single"\n'
        f'references = ["B"]\n{line}\n'
    )

    assert fault in refused(root)
