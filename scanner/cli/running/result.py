"""Where results go, and the exit code that they mean."""

import errno
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scanner.cli import talk
from scanner.cli.group import EXIT_INTERRUPTED
from scanner.cli.history.redaction import fresh
from scanner.cli.invocation import Invocation
from scanner.cli.option import FailOn, OutputOptions
from scanner.errors import CamcensusError, Incomplete
from scanner.export import BUILTIN_EXPORTERS, CSV, JSONL, Exporter, Report, coverage, file
from scanner.export.redaction import Level
from scanner.model.verdict import Status

EXIT_FINDINGS = 3
# Whoever compares finds differences: the same code, by the name of what it means then.
EXIT_DIFFERENT = EXIT_FINDINGS
STANDARD_OUTPUT = "-"

_FAILING = {
    FailOn.FLAGGED: frozenset({Status.FLAGGED}),
    FailOn.SUSPECTED: frozenset({Status.FLAGGED, Status.SUSPECTED}),
}


def check(options: OutputOptions) -> None:
    """Raise UsageProblem, before anything is examined, when the results could not be written."""
    if options.output is not None and options.output != STANDARD_OUTPUT:
        file.check_writable(Path(options.output))


def deliver(report: Report, options: OutputOptions, invocation: Invocation) -> None:
    """Write the results where the options say, and end with how much was looked at.

    Without ``-o`` a terminal gets a table and a pipe gets JSON Lines. With a file, the table is printed
    as well, unless the run is quiet. Raises CamcensusError when a file could not be written; the results
    are then in another place, which the message names.
    """
    report = redacted(report, options.redact)
    try:
        if options.output is None:
            _print(report, options, sys.stdout.isatty() and options.format is None)
        elif options.output == STANDARD_OUTPUT:
            _print_lines(report, exporter(options))
        else:
            _write(report, options)
            if invocation.loudness is not talk.Loudness.QUIET:
                _show(report)
    finally:
        for sentence in coverage.sentences(report.coverage):
            talk.closing(sentence)


def finish(report: Report, options: OutputOptions, invocation: Invocation, is_interrupted: bool) -> int:
    """Deliver the results and return the exit code.

    Raises CamcensusError as ``deliver`` does; after an interruption it is only said, since that decides
    the exit code.
    """
    try:
        deliver(report, options, invocation)
    except CamcensusError as error:
        if not is_interrupted:
            raise
        talk.error(str(error))
    return exit_code(report, options, is_interrupted)


def save(report: Report, options: OutputOptions) -> None:
    """Write the file of ``-o`` whole, in place of what was there. Raises OSError."""
    if options.output is not None and options.output != STANDARD_OUTPUT:
        file.write(Path(options.output), exporter(options).lines(redacted(report, options.redact)))


def redacted(report: Report, level: Level) -> Report:
    """Return a report whose rows are redacted, in whichever format they are written."""
    if level is Level.NONE or report.redaction is not None:
        return report
    names = (report.site, *(one.name for one in report.coverage.segments))
    return replace(report, redaction=fresh(level, names))


def exporter(options: OutputOptions) -> Exporter:
    """Return the exporter of the format that was asked for, else of the file's suffix, else CSV."""
    if options.format is not None:
        return next(one for one in BUILTIN_EXPORTERS if one.name == options.format)
    suffix = Path(options.output or "").suffix.lower()
    return next((one for one in BUILTIN_EXPORTERS if suffix in one.suffixes), CSV)


def exit_code(report: Report, options: OutputOptions, is_interrupted: bool = False) -> int:
    """Return what the run ends with: interrupted, then findings, then incomplete, then done."""
    if is_interrupted:
        return EXIT_INTERRUPTED
    if options.fail_on and any(verdict.status in _FAILING[options.fail_on] for verdict in report.verdicts):
        return EXIT_FINDINGS
    return 0 if report.coverage.is_complete else Incomplete.exit_code


def _print(report: Report, options: OutputOptions, is_for_people: bool) -> None:
    if is_for_people:
        _show(report)
    else:
        _print_lines(report, exporter(options) if options.format else JSONL)


def _show(report: Report) -> None:
    from scanner.export import table

    table.show(report, sys.stdout)


def _print_lines(report: Report, wanted: Exporter) -> None:
    try:
        put(wanted.lines(report))
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        raise _unwritten("Standard output", error, _rescued(report, wanted)) from error


def _write(report: Report, options: OutputOptions) -> None:
    try:
        save(report, options)
    except OSError as error:
        raise _unwritten(str(options.output), error, _rescued(report, exporter(options))) from error


def _rescued(report: Report, wanted: Exporter) -> str:
    """Put the results in another place, and return where."""
    stem = f"camcensus-{report.sweep_id}"
    try:
        return str(file.write_rescue(stem, wanted.suffixes[0], wanted.lines(report)))
    except OSError:
        put(wanted.lines(report))
        return "standard output"


def put(lines: Iterable[str]) -> None:
    """Write lines to standard output as they are, in UTF-8. Raises OSError."""
    out = sys.stdout.buffer
    for line in lines:
        out.write(line.encode())
    out.flush()


def _unwritten(place: str, error: OSError, rescue: str) -> CamcensusError:
    return CamcensusError(
        f"{place} could not be written ({error.strerror}). Nothing is lost: the results are in {rescue}. "
        "Make room or choose another place, and copy them there."
    )
