"""Policy files that cannot be used are named with file, line, cause and remedy."""

from pathlib import Path

import pytest

from scanner.matching.database import shipped_root
from scanner.matching.problem import BadSignatures, Problem
from scanner.policy.known import Known
from scanner.policy.pack_file import policy_problems, read_packs
from scanner.policy.policy import Confidence, Criterion, Deed, Force, Standing
from scanner.policy.rulebook import Rulebook
from tests.policy.books import book, database

POLICY = """schema = 1
as_of = "2026-11-22"

[policy]
id = "own-rule"
version = 1
title = "Own rule"
jurisdiction = "UK"
issued = "2026-01-01"
in_force = "2026-02-01"
status = "in_force"
who = "whoever adds it"
binds = ["uk-police"]
criterion = "named"
citations = ["A letter"]
confidence = "single"

[[named]]
company = "hikvision"

[[action]]
do = "remove"
force = "must"
labels = ["uk-sensitive"]
roles = ["core"]
deadline = "2027"
"""
FACT = (
    'known = "no", detail = "In Leeds.", sources = ["A letter"], dated = "2026-01-01", confidence = "single"'
)
SEAT = f"seat = {{ {FACT} }}"
COMPANIES = f"""schema = 1
as_of = "2026-11-22"

[[company]]
id = "acme"
name = "Acme"
legal = "Acme Ltd"
{SEAT}
sources = ["A letter"]
"""
LABELS = """schema = 1
as_of = "2026-11-22"

[[label]]
id = "uk-museum"
kind = "organisation"
title = "a UK museum"
implies = ["uk-contracting-authority"]
sources = ["A letter"]
"""
BASES = (shipped_root(),)


def written(root: Path, text: str, name: str = "own-rule") -> Path:
    (root / "policies").mkdir(exist_ok=True)
    path = root / "policies" / f"{name}.toml"
    path.write_text(text)
    return path


def found(root: Path) -> tuple[Problem, ...]:
    return policy_problems(root, database(), BASES)


def test_the_shipped_files_have_no_problem() -> None:
    assert policy_problems(shipped_root(), database()) == ()


def test_a_directory_without_policies_has_no_problem(tmp_path: Path) -> None:
    assert found(tmp_path) == ()


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    written(tmp_path, POLICY)

    assert found(tmp_path) == ()
    policy = next(one for one in Rulebook.load(database(), [tmp_path]).policies if one.id == "own-rule")
    (action,) = policy.actions
    assert (policy.standing, policy.criterion, policy.affiliates) == (
        Standing.IN_FORCE,
        Criterion.NAMED,
        Known.UNCLEAR,
    )
    assert (policy.confidence, policy.binds) == (Confidence.SINGLE, ("uk-police",))
    assert (action.do, action.force, str(action.deadline)) == (
        Deed.REMOVE,
        Force.MUST,
        "2027-01-01/2027-12-31",
    )
    assert [one.company for one in policy.named] == ["hikvision"]


def test_companies_and_labels_of_ones_own_are_laid_over_the_shipped_ones(tmp_path: Path) -> None:
    written(tmp_path, COMPANIES, "companies")
    written(tmp_path, LABELS, "labels")
    text = POLICY.replace('"hikvision"', '"acme"').replace('"uk-police"', '"uk-museum"')
    written(tmp_path, text)

    assert found(tmp_path) == ()
    rulebook = Rulebook.load(database(), [tmp_path])
    assert rulebook.companies.by_id["acme"].seat.known is Known.NO
    assert "hikvision" in rulebook.companies.by_id
    assert rulebook.labels.all_of(["uk-museum"]) == {"uk-museum", "uk-contracting-authority"}


def test_a_shipped_policy_is_replaced_by_one_of_the_same_id(tmp_path: Path) -> None:
    wms = (shipped_root() / "policies" / "uk-wms-2022-11-24.toml").read_text()
    written(tmp_path, wms.replace("version = 1", "version = 2"), "uk-wms-2022-11-24")

    versions = {one.id: one.version for one in Rulebook.load(database(), [tmp_path]).policies}

    assert versions["uk-wms-2022-11-24"] == 2
    assert len(versions) == len(book().policies)


# What may be wrong with a policy: the change, the line and a part of the message.
BROKEN = {
    "no date": ('in_force = "2026-02-01"\n', "", 4, "in_force is missing"),
    "no day of issue": ('issued = "2026-01-01"\n', "", 4, "issued is missing"),
    "a day that never was": ("2026-02-01", "2026-02-30", 10, "in_force is no date"),
    "dates in the wrong order": ("2026-02-01", "2025-02-01", 10, "in_force lies before 2026-01-01"),
    "an unknown date without a note": ('"2026-02-01"', '"unknown"', 10, "unknown without a note"),
    "a deadline that is not known": ('"2027"', '"unknown"', 26, "deadline is not known"),
    "an unknown action": ('"remove"', '"destroy"', 22, "'destroy', which is no known word"),
    "an unknown force": ('"must"', '"shall"', 23, "'shall', which is no known word"),
    "an unknown role": ('["core"]', '["lobby"]', 25, "'lobby', which is no known word"),
    "an unknown status": ('"in_force"', '"alive"', 11, "'alive', which is no known word"),
    "an unknown jurisdiction": ('"UK"', '"ATLANTIS"', 8, "'ATLANTIS', which is no known word"),
    "an unknown criterion": ('"named"', '"felt"', 14, "'felt', which is no known word"),
    "an unknown label": ('["uk-sensitive"]', '["uk-cosy"]', 24, 'the label "uk-cosy", which is not known'),
    "nobody it binds": ('["uk-police"]', '["nobody"]', 13, 'the label "nobody", which is not known'),
    "a company without sources": ('"hikvision"', '"acme"', 19, 'the company "acme" is not known'),
    "names without a criterion": ('"named"', '"prc_nil"', 14, "do not fit"),
    "a criterion without names": ('[[named]]\ncompany = "hikvision"\n', "", 14, "do not fit"),
    "no rule, but a criterion": ('"in_force"', '"no_rule"', 14, "Only where there is no rule"),
    "withdrawn since ever": ('"in_force"', '"withdrawn"', 11, "superseded is missing"),
    "no source": ('citations = ["A letter"]\n', "", 4, "citations is missing"),
    "a guess": ('"single"', '"guess"', 16, "'guess', which is no known word"),
    "another name": ('"own-rule"', '"other-rule"', 5, "in a file of another name"),
    "an unknown key": ('who = "', 'whom = "', 12, "whom is not a known key"),
    "no policy": ("[policy]", "[rule]", 1, "policy is missing"),
    "a version of nought": ("version = 1", "version = 0", 6, "version is not a whole number"),
    "no TOML": ("[[named]]", "[[named", 18, "The file is not TOML"),
}


@pytest.mark.parametrize(("old", "new", "line", "cause"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_wrong_with_a_policy_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, cause: str
) -> None:
    assert old in POLICY
    path = written(tmp_path, POLICY.replace(old, new, 1))

    problems = found(tmp_path)

    assert any(
        (one.file, one.line) == (str(path), line) and cause in one.cause and one.remedy for one in problems
    ), [str(one) for one in problems]
    with pytest.raises(BadSignatures):
        read_packs((*BASES, tmp_path), database())


BROKEN_COMPANIES = {
    "a maker without a source": ('sources = ["A letter"]\n', "", 4, "sources is missing"),
    "a fact without a source": (SEAT, SEAT.replace('sources = ["A letter"], ', ""), 8, "seat has no sources"),
    "a fact without its day": (SEAT, SEAT.replace(', dated = "2026-01-01"', ""), 8, "seat has no dated"),
    "a fact that is a guess": (
        SEAT,
        SEAT.replace('"single"', '"guess"'),
        8,
        "has a confidence that is 'guess'",
    ),
    "a fact that is neither": (SEAT, SEAT.replace('"no"', '"perhaps"'), 8, "has a known that is 'perhaps'"),
    "a fact that says more": (SEAT, SEAT.replace("known =", "rumour = 1, known ="), 8, "seat says rumour"),
    "a fact that is a text": (SEAT, 'seat = "Leeds"', 8, "seat is not a table"),
    "no seat": (f"{SEAT}\n", "", 4, "seat is missing"),
    "a parent that is not known": (
        SEAT,
        f'{SEAT}\nbelongs = {{ company = "nobody", {FACT} }}',
        9,
        'it belongs to "nobody"',
    ),
    "a parent that is not at the top": (
        SEAT,
        f'{SEAT}\nbelongs = {{ company = "ezviz", {FACT} }}',
        9,
        'it belongs to "ezviz", which belongs to "hikvision"',
    ),
    "its own parent": (
        SEAT,
        f'{SEAT}\nbelongs = {{ company = "acme", {FACT} }}',
        9,
        'it belongs to "acme"',
    ),
    "an unknown maker": (
        'id = "acme"',
        'id = "acme"\nmaker = "acme"',
        6,
        "maker is 'acme', which is no known word",
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "line", "cause"), BROKEN_COMPANIES.values(), ids=BROKEN_COMPANIES.keys()
)
def test_what_is_wrong_with_a_company_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, cause: str
) -> None:
    text = COMPANIES.replace(old, new, 1) if old == SEAT else new.join(COMPANIES.rsplit(old, 1))
    path = written(tmp_path, text, "companies")

    problems = found(tmp_path)

    assert any((one.file, one.line) == (str(path), line) and cause in one.cause for one in problems), [
        str(one) for one in problems
    ]


def test_a_company_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, COMPANIES + COMPANIES.partition("\n\n")[2], "companies")

    (problem,) = found(tmp_path)

    assert (problem.file, problem.line, problem.cause) == (str(path), 11, 'company "acme" stands here twice.')


def test_a_label_that_implies_an_unknown_one_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, LABELS.replace("uk-contracting-authority", "uk-anything"), "labels")

    (problem,) = found(tmp_path)

    assert (problem.file, problem.line) == (str(path), 8)
    assert 'implies names the label "uk-anything"' in problem.cause


def test_policies_outside_their_directory_are_refused(tmp_path: Path) -> None:
    outside, root = tmp_path / "elsewhere", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (root / "policies").symlink_to(outside)

    (problem,) = found(root)

    assert "lies outside" in problem.cause
