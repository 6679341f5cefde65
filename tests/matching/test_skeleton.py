"""A first signature file fits the value that it was made from, whatever the value."""

from pathlib import Path

import pytest

from scanner.matching.maker import maker_rules
from scanner.matching.proof import captures
from scanner.matching.schema import MAKER_FILE, problems
from scanner.matching.skeleton import Draft, quoted, skeleton
from scanner.matching.source import Source
from scanner.matching.vocabulary import Vocabulary
from scanner.model.field import Field
from scanner.model.signature import Certainty, Maker

WORDS = Vocabulary(makers=frozenset({"acme"}))
VALUES = (
    "Acme-Webs/2.4.1",
    r"a\b.c+d*e?f(g)h|i[j]k{2}l^m$n",
    'it\'s "quoted"',
    "line one\nline two\r\n\tthree",
    "\x00\x1b[2J\x7f",
    "監視カメラ é 😀",
    "x",
    "'''",
    "# not a comment",
)


@pytest.mark.parametrize("value", VALUES)
def test_the_rule_fits_its_value_and_not_its_near_miss(value: str) -> None:
    text = skeleton(Draft("acme-title", Maker("acme", "Acme"), Field.HTML_TITLE, value, Certainty.WEAK))
    source = Source(Path("acme.toml"), "makers/acme.toml", text)

    assert list(problems(source, source.table(), MAKER_FILE, WORDS)) == []
    (rule,) = maker_rules(source.table()).signatures
    assert rule.examples[0].value == value
    assert captures(rule, value) == {}
    assert captures(rule, rule.near_misses[0]) is None


def test_a_maker_stays_what_it_is() -> None:
    maker = Maker("acme", 'Acme "A"', is_target=True)
    text = skeleton(Draft("acme-title", maker, Field.HTML_TITLE, "A", Certainty.STRONG))
    source = Source(Path("acme.toml"), "makers/acme.toml", text)

    assert maker_rules(source.table()).maker == maker


@pytest.mark.parametrize(
    ("text", "toml"),
    [("plain", '"plain"'), (r"^a\.b$", r"'^a\.b$'"), ("a'\\", '"a\'\\\\"'), ("\n\x7f", r'"\n\U0000007f"')],
)
def test_texts_are_quoted_so_that_they_stay_readable(text: str, toml: str) -> None:
    assert quoted(text) == toml
