"""The script that measures `camcensus judge` on labelled records."""

import json
from pathlib import Path

import pytest

from bench.judge_corpus import main


def record(number: int, family: str, channel: str, value: str, **more: object) -> str:
    whole = {"id": f"r{number}", "channel": channel, "value": value, "label": {"family": family}}
    return json.dumps({**whole, "kind": "capture", **more}) + "\n"


# Values: fact sheets of the makers; the server line of r5 is said to be another maker's to make it false.
CORPUS = (
    record(1, "hikvision", "http.server", "DNVRS-Webs")
    + record(2, "dahua", "rtsp.realm", "Login to 3C06520PAN00001")
    + record(3, "dahua", "http.server", "nothing that tells\x1b[2J")
    + record(4, "other", "http.realm", "AXIS_ACCC8E000000")
    + record(5, "other", "http.server", "DNVRS-Webs")
    + record(6, "unknown", "http.server", "DNVRS-Webs")
    + record(7, "hikvision", "mac", "44:19:b6", kind="registry")
    + record(8, "dahua", "http.body", "no such page", kind="pattern-derived")
    + record(9, "hikvision", "http.server", "in dispute", conflict=True)
)


@pytest.fixture
def printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    (tmp_path / "corpus.jsonl").write_text(CORPUS)
    main([str(tmp_path / "corpus.jsonl"), "--misses"])
    return capsys.readouterr().out.splitlines()


def test_recall_is_told_by_kind_and_family(printed: list[str]) -> None:
    rows = [line.split() for line in printed]

    assert ["strict", "both", "4", "0.750", "0.750"] in rows
    assert ["strict,", "capture", "dahua", "2", "0.500", "0.500"] in rows
    assert ["strict,", "registry", "hikvision", "1", "1.000", "1.000"] in rows
    assert ["wide,", "pattern-derived", "dahua", "1", "0.000", "0.000"] in rows


def test_precision_counts_targets_named_on_somebody_else_s_record(printed: list[str]) -> None:
    rows = [line.split() for line in printed]

    assert ["flagged", "2", "3", "1", "0.750"] in rows
    assert "false hit r5 (http.server, other) is flagged hikvision: DNVRS-Webs" in printed


def test_misses_are_listed_when_asked_for(printed: list[str]) -> None:
    misses = [line for line in printed if line.startswith("miss ")]

    assert [line.split()[1] for line in misses] == ["r3", "r8"]
    assert r"nothing that tells\x1b[2J" in misses[0]


def test_without_being_asked_for_they_are_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "corpus.jsonl").write_text(CORPUS)

    main([str(tmp_path / "corpus.jsonl")])

    assert "miss" not in capsys.readouterr().out


def test_without_a_corpus_it_says_how_it_is_used() -> None:
    with pytest.raises(SystemExit, match=r"python -m bench\.judge_corpus CORPUS\.jsonl"):
        main(["--misses"])
