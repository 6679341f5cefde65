"""Judging what other tools have seen: read, judge, write."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import click

from scanner.cli import result, talk
from scanner.cli.invocation import Invocation
from scanner.cli.option import OutputOptions
from scanner.clock import SystemClock
from scanner.errors import UsageProblem
from scanner.export import Report
from scanner.intake import field, protocol
from scanner.intake.jsonl import Intake
from scanner.matching.database import Database, load
from scanner.matching.verdict import judge
from scanner.model.coverage import Coverage
from scanner.model.field import Field
from scanner.policy.advisory_file import load_advisories
from scanner.policy.assessment import assess_all

# A file of the wrong kind is wrong in every line; so many show what is the matter.
MAX_REPORTED_PROBLEMS = 20
NOT_ASSESSED = "Nothing that was told of it says what it runs."


def run(source: str, signatures: Sequence[Path], output: OutputOptions, invocation: Invocation) -> int:
    """Judge a file, or standard input for ``-``; write the verdicts and return the exit code."""
    result.check(output)
    database = load(signatures)
    advisories = load_advisories(database, signatures)
    clock = SystemClock()
    started_at = clock.now()
    intake = _taken(source, started_at)
    _report_problems(intake)
    report = _judged(intake, database, output.site, started_at, clock.now())
    report = replace(report, advisories=assess_all(report.verdicts, advisories))
    result.deliver(report, output, invocation)
    return result.exit_code(report, output)


def names() -> Iterator[str]:
    """Yield a line for every field and every protocol, with other names that are taken for it."""
    yield "Fields, for 'field' with 'value':"
    for known in Field:
        others = [name for name, meant in field.ALIASES.items() if meant is known]
        yield _name(known.value, known.note, others)
    yield "Protocols, for 'protocol' with 'data_base64':"
    for spoken in protocol.PROTOCOLS:
        yield _name(spoken.name, spoken.note, spoken.aliases)


def _name(name: str, note: str, others: Sequence[str]) -> str:
    also = f" (also: {', '.join(others)})" if others else ""
    return f"  {name:<24} {note}{also}"


def _taken(source: str, at: datetime) -> Intake:
    intake = Intake()
    try:
        with click.open_file(source, "rb") as stream:
            intake.take(stream, at)
    except OSError as error:
        raise UsageProblem(
            f"{source} cannot be read ({error.strerror}), so nothing was judged. Name a readable file, or "
            "'-' for standard input."
        ) from error
    return intake


def _report_problems(intake: Intake) -> None:
    for problem in intake.problems[:MAX_REPORTED_PROBLEMS]:
        talk.warning(str(problem))
    rest = len(intake.problems) - MAX_REPORTED_PROBLEMS
    if rest > 0:
        talk.warning(f"{rest} more lines could not be used")


def _judged(
    intake: Intake, database: Database, site: str, started_at: datetime, ended_at: datetime
) -> Report:
    verdicts = tuple(
        judge(record.host, tuple(record.observations), database, not_assessed=NOT_ASSESSED)
        for record in intake.hosts.values()
    )
    unusable = len(intake.problems)
    coverage = Coverage(
        started_at=started_at,
        ended_at=ended_at,
        in_scope=len(verdicts),
        answered=len(verdicts),
        examined=len(verdicts),
        notes=(f"judged from {intake.line_count} lines; nothing was sent",),
        gaps=(f"{unusable} of {intake.line_count} lines could not be used",) if unusable else (),
    )
    return Report(uuid4(), site, verdicts, result.with_registry_age(coverage, database.registry))
