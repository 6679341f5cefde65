"""Where results go, and the exit code that they mean."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from scanner.cli import talk
from scanner.cli.config import Config
from scanner.cli.invocation import Invocation
from scanner.cli.option import FailOn, OutputOptions
from scanner.cli.running.result import deliver, exit_code, exporter, finish
from scanner.cli.talk import LogFormat, Loudness
from scanner.errors import CamcensusError
from scanner.export import CSV, JSONL, Exporter, Report
from scanner.model.verdict import Status, Verdict
from tests.export.conftest import COVERAGE, flagged, make_match, make_report

__all__ = ["flagged", "make_match", "make_report"]

MakeReport = Callable[..., Report]
INVOCATION = Invocation(Config(), log_format=LogFormat.TEXT, loudness=Loudness.NORMAL)


def options(
    output: str | None = None, fmt: str | None = None, fail_on: FailOn | None = None
) -> OutputOptions:
    return OutputOptions(output, fmt, fail_on, "")


@pytest.mark.parametrize(
    ("output", "fmt", "expected"),
    [
        ("findings.csv", None, CSV),
        ("findings.jsonl", None, JSONL),
        ("findings.NDJSON", None, JSONL),
        ("findings.txt", None, CSV),
        ("-", None, CSV),
        ("findings.csv", "jsonl", JSONL),
        (None, "csv", CSV),
    ],
)
def test_the_format_is_what_was_asked_for_else_the_suffixs_else_csv(
    output: str | None, fmt: str | None, expected: Exporter
) -> None:
    assert exporter(options(output, fmt)) is expected


@pytest.mark.parametrize(
    ("status", "is_complete", "fail_on", "is_interrupted", "code"),
    [
        (Status.FLAGGED, True, None, False, 0),
        (Status.FLAGGED, False, None, False, 4),
        (Status.FLAGGED, False, FailOn.FLAGGED, False, 3),
        (Status.FLAGGED, True, FailOn.SUSPECTED, False, 3),
        (Status.SUSPECTED, True, FailOn.FLAGGED, False, 0),
        (Status.SUSPECTED, True, FailOn.SUSPECTED, False, 3),
        (Status.OTHER_MAKER, True, FailOn.SUSPECTED, False, 0),
        (Status.FLAGGED, False, FailOn.FLAGGED, True, 130),
    ],
)
def test_interruption_comes_before_findings_and_those_before_incompleteness(
    status: Status,
    is_complete: bool,
    fail_on: FailOn | None,
    is_interrupted: bool,
    code: int,
    flagged: Verdict,
    make_report: MakeReport,
) -> None:
    report = make_report(replace(flagged, status=status))
    if is_complete:
        report = replace(report, coverage=replace(COVERAGE, gaps=(), skipped={}))

    assert exit_code(report, options(fail_on=fail_on), is_interrupted) == code


def test_a_file_that_cannot_be_written_in_the_end_is_rescued(
    flagged: Verdict,
    make_report: MakeReport,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = tmp_path / "unmounted" / "findings.csv"

    with pytest.raises(CamcensusError, match="could not be written") as caught:
        deliver(make_report(flagged), options(str(gone)), INVOCATION)

    (rescued,) = tmp_path.glob("camcensus-6f0c9d1e-*.csv")
    assert (caught.value.exit_code, str(rescued) in str(caught.value)) == (1, True)
    assert "DS-2CD2032-I" in rescued.read_text()


def test_when_nothing_can_be_written_anywhere_the_results_are_printed(
    flagged: Verdict,
    make_report: MakeReport,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "also unmounted"))
    out = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(out))

    with pytest.raises(CamcensusError, match="the results are in standard output"):
        deliver(make_report(flagged), options(str(tmp_path / "unmounted" / "findings.csv")), INVOCATION)

    assert b"DS-2CD2032-I" in out.getvalue()


def test_a_quiet_run_with_a_file_prints_no_table_but_ends_with_its_coverage(
    flagged: Verdict, make_report: MakeReport, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk.begin(loudness=Loudness.QUIET)

    deliver(
        make_report(flagged),
        options(str(tmp_path / "findings.csv")),
        replace(INVOCATION, loudness=Loudness.QUIET),
    )

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("Coverage: 254 in scope, ")


def test_an_interruption_decides_the_exit_code_also_when_the_output_failed(
    flagged: Verdict,
    make_report: MakeReport,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    talk.begin()

    code = finish(make_report(flagged), options(str(tmp_path / "gone" / "x.csv")), INVOCATION, True)

    assert code == 130
    assert "Error: " in capsys.readouterr().err
