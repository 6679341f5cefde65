"""Checking a bundle: that it is as it was written, and that its findings follow from its evidence.

Nothing of a bundle is ever put on disk, and no name in it is used as a path. Whoever can write a bundle can
also write its checksums anew; against that only a signature helps, or the digest kept elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import file_digest
from typing import IO

from scanner.bundle import archive, manifest, replay, sweep
from scanner.bundle.archive import Altered, Piece
from scanner.bundle.manifest import BadManifest, Manifest
from scanner.bundle.replay import Difference
from scanner.bundle.sweep import Knowledge
from scanner.errors import UsageProblem
from scanner.export.redaction import Level
from scanner.matching.database import Database

# Who reads more than so many differences needs no list of them; the rest is counted.
MAX_TOLD = 20
# A site that is swept every hour for ten years has 87,600.
MAX_SWEEPS = 100_000
# The widest coverage has some hundred segments.
_MAX_SWEEP_BYTES = 1024 * 1024


@dataclass(slots=True)
class Report:
    """What a check found. ``problems`` are sentences: with any of them the bundle is not to be trusted.

    ``others`` counts findings that were judged by other knowledge than today's and would come out otherwise;
    they are no problem, and ``differences`` lists the first of them. ``knowledge`` is that of the sweeps.
    """

    manifest: Manifest | None = None
    problems: list[str] = field(default_factory=list)
    judged: int = 0
    unjudged: int = 0
    others: int = 0
    differences: list[Difference] = field(default_factory=list)
    knowledge: set[Knowledge] = field(default_factory=set)


def check(bundle: IO[bytes], database: Database, today: Knowledge) -> Report:
    """Check a bundle whole. Raises UsageProblem for a file that is none, and OSError as the file does."""
    report = Report()
    pieces = _pieces(bundle, report)
    report.manifest = _manifest(bundle, pieces, report)
    if report.manifest is None:
        return report
    _check_members(bundle, pieces, report.manifest, report)
    if not report.problems and report.manifest.redaction is Level.NONE:
        _check_findings(bundle, pieces, database, today, report)
    return report


def _pieces(bundle: IO[bytes], report: Report) -> dict[str, Piece]:
    """Return the members by name."""
    bundle.seek(0)
    if not archive.is_archive(bundle.read(archive.BLOCK_BYTES), manifest.MANIFEST):
        raise UsageProblem(
            "The file is no audit bundle, so nothing was checked. camcensus bundle make writes one."
        )
    found: dict[str, Piece] = {}
    try:
        for piece in archive.pieces(bundle):
            if piece.name in found:
                report.problems.append(f"{piece.name} stands in the bundle more than once.")
            found.setdefault(piece.name, piece)
    except Altered as altered:
        report.problems.append(f"{altered} What follows could not be checked.")
    return found


def _manifest(bundle: IO[bytes], pieces: Mapping[str, Piece], report: Report) -> Manifest | None:
    found, listed = (pieces.get(name) for name in (manifest.MANIFEST, manifest.MANIFEST_SUM))
    if found is None or found.size > manifest.MAX_MANIFEST_BYTES:
        report.problems.append(f"{manifest.MANIFEST} is {'too large' if found else 'missing'}.")
        return None
    data = archive.opened(bundle, found).read()
    if listed is None:
        report.problems.append(f"{manifest.MANIFEST_SUM} is missing.")
    elif archive.opened(bundle, listed).read(manifest.MAX_MANIFEST_BYTES) != manifest.checksum(data):
        report.problems.append(
            f"{manifest.MANIFEST} and {manifest.MANIFEST_SUM} do not agree: one of them was altered."
        )
    try:
        return manifest.loaded(data)
    except BadManifest as error:
        report.problems.append(f"{manifest.MANIFEST} cannot be used: {error}.")
        return None


def _check_members(bundle: IO[bytes], pieces: Mapping[str, Piece], listed: Manifest, report: Report) -> None:
    report.problems += _unlisted(pieces, listed)
    time_s = int(listed.until.timestamp())
    for member in listed.members:
        piece = pieces.get(member.name)
        if piece is None:
            report.problems.append(f"{member.name} is missing.")
        elif piece.size != member.size or _sha256(bundle, piece) != member.sha256:
            report.problems.append(f"{member.name} was altered: its SHA-256 is not that of the manifest.")
    report.problems += [
        f"The time of {piece.name} was altered." for piece in pieces.values() if piece.time_s != time_s
    ]


def _unlisted(pieces: Iterable[str], listed: Manifest) -> Iterator[str]:
    """Yield what the manifest and the members have too much or too little of, as names."""
    expected = manifest.names(listed.redaction)
    told = Counter(member.name for member in listed.members)
    heads = (manifest.MANIFEST, manifest.MANIFEST_SUM)
    yield from (f"The manifest lists no {name}." for name in expected if name not in told)
    yield from (
        f"The manifest lists {name}, which belongs in no such bundle."
        for name in told
        if name not in expected
    )
    yield from (f"The manifest lists {name} more than once." for name, count in told.items() if count > 1)
    yield from (
        f"{name} is in the bundle and not in the manifest."
        for name in pieces
        if name not in told and name not in heads
    )


def _sha256(bundle: IO[bytes], piece: Piece) -> str:
    return file_digest(archive.opened(bundle, piece), "sha256").hexdigest()


def _check_findings(
    bundle: IO[bytes], pieces: Mapping[str, Piece], database: Database, today: Knowledge, report: Report
) -> None:
    """Judge all evidence again. Findings that today's knowledge made must come out the same."""
    findings, packed = (pieces[name] for name in (manifest.FINDINGS, manifest.EVIDENCE))
    streams = (archive.opened(bundle, findings), archive.opened(bundle, packed))
    count = 0
    try:
        made_by = dict(_sweeps(archive.opened(bundle, pieces[manifest.SWEEPS])))
        report.knowledge = set(made_by.values())
        for one in replay.replay(*streams, packed.size, database):
            if one.sweep_id not in made_by:
                raise Altered("A finding is of a sweep that the bundle does not list.")
            report.judged += one.is_whole
            report.unjudged += not one.is_whole
            if one.differences and made_by[one.sweep_id] == today:
                count += 1
                report.problems += [_told(different) for different in one.differences if count <= MAX_TOLD]
            elif one.differences:
                report.others += 1
                report.differences += one.differences if report.others <= MAX_TOLD else ()
    except Altered as altered:
        report.problems.append(str(altered))
    if count > MAX_TOLD:
        report.problems.append(f"{count - MAX_TOLD} more findings do not follow from their evidence.")


def _sweeps(listed: IO[bytes]) -> Iterator[tuple[str, Knowledge]]:
    for _count in range(MAX_SWEEPS):
        line = listed.readline(_MAX_SWEEP_BYTES + 1)
        if not line:
            return
        yield sweep.read(line)
    raise Altered(f"It lists more than {MAX_SWEEPS} sweeps.")


def _told(one: Difference) -> str:
    return (
        f"The finding of device {one.device_id} at {one.address} does not follow from its evidence: "
        f"{one.column} is {one.bundled or 'nothing'}, and judged again {one.again or 'nothing'}."
    )
