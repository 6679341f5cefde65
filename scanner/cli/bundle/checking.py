"""Checking a bundle that was handed over, and saying what was found."""

from collections.abc import Iterator
from pathlib import Path

from scanner import __version__
from scanner.bundle.checking import Report, check
from scanner.bundle.sweep import Knowledge, knowledge
from scanner.cli.bundle.making import sha256
from scanner.cli.running import result
from scanner.cli.running.result import EXIT_DIFFERENT
from scanner.errors import UsageProblem
from scanner.export.escape import shorten
from scanner.export.plural import counted
from scanner.export.redaction import Level
from scanner.matching.database import Database, load
from scanner.net import signer

# A sentence of a problem; a hostile bundle would write more.
_MAX_CHARACTERS = 600


def run(path: Path, key: Path | None, signature: Path | None, signatures: tuple[Path, ...]) -> int:
    """Print what was found, then the verdict on the bundle in one sentence; return the exit code."""
    database = load(signatures)
    today = _today(database)
    try:
        with path.open("rb") as bundle:
            report = check(bundle, database, today)
        digest = sha256(path)
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be read ({error.strerror}), so nothing was checked. Name a readable file."
        ) from error
    signed = list(_check_signature(path, key, signature, report))
    result.put(f"{shorten(line, _MAX_CHARACTERS)}\n" for line in _lines(report, today, digest, signed))
    return EXIT_DIFFERENT if report.problems else 0


def _today(database: Database) -> Knowledge:
    return knowledge(__version__, database.version, database.registry.published)


def _check_signature(path: Path, key: Path | None, named: Path | None, report: Report) -> Iterator[str]:
    """Yield what there is to say of the signature; one that is wrong or missing is a problem."""
    beside = [path.with_name(path.name + tool.suffix) for tool in signer.TOOLS]
    if key is None:
        there = named or next((one for one in beside if one.exists()), None)
        yield f"{there} was not checked: name the public key with --key." if there else "It is not signed."
        return
    place = named or path.with_name(path.name + signer.tool_of(key).suffix)
    if not place.exists():
        report.problems.append(f"{place} is missing, so it is not signed with that key.")
        return
    try:
        signer.check(path, place, key)
    except signer.WrongSignature as wrong:
        report.problems.append(str(wrong))
    else:
        yield f"{place} is a signature of that key over this bundle."


def _lines(report: Report, today: Knowledge, digest: str, signed: list[str]) -> Iterator[str]:
    about = report.manifest
    if about is not None:
        until = f"{about.until:%Y-%m-%d %H:%M} UTC"
        yield f"Audit bundle of {about.site}, up to {until}, by camcensus {about.program}."
    yield f"SHA-256 {digest}"
    yield from signed
    yield from _replayed(report, today)
    yield from report.problems
    if report.problems:
        yield f"NOT INTACT: {counted(len(report.problems), 'thing differs', 'things differ')}."
    else:
        yield "Intact: every member is as the manifest says."


def _replayed(report: Report, today: Knowledge) -> Iterator[str]:
    if report.manifest is not None and report.manifest.redaction is not Level.NONE:
        yield f"It is redacted ({report.manifest.redaction}) and holds no evidence to be judged again."
        return
    if not report.judged and not report.unjudged:
        return
    if report.unjudged:
        yield f"{report.unjudged} findings had too much evidence for the bundle and were not judged again."
    yield f"{report.judged} findings were judged again by {_told(today)}."
    for one in sorted(report.knowledge - {today}):
        yield f"Some were judged by {_told(one)} before, so that a difference is no tampering."
    if report.knowledge - {today}:
        yield f"{report.others or 'None'} of those come out otherwise today."
    for different in report.differences:
        yield (
            f"  Device {different.device_id} at {different.address}: {different.column} "
            f"{different.bundled or 'nothing'} then, {different.again or 'nothing'} today."
        )


def _told(knowledge: Knowledge) -> str:
    program, signatures, registry = knowledge
    return f"camcensus {program}, signatures {signatures}, registry of {registry or 'an unknown day'}"
