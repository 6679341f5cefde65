"""Rows of one kind, such as devices or changes, in every format: CSV, JSON Lines and a table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from scanner.export import csv, jsonl

Row = tuple[object, ...]

# So many rows are made text at a time; with more nothing is faster, and they would all be in memory.
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed. ``rows`` are taken once and a few at a time, as there may be more than memory holds.

    A cell is text as it was seen, a number, a time, a tuple of texts, or None; within a column, cells that
    are equal look the same. ``kind`` is what JSON Lines calls each row; a table for people shows the
    columns in ``shown`` only.
    """

    kind: str
    columns: tuple[str, ...]
    rows: Iterable[Row]
    shown: tuple[str, ...] = ()


def csv_lines(listing: Listing) -> Iterator[str]:
    """Yield the header, then one line per row, many lines at a time."""
    yield csv.line(listing.columns)
    rows = iter(listing.rows)
    while some := tuple(islice(rows, ROWS_AT_ONCE)):
        yield csv.block(some)


def json_lines(listing: Listing) -> Iterator[str]:
    """Yield one object per row."""
    for row in listing.rows:
        yield jsonl.line({"type": listing.kind, **dict(zip(listing.columns, row, strict=True))})
