"""The requirements page, kept true: every need has its row, and every row in scope a test that exists."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "requirements.md"
NODE = re.compile(r"`(?P<path>tests/[\w/]+\.py)::(?P<name>test_\w+)`")
NEEDS, CHECKS = range(1, 37), range(1, 11)
SCOPES = ("in", "in part", "out")
# A reason for leaving a need out is a sentence; a word or two is none.
LEAST_REASON_CHARACTERS = 60


@dataclass(frozen=True)
class Need:
    """One row of the needs."""

    number: int
    scope: str
    feature: str
    cell: str

    @property
    def tests(self) -> tuple[tuple[str, str], ...]:
        """Path and name of every test that the row names."""
        return nodes(self.cell)


def cells(heading: str) -> list[list[str]]:
    """Return the rows of the table under a heading, without its head."""
    section = PAGE.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def nodes(text: str) -> tuple[tuple[str, str], ...]:
    """Return path and name of every test in a cell; what cannot be one is an error."""
    found = [NODE.fullmatch(piece) for piece in text.split("<br>") if piece]
    assert None not in found, text
    return tuple((one["path"], one["name"]) for one in found if one)


def needs() -> list[Need]:
    rows = cells("The 36 needs")
    return [Need(int(number), scope, feature, tests) for number, _need, scope, feature, tests in rows]


@cache
def collected(path: str) -> frozenset[str]:
    """Return the tests that a file defines at its top, where pytest collects them."""
    tree = ast.parse((ROOT / path).read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return frozenset(one.name for one in functions if one.name.startswith("test_"))


def missing(found: tuple[tuple[str, str], ...]) -> list[str]:
    return [
        f"{path}::{name}"
        for path, name in found
        if not (ROOT / path).is_file() or name not in collected(path)
    ]


def test_every_need_has_one_row() -> None:
    assert [one.number for one in needs()] == list(NEEDS)
    assert {one.scope for one in needs()} <= set(SCOPES)


@pytest.mark.parametrize("need", needs(), ids=lambda need: str(need.number))
def test_a_need_in_scope_names_tests_that_exist_and_one_out_of_it_says_why(need: Need) -> None:
    if need.scope == "out":
        assert len(need.feature) >= LEAST_REASON_CHARACTERS
        assert need.tests == ()
    else:
        assert need.tests
        assert missing(need.tests) == []


def test_every_check_is_a_test_of_its_number() -> None:
    rows = cells("The ten checks")

    assert [int(number) for number, *_ in rows] == list(CHECKS)
    for number, _, test in rows:
        ((path, name),) = nodes(test)
        assert (path, name.split("_")[1]) == ("tests/test_ten_checks.py", number)
        assert missing(nodes(test)) == []


def test_a_test_that_is_not_there_is_found() -> None:
    here = "tests/test_requirements.py"

    assert missing(nodes(f"`{here}::test_every_need_has_one_row`")) == []
    assert missing(nodes(f"`{here}::test_nothing`")) == [f"{here}::test_nothing"]
    assert missing(nodes("`tests/test_nowhere.py::test_nothing`")) == ["tests/test_nowhere.py::test_nothing"]
    # A name in a string or inside another function is no test.
    assert missing(nodes(f"`{here}::test_inner`")) == [f"{here}::test_inner"]
