"""Altered copies of signatures: other literals, the same shape."""

from pathlib import Path

import pytest

from bench.copies import altered, grow, moved
from scanner.matching.database import load
from scanner.matching.tree import read_tree


@pytest.mark.parametrize(
    ("pattern", "copy"),
    [
        ("^Acme-Webs$", "^Bdnf-Xfct$"),
        (r"^DS-[0-9]{2,4}\.z$", r"^ET-[0-9]{2,4}\.a$"),
        (r"(?i)(?P<model>ab)(?:c|\d\x{e9}\pL)[^]a\]]", r"(?i)(?P<model>bc)(?:d|\d\x{e9}\pL)[^]a\]]"),
        ("^(?:-646|129)$", "^(?:-757|230)$"),
        (r"^[a-f]+$", r"^[a-f]+$"),
    ],
)
def test_only_literals_move(pattern: str, copy: str) -> None:
    assert moved(pattern, 1) == copy


def test_a_rule_without_literals_has_no_copy() -> None:
    rules = [{"id": "a", "pattern": "^.+$"}, {"id": "b", "all_of": ["x", "^.+$"]}]

    table = altered({"maker": {"id": "acme"}, "signature": rules}, 2)

    assert table["signature"] == [{"id": "b-2", "all_of": ["z", "^.+$"]}]


def test_a_larger_database_holds_the_shipped_one_and_can_be_read(tmp_path: Path) -> None:
    shipped = load().signatures

    tree = read_tree(grow(tmp_path / "grown", 2))

    rules = {rule.id: rule for maker in tree.makers for rule in maker.signatures}
    assert {rule.id for rule in shipped} < rules.keys()
    assert 1.8 * len(shipped) < len(rules) <= 2 * len(shipped)
