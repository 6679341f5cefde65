"""Words are neutral: rules match a criterion, and nothing accuses anybody or calls anything clean."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from scanner.cli import main
from scanner.matching.database import shipped_root

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((ROOT / "scanner").rglob("*.py"))
PACKS = sorted((shipped_root() / "policies").glob("*.toml"))
DOCS = ROOT / "docs"
EXPLANATION = DOCS / "explanation" / "policies.md"
PAGES = [
    EXPLANATION,
    DOCS / "reference" / "policies.md",
    DOCS / "reference" / "output.md",
    DOCS / "reference" / "commands.md",
    DOCS / "howto" / "answer-a-rule.md",
    DOCS / "howto" / "check-before-buying.md",
]

ACCUSING = re.compile(
    r"\b(?:spy\w*|spies|espionage|illegal\w*|unlawful\w*|guilt\w*|malicious\w*|back-?door\w*|violat\w*|accus\w*"
    r"|offend\w*|crimin\w*|infring\w*|rogue|suspicious|dangerous|hostile|evil|enem\w+|culprit\w*|cheat\w*)\b",
    re.IGNORECASE,
)
# From silence nothing follows: no rule that applies is not a clean bill.
ABSOLVING = re.compile(r"\b(?:non-?)?(?:complian\w+|clean|harmless|safe|trustworthy)\b", re.IGNORECASE)


def texts(path: Path) -> Iterator[str]:
    """Yield every string of a program that is not a docstring: what may be shown."""
    tree = ast.parse(path.read_text())
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_no_template_accuses_or_absolves() -> None:
    shown = ((path, text) for path in PROGRAMS for text in texts(path))

    assert [told for told in shown if ACCUSING.search(told[1]) or ABSOLVING.search(told[1])] == []


def test_no_help_of_a_command_accuses_or_absolves() -> None:
    shown = [command.get_help(click.Context(command)) for command in commands(main)]

    assert len(shown) > 40
    assert [text for text in shown if ACCUSING.search(text) or ABSOLVING.search(text)] == []


def commands(command: click.Command) -> Iterator[click.Command]:
    """Yield a command and all below it."""
    yield command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found)


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_no_pack_accuses_or_absolves(path: Path) -> None:
    # Citations keep the words of their titles.
    told = re.sub(r"(?:citations|sources) = \[[^\]]*\]", "", path.read_text())

    assert ACCUSING.findall(told) + ABSOLVING.findall(told) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_accuses(path: Path) -> None:
    assert ACCUSING.findall(path.read_text()) == []


def test_the_explanation_says_once_that_this_is_no_legal_advice() -> None:
    assert EXPLANATION.read_text().count("not legal advice") == 1


def test_the_word_lists_find_what_they_are_for() -> None:
    assert ACCUSING.search("It violates the rule")
    assert ACCUSING.search("a spying camera")
    assert ABSOLVING.search("The device is compliant.")
    assert ABSOLVING.search("non-compliant")
    assert not ACCUSING.search("Matches its criterion: it names Hikvision.")
