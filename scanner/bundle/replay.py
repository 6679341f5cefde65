"""Judging a bundle's evidence again: the findings that it shows must follow from it."""

import csv as csv_module
import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import IO

from scanner.bundle import evidence
from scanner.bundle.archive import Altered
from scanner.bundle.evidence import Shown
from scanner.export import csv
from scanner.export.row import evidence_columns
from scanner.matching.database import Database
from scanner.matching.verdict import judge
from scanner.model.verdict import Status

# A row of the export has 30 cells, of which lists of ports and evidence are the longest.
MAX_ROW_BYTES = 1024 * 1024
# Text and base64 shrink to a third or less; ten times as much again would be no evidence but a bomb.
MAX_GROWTH = 200
_SLACK_BYTES = 1024 * 1024

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell of one finding that its evidence, judged again, does not give."""

    sweep_id: str
    device_id: str
    address: str
    column: str
    bundled: str
    again: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One finding judged again; ``is_whole`` is False where the bundle could not hold its evidence."""

    sweep_id: str
    differences: tuple[Difference, ...]
    is_whole: bool = True


def replay(findings: IO[bytes], packed: IO[bytes], packed_size: int, database: Database) -> Iterator[Judged]:
    """Yield every finding judged again, in the bundle's order.

    Raises Altered where findings and evidence do not belong together, or are not as they were written.
    """
    shown = map(evidence.read, _unpacked(packed, MAX_GROWTH * packed_size + _SLACK_BYTES))
    for cells, one in zip_longest(_rows(findings), shown):
        if cells is None or one is None or not _belong(cells, one):
            raise Altered("The evidence is not that of the findings, line by line.")
        yield _judged(cells, one, database)


def _belong(cells: Cells, shown: Shown) -> bool:
    return (cells["sweep_id"], cells["device_id"]) == (shown.sweep_id, str(shown.device_id))


def _judged(cells: Cells, shown: Shown, database: Database) -> Judged:
    if not shown.is_whole:
        return Judged(shown.sweep_id, (), is_whole=False)
    excuse = cells["reason"] if cells["verdict"] == Status.NOT_ASSESSED.value else None
    verdict = judge(shown.host, shown.observations, database, not_assessed=excuse)
    again = {column: csv.cell(value) for column, value in evidence_columns(verdict).items()}
    different = (column for column, cell in again.items() if cells[column] != cell)
    place = (shown.sweep_id, cells["device_id"], cells["address"])
    found = [Difference(*place, column, cells[column], again[column]) for column in different]
    # What is at odds with other hosts stands behind the reason; it takes the whole sweep to tell that.
    if excuse is None and not cells["reason"].startswith(csv.cell(verdict.reason)):
        found.append(Difference(*place, "reason", cells["reason"], csv.cell(verdict.reason)))
    return Judged(shown.sweep_id, tuple(found))


_NEEDED = frozenset({"sweep_id", "device_id", "address", "reason", "verdict", "maker", "evidence", "serial"})


def _rows(findings: IO[bytes]) -> Iterator[Cells]:
    """Yield the rows of the findings by their columns. A row is one line: the export escapes line breaks."""
    lines = iter(lambda: findings.readline(MAX_ROW_BYTES + 1), b"")
    columns = _cells(next(lines, b""))
    if not _NEEDED.issubset(columns):
        raise Altered("The header of the findings is not one that camcensus writes.")
    for line in lines:
        cells = _cells(line)
        if len(cells) != len(columns):
            raise Altered(f"A row of the findings has {len(cells)} cells instead of {len(columns)}.")
        yield dict(zip(columns, cells, strict=True))


def _cells(line: bytes) -> list[str]:
    try:
        if len(line) > MAX_ROW_BYTES:
            raise ValueError("it is too long")
        return next(csv_module.reader([line.decode()], strict=True), [])
    except (ValueError, csv_module.Error) as error:
        raise Altered(f"A row of the findings is not as camcensus writes it ({error}).") from error


def _unpacked(packed: IO[bytes], most: int) -> Iterator[bytes]:
    """Yield the lines of the evidence, and never more of them than a bundle of that size has."""
    count = 0
    try:
        with gzip.GzipFile(fileobj=packed, mode="rb") as unzip:
            while line := unzip.readline(evidence.MAX_LINE_BYTES + 1):
                count += len(line)
                if len(line) > evidence.MAX_LINE_BYTES or count > most:
                    raise Altered(
                        "The evidence unpacks to more than evidence can be, so no more of it was read."
                    )
                yield line
    except (OSError, EOFError, zlib.error) as error:
        raise Altered(f"The evidence cannot be unpacked ({error}).") from error
