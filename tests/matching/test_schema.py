"""A file that departs from the format says where, why and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.errors import UsageProblem
from scanner.matching.problem import BadSignatures
from scanner.matching.tree import read_tree
from tests.matching.sample import HEAD, RULE

WriteTree = Callable[..., Path]


# What a file may get wrong: its text, the line that is named, and a part of the message.
DEFECTS = {
    "broken toml": (HEAD + "name = = 1\n", 5, "not TOML"),
    "unknown section": ("rules = 1\n" + HEAD, 1, "rules is not known here"),
    "unknown key": (HEAD + RULE + 'severity = "high"\n', 15, "severity is not a known key"),
    "other schema": (HEAD.replace("1", "2", 1), 1, "schema is not 1"),
    "no schema": (HEAD.replace("schema = 1\n", ""), 1, "schema is not 1"),
    "no maker": ("schema = 1\n" + RULE, 1, "maker is missing"),
    "maker is no table": ("schema = 1\nmaker = 1\n", 1, "maker is not a table"),
    "unknown maker": (HEAD.replace('"axis"', '"axxis"'), 3, "'axxis', which is no known word"),
    "other file name": (HEAD.replace('"axis"', '"dahua"'), 3, "stands in a file of another name"),
    "target component": (HEAD + "target = true\ngeneric = true\n", 6, "cannot be a target"),
    "flag as text": (HEAD + 'target = "yes"\n', 5, "target is not true or false"),
    "signature is no list": (
        HEAD.replace("[maker]", "signature = 1\n[maker]"),
        1,
        "signature is not a table",
    ),
    "no example": (HEAD + RULE.replace("examples = [{ value = 'AXIS_1' }]\n", ""), 6, "examples is missing"),
    "empty examples": (HEAD + RULE.replace("[{ value = 'AXIS_1' }]", "[]"), 13, "examples is not a list"),
    "example without value": (HEAD + RULE.replace("value =", "model ="), 13, "has no value"),
    "example of unknown capture": (HEAD + RULE.replace("1' }", "1', colour = 'x' }"), 13, "says colour"),
    "example as number": (HEAD + RULE.replace("'AXIS_1'", "1"), 13, "is not a text"),
    "no near miss": (HEAD + RULE.replace('near_misses = ["axis"]\n', ""), 6, "near_misses is missing"),
    "no reference": (HEAD + RULE.replace('["recog"]', "[]"), 12, "references is not a list"),
    "blank description": (HEAD + RULE.replace('"Realm"', '" "'), 8, "description is blank"),
    "unknown field": (HEAD + RULE.replace("auth.realm", "auth.relm"), 9, "'http_auth.relm'"),
    "field of another type": (HEAD + RULE.replace('"http_auth.realm"', "[1]"), 9, "field is [1]"),
    "unknown certainty": (HEAD + RULE.replace('"strong"', '"sure"'), 11, "certainty is 'sure'"),
    "unknown brand": (HEAD + RULE + 'brand = "Acme"\n', 15, "brand is 'Acme'"),
    "unknown class": (HEAD + RULE + 'device_class = "cam"\n', 15, "device_class is 'cam'"),
    "unknown capability": (
        HEAD + RULE + 'capabilities = ["audio", "smell"]\n',
        15,
        "capabilities holds 'smell', which is no known word",
    ),
    "no capability": (HEAD + RULE + "capabilities = []\n", 15, "capabilities is not a list"),
    "capability of a model as a number": (
        HEAD + "[[model]]\npattern = 'x'\ndevice_class = 'camera'\ncapabilities = [1]\n",
        8,
        "capabilities holds 1, which is no known word",
    ),
    "odd id": (HEAD + RULE.replace("axis-realm", "Axis realm"), 7, "lower-case words with hyphens"),
    "lookaround": (HEAD + RULE.replace("^AXIS_", "^(?=A)"), 10, "refused by RE2 (invalid perl operator"),
    "unbalanced": (HEAD + RULE.replace("^AXIS_", "(A"), 10, "refused by RE2 (missing )"),
    "unknown capture": (HEAD + RULE.replace("^AXIS_", "(?P<colour>A)"), 10, "captures colour"),
    "long pattern": (HEAD + RULE.replace("^AXIS_", "A" * 1025), 10, "longer than 1024 bytes"),
    "one of all": (HEAD + RULE.replace("pattern = '^AXIS_'", "all_of = ['A']"), 10, "at least two patterns"),
    "neither pattern": (HEAD + RULE.replace("pattern = '^AXIS_'\n", ""), 6, "either pattern or all_of"),
    "both patterns": (HEAD + RULE + "all_of = ['A', 'B']\n", 6, "either pattern or all_of"),
    "bad second of all": (
        HEAD + RULE.replace("pattern = '^AXIS_'", "all_of = ['A', '(']"),
        10,
        "refused by RE2",
    ),
    "bad firmware grammar": (HEAD + "[[firmware]]\npattern = '(?P<model>x)'\n", 6, "captures model"),
    "bad model grammar": (HEAD + "[[model]]\npattern = 'x'\n", 5, "device_class is missing"),
    "second of two rules": (HEAD + RULE + RULE.replace("axis-realm", "b").replace("strong", "x"), 21, "'x'"),
    "same id twice": (HEAD + RULE + RULE, 17, "already used in makers/axis.toml"),
    "deep nesting": (HEAD + "x = " + "[" * 5000 + "]" * 5000, 1, "nests values too deep"),
    "endless number": (HEAD + "x = " + "1" * 5000, 4, "not TOML"),
}


@pytest.mark.parametrize(("text", "line", "cause"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_named_with_file_line_cause_and_remedy(
    write_tree: WriteTree, text: str, line: int, cause: str
) -> None:
    root = write_tree({"axis": text})

    with pytest.raises(BadSignatures) as caught:
        read_tree(root)

    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == (str(root / "makers" / "axis.toml"), line)
    assert cause in problem.cause
    assert problem.remedy
    assert caught.value.exit_code == UsageProblem.exit_code == 2
    assert f"axis.toml:{line}: " in str(caught.value)


def test_all_defects_are_counted(write_tree: WriteTree) -> None:
    root = write_tree({"axis": HEAD + RULE.replace("strong", "sure").replace("^AXIS_", "(")})

    with pytest.raises(BadSignatures, match=r"\(1 more: camcensus signatures validate lists them\.\)"):
        read_tree(root)
