"""Advisory files that cannot be used are named with file, line, cause and remedy."""

from datetime import date
from pathlib import Path
from time import process_time

import pytest

from scanner.matching.database import Database, load, shipped_root
from scanner.matching.problem import BadSignatures
from scanner.policy.advisory_file import advisory_problems, load_advisories
from scanner.policy.bound import Bound

SOUND = """schema = 1
as_of = "2025-08-25"
[maker]
id = "hikvision"
models = ['^DS-']

[[advisory]]
id = "CVE-2099-1"
title = "A title"
cvss = 7.5
kev = "2022-01-10"
sources = ["CVE record"]

[[range]]
advisories = ["CVE-2099-1"]
products = "DS-9"
models = ['^DS-9']
device_class = "recorder"
match = "version+build"
from = "V4.0.0 build 200101"
before = "V4.5.0 build 210101"
fixed = "V4.5.5 build 210301"
"""


@pytest.fixture(scope="module")
def database() -> Database:
    return load()


def written(root: Path, text: str, name: str = "own") -> Path:
    (root / "advisories").mkdir(exist_ok=True)
    path = root / "advisories" / f"{name}.toml"
    path.write_text(text)
    return path


def hikvision(root: Path, text: str) -> Path:
    return written(root, text, "hikvision")


def test_the_shipped_files_have_no_problem(database: Database) -> None:
    assert advisory_problems(shipped_root(), database, process_time) == ()


def test_a_directory_without_advisories_has_no_problem(tmp_path: Path, database: Database) -> None:
    assert advisory_problems(tmp_path, database, process_time) == ()


def test_a_file_is_read_as_it_is_written(tmp_path: Path, database: Database) -> None:
    hikvision(tmp_path, SOUND)

    assert advisory_problems(tmp_path, database, process_time) == ()
    (added,) = (one for one in load_advisories(database, [tmp_path]) if one.id == "CVE-2099-1")
    (within,) = added.ranges
    assert (added.maker.name, added.cvss, added.kev_since) == ("Hikvision", 7.5, date(2022, 1, 10))
    assert added.as_of == date(2025, 8, 25)
    assert within.start == Bound((4, 0, 0), date(2020, 1, 1))
    assert within.end == Bound((4, 5, 0), date(2021, 1, 1))
    assert (within.is_end_included, within.fixed_text) == (False, "V4.5.5 build 210301")


def test_an_extra_directory_of_advisories_alone_is_laid_over_the_shipped_ones(tmp_path: Path) -> None:
    hikvision(tmp_path, SOUND.replace("CVE-2099-1", "CVE-2021-36260"))

    found = {one.id: one for one in load_advisories(load([tmp_path]), [tmp_path])}

    assert found["CVE-2021-36260"].title == "A title"
    assert "CVE-2017-7921" in found


# What may be wrong with a file: the change, the line and a part of the message.
BROKEN = {
    "no date": ('as_of = "2025-08-25"\n', "", 1, "as_of is not a date"),
    "a day that never was": ("2025-08-25", "2025-02-30", 2, "as_of is not a date"),
    "no maker": ("[maker]\nid", "[makers]\nid", 1, "maker is missing"),
    "an unknown maker": ('id = "hikvision"', 'id = "nobody"', 4, "no known word"),
    "no source": ('sources = ["CVE record"]\n', "", 7, "sources is missing"),
    "an empty list of sources": ('["CVE record"]', "[]", 12, "at least one text"),
    "no word about exploitation": ('kev = "2022-01-10"\n', "", 7, "kev is missing"),
    "exploited since no day": ('"2022-01-10"', "true", 11, "neither false nor a date"),
    "a score above ten": ("cvss = 7.5", "cvss = 10.5", 10, "not from 0 to 10"),
    "a score in words": ("cvss = 7.5", 'cvss = "high"', 10, "is not a number"),
    "no number": ('id = "CVE-2099-1"', 'id = "the bad one"', 8, "no advisory's number"),
    "a pattern that RE2 refuses": ("['^DS-9']", "['^DS-(?=9)']", 17, "refused by RE2"),
    "a pattern that captures": ("['^DS-9']", "['^DS-(?P<model>9)']", 17, "captures model"),
    "a slow pattern": ("['^DS-9']", "['(?s)D.{0,400}S.{0,400}\\x00']", 17, "too slow"),
    "an unknown device class": ('"recorder"', '"dvr"', 18, "no known word"),
    "an unknown key": ("products =", "product =", 16, "product is not a known key"),
    "an unknown section": ("[[range]]", "[[ranges]]", 1, "ranges is not known here"),
    "an unknown basis": ('"version+build"', '"date"', 19, "no known word"),
    "ends beside none": ('"version+build"', '"none"', 20, "from stands beside match = none"),
    "a version where a build is said": ('"version+build"', '"build"', 20, '200101" is not read as build'),
    "a build where a version is said": ('"version+build"', '"version"', 20, '200101" is not read as version'),
    "no version at all": ('"V4.0.0 build 200101"', '"early ones"', 20, '"early ones" is not read'),
    "two ends": ("from =", "through =", 19, "needs either through or before"),
    "no end": ("before =", "from_ =", 21, "not a known key"),
    "ends exchanged": ("V4.0.0", "V4.6.0", 20, "is empty"),
    "a fix inside the range": ("V4.5.5", "V4.4.5", 22, "is fixed, but"),
    "a range of another advisory": ('["CVE-2099-1"]', '["CVE-2099-2"]', 15, "no advisory of this file"),
    "no TOML": ("schema = 1", "schema = 1 =", 1, "not TOML"),
    "another schema": ("schema = 1", "schema = 2", 1, "schema is not 1"),
}


@pytest.mark.parametrize(("old", "new", "line", "cause"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_reported_with_its_line(
    tmp_path: Path, database: Database, old: str, new: str, line: int, cause: str
) -> None:
    assert old in SOUND
    path = hikvision(tmp_path, SOUND.replace(old, new, 1))

    problems = advisory_problems(tmp_path, database, process_time)

    told = [(problem.file, problem.line) for problem in problems if cause in problem.cause]
    assert told == [(str(path), line)], problems
    assert all(problem.remedy for problem in problems)


def test_an_advisory_without_a_range_is_reported(tmp_path: Path, database: Database) -> None:
    hikvision(tmp_path, SOUND.partition("[[range]]")[0])

    (problem,) = advisory_problems(tmp_path, database, process_time)

    assert (problem.line, problem.cause) == (8, 'advisory "CVE-2099-1": no range belongs to it.')


def test_an_advisory_that_stands_twice_is_reported(tmp_path: Path, database: Database) -> None:
    hikvision(tmp_path, SOUND)
    second = written(tmp_path, SOUND, "hikvision_more")

    (problem,) = advisory_problems(tmp_path, database, process_time)

    assert (problem.file, problem.line) == (str(second), 8)
    assert "already in advisories/hikvision.toml" in problem.cause


def test_a_maker_without_signatures_is_reported(tmp_path: Path, database: Database) -> None:
    written(tmp_path, SOUND.replace("hikvision", "acme"), "acme")
    words = Database(
        {},
        database.brand_registrants,
        database.vocabulary | type(database.vocabulary)(makers=frozenset({"acme"})),
        database.registry,
        "",
    )

    (problem,) = advisory_problems(tmp_path, words, process_time)

    assert (problem.line, problem.cause) == (4, 'There are no signatures of the maker "acme".')


def test_a_link_out_of_the_directory_is_refused(tmp_path: Path, database: Database) -> None:
    outside = hikvision(tmp_path, SOUND)
    root = tmp_path / "root"
    (root / "advisories").mkdir(parents=True)
    (root / "advisories" / "hikvision.toml").symlink_to(outside)

    (problem,) = advisory_problems(root, database, process_time)

    assert "outside its directory" in problem.cause


def test_a_broken_file_is_never_used_in_part(tmp_path: Path, database: Database) -> None:
    hikvision(tmp_path, SOUND.replace("V4.0.0", "V4.6.0"))

    with pytest.raises(BadSignatures) as raised:
        load_advisories(database, [tmp_path])

    assert raised.value.exit_code == 2
    assert str(raised.value).startswith(f"{tmp_path / 'advisories' / 'hikvision.toml'}:20: ")
