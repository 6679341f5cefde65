"""CSV, RFC 4180 in UTF-8: one header line, one line per host, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

from scanner.export.contract import Exporter
from scanner.export.escape import escape
from scanner.export.report import Report
from scanner.export.row import COLUMNS, Row

# What makes a spreadsheet take a cell for a formula, full-width forms included (CWE-1236). Line breaks
# and tabs, which do so too, are escaped before.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
LIST_SEPARATOR = "; "


def lines(report: Report) -> Iterator[str]:
    """Yield the header, then one line per verdict, each ended by CR LF."""
    yield _line(COLUMNS)
    for verdict in report.verdicts:
        row = Row.of(verdict, report)
        yield _line(tuple(cell(getattr(row, column.name)) for column in fields(row)))


def cell(value: object) -> str:
    """Return a value as the text of one cell: escaped, and never a formula.

    Lists are separated by ``; ``, times are ISO 8601 in UTC, and what is not known is empty.
    """
    return neutralise(escape(_text(value)))


def neutralise(text: str) -> str:
    """Return text that a spreadsheet shows as text: an apostrophe goes before what starts a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(map(str, value))
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def _line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


CSV = Exporter("csv", (".csv",), lines)
