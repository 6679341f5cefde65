"""Rows of one kind, such as devices or changes, in every format: CSV, JSON Lines and a table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.export import csv, jsonl

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed. ``rows`` are taken once and one by one, so that there may be more than memory holds.

    A cell is text as it was seen, a number, a time, a tuple of texts, or None. ``kind`` is what JSON Lines
    calls each row; a table for people shows the columns in ``shown`` only.
    """

    kind: str
    columns: tuple[str, ...]
    rows: Iterable[Row]
    shown: tuple[str, ...] = ()


def csv_lines(listing: Listing) -> Iterator[str]:
    """Yield the header, then one line per row."""
    yield csv.line(listing.columns)
    for row in listing.rows:
        yield csv.line(row)


def json_lines(listing: Listing) -> Iterator[str]:
    """Yield one object per row."""
    for row in listing.rows:
        yield jsonl.line({"type": listing.kind, **dict(zip(listing.columns, row, strict=True))})
