"""The shipped database proves itself, and the proof is able to fail."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from time import process_time

import pytest

from scanner.matching.database import Database, load, shipped_root
from scanner.matching.oui import Registry, encode
from scanner.matching.problem import Problem
from scanner.matching.skeleton import DESCRIPTION, REFERENCE
from scanner.matching.tree import read_tree
from scanner.matching.validate import validate

ROOT = shipped_root()
FILES = sorted([*ROOT.glob("makers/*.toml"), *ROOT.glob("*.toml"), *ROOT.glob("vocabulary/*.txt")])


@pytest.fixture(scope="module")
def shipped_problems() -> tuple[Problem, ...]:
    return validate(ROOT, Registry.shipped(), process_time)


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_a_shipped_file_has_no_problem(shipped_problems: Sequence[Problem], path: Path) -> None:
    assert [str(problem) for problem in shipped_problems if problem.file == str(path)] == []


def test_the_shipped_database_knows_both_targets() -> None:
    database = load()

    assert {maker.id for maker in database.makers.values() if maker.is_target} == {"dahua", "hikvision"}
    assert len(database.signatures) > 50


ACME = """
schema = 1
[maker]
id = "acme"
name = "Acme"

[[firmware]]
pattern = '^(?P<version>[0-9.]+)$'

[[model]]
pattern = '^AC-'
device_class = "camera"

[[signature]]
id = "acme-server"
description = "Web server"
field = "http_header.server"
pattern = '^Acme/(?P<firmware_version>[0-9.]+)$'
certainty = "strong"
references = ["capture"]
examples = [{ value = 'Acme/1.0', firmware_version = '1.0' }]
near_misses = ["Acme", "x/1.0"]

[[signature]]
id = "acme-oui"
description = "Address block"
field = "link.oui_registrant"
pattern = '^Acme Corp\\.$'
certainty = "weak"
references = ["registry"]
examples = [{ value = 'Acme Corp.' }]
near_misses = ["Acme Corporation"]
"""
BCME = ACME.replace("acme", "bcme").replace("Acme", "Bcme").replace("AC-", "BC-")
BRANDS = """
schema = 1
as_of = "2026-11-22"
[[brand]]
name = "Acme"
makers = [{ id = "acme", scope = "all" }]
confidence = "single"
registrants = ["Acme Corp."]
references = ["registry"]
"""


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    path = tmp_path / "registry.txt.gz"
    path.write_bytes(encode({"000001": "Acme Corp.", "000002": "Bcme Corp."}, date(2026, 1, 1), "test"))
    return Registry(path)


def write(
    root: Path, acme: str = ACME, bcme: str = BCME, brands: str = BRANDS, words: str = "Acme\nBcme\n"
) -> Path:
    (root / "makers").mkdir(parents=True)
    (root / "vocabulary").mkdir()
    (root / "makers" / "acme.toml").write_text(acme)
    (root / "makers" / "bcme.toml").write_text(bcme)
    (root / "brands.toml").write_text(brands)
    (root / "vocabulary" / "makers.txt").write_text("# ids\n\nacme\nbcme\n")
    (root / "vocabulary" / "brands.txt").write_text(words)
    (root / "vocabulary" / "device_classes.txt").write_text("camera\n")
    return root


def test_a_sound_directory_has_no_problem(tmp_path: Path, registry: Registry) -> None:
    assert validate(write(tmp_path / "data"), registry, process_time) == ()


# What a rule may get wrong though its shape is right: the change, the line and a part of the message.
UNTRUE = {
    "an example that does not match": ("'Acme/1.0',", "'Acme 1.0',", 21, "'Acme 1.0' does not match"),
    "an example that gives another value": (
        "version = '1.0'",
        "version = '2.0'",
        21,
        "not {'firmware_version': '2.0'}",
    ),
    "an example that says too little": (", firmware_version = '1.0'", "", 21, "not nothing"),
    "an example that says too much": ("'1.0' }", "'1.0', model = 'X' }", 21, "'model': 'X'}"),
    "a near miss that matches": ('["Acme",', '["Acme/2.0",', 22, "the near miss 'Acme/2.0' matches"),
    "a registrant that nobody is": ("Corp\\\\.$'", "Co\\\\.$'", 31, "does not match"),
    "a slow pattern": (
        "'^Acme/(?P",
        "'(?s)A.{0,400}m.{0,400}\\\\x00|^Acme/(?P",
        18,
        "more than 10 ms on 64 KiB",
    ),
    "a slow model grammar": (
        "'^AC-'",
        "'(?s)A.{0,400}m.{0,400}\\\\x00'",
        11,
        "model 1: the pattern is too slow",
    ),
    "a broken shape": ('certainty = "strong"', 'certainty = "sure"', 19, "no known word"),
}


@pytest.mark.parametrize(("old", "new", "line", "cause"), UNTRUE.values(), ids=UNTRUE)
def test_an_untrue_rule_is_reported(
    tmp_path: Path, registry: Registry, old: str, new: str, line: int, cause: str
) -> None:
    old, new = old.replace("\\\\", "\\"), new.replace("\\\\", "\\")
    assert old in ACME
    root = write(tmp_path / "data", ACME.replace(old, new, 1))

    problems = validate(root, registry, process_time)

    assert [(problem.file, problem.line) for problem in problems] == [
        (str(root / "makers" / "acme.toml"), line)
    ]
    assert cause in problems[0].cause


def test_an_example_that_another_maker_claims_is_reported_on_both_sides(
    tmp_path: Path, registry: Registry
) -> None:
    root = write(tmp_path / "data", bcme=BCME.replace("'^Bcme/", "'^[AB]cme/"))

    problems = [problem.cause for problem in validate(root, registry, process_time)]

    assert 'signature "acme-server": the example \'Acme/1.0\' also matches "bcme-server" of bcme.' in problems


@pytest.mark.parametrize("harmless", ['certainty = "weak"', "generic = true"])
def test_a_hint_or_a_component_claims_nothing(tmp_path: Path, registry: Registry, harmless: str) -> None:
    bcme = BCME.replace("'^Bcme/", "'^[AB]cme/").replace(
        'near_misses = ["Bcme", "Acme/1.0"]', 'near_misses = ["x"]'
    )
    changed = (
        bcme.replace('certainty = "strong"', harmless)
        if "certainty" in harmless
        else bcme.replace('name = "Bcme"', f'name = "Bcme"\n{harmless}')
    )

    assert validate(write(tmp_path / "data", bcme=changed), registry, process_time) == ()


def test_a_registrant_rule_must_agree_with_the_registry(tmp_path: Path, registry: Registry) -> None:
    root = write(
        tmp_path / "data", ACME.replace("Acme Corp\\.$", "Acme Co$").replace("'Acme Corp.'", "'Acme Co'")
    )

    (problem,) = validate(root, registry, process_time)

    assert "nobody is registered as 'Acme Co'" in problem.cause


def test_a_brand_s_registrant_must_agree_with_the_registry(tmp_path: Path, registry: Registry) -> None:
    root = write(tmp_path / "data", brands=BRANDS.replace("Corp.", "Inc."))

    (problem,) = validate(root, registry, process_time)

    assert (problem.file, problem.line) == (str(root / "brands.toml"), 8)
    assert 'nobody is registered as "Acme Inc."' in problem.cause


REALM = """
[[signature]]
id = "acme-realm"
description = "Its address as a realm"
field = "http_auth.realm"
pattern = '^(?P<mac>00-?00-?(?:01|03)(?:-?[0-9a-f]{2}){3})$'
certainty = "strong"
references = ["capture"]
examples = [{ value = '00-00-01-12-34-56', mac = '00-00-01-12-34-56' }]
near_misses = ["000002123456"]
"""


@pytest.fixture
def two_blocks(tmp_path: Path) -> Registry:
    path = tmp_path / "two-blocks.txt.gz"
    owners = {"000001": "Acme Corp.", "000003": "Acme Corp.", "000002": "Bcme Corp."}
    path.write_bytes(encode(owners, date(2026, 1, 1), "test"))
    return Registry(path)


@pytest.mark.parametrize(
    ("blocks", "causes"),
    [
        ("00-?00-?(?:01|03)", []),
        ("00-?00-?01", ["the pattern lacks 000003."]),
        ("00-?00-?0[1-3]", ["the pattern takes strangers' blocks: 000002.", "the near miss"]),
        ("[0-9a-f]{2}-?[0-9a-f]{2}-?[0-9a-f]{2}", ["the near miss"]),
    ],
)
def test_blocks_of_addresses_are_those_of_the_registry(
    tmp_path: Path, two_blocks: Registry, blocks: str, causes: list[str]
) -> None:
    realm = REALM.replace("00-?00-?(?:01|03)", blocks)

    problems = validate(write(tmp_path / "data", ACME + realm), two_blocks, process_time)

    assert len(problems) == len(causes)
    assert all(any(cause in problem.cause for problem in problems) for cause in causes)


@pytest.mark.parametrize(
    ("key", "old", "placeholder"),
    [("description", "Web server", DESCRIPTION), ("references", "capture", REFERENCE)],
)
def test_what_a_skeleton_left_to_say_is_reported(
    tmp_path: Path, registry: Registry, key: str, old: str, placeholder: str
) -> None:
    (problem,) = validate(
        write(tmp_path / "data", ACME.replace(f'"{old}"', f'"{placeholder}"')), registry, process_time
    )

    assert f"{key} still holds a placeholder" in problem.cause


@pytest.mark.parametrize("words", ["Bcme\nAcme\n", "Acme\nAcme\nBcme\n", "Acme\nacme\nBcme\n"])
def test_a_word_list_out_of_order_is_reported(tmp_path: Path, registry: Registry, words: str) -> None:
    problems = validate(write(tmp_path / "data", words=words), registry, process_time)

    assert "out of order or stands twice" in problems[0].cause
    assert problems[0].line == 2


def test_a_directory_that_cannot_be_read_is_reported(tmp_path: Path, registry: Registry) -> None:
    (problem,) = validate(tmp_path, registry, process_time)

    assert "no directory makers" in problem.cause


def test_rules_laid_over_a_database_must_not_be_claimed_by_it(tmp_path: Path, registry: Registry) -> None:
    base = Database.merged([read_tree(write(tmp_path / "base"))], registry)
    text = ACME.replace("acme-", "own-").replace("'^Acme/", "'^[AB]cme/")
    root = tmp_path / "own"
    (root / "makers").mkdir(parents=True)
    (root / "makers" / "acme.toml").write_text(text.replace("[{ value = 'Acme/1.0'", "[{ value = 'Bcme/1.0'"))

    (problem,) = validate(root, registry, process_time, base)

    assert 'also matches "bcme-server" of bcme' in problem.cause


def slow_clock() -> Iterator[float]:
    return (0.02 * tick for tick in count())


def test_the_clock_is_an_argument(tmp_path: Path, registry: Registry) -> None:
    ticks = slow_clock()

    problems = validate(write(tmp_path / "data"), registry, lambda: next(ticks))

    assert {problem.cause.split(": ")[-1] for problem in problems} == {
        "the pattern is too slow.",
        "a pattern needs more than 10 ms on 64 KiB.",
    }
