"""CSV, RFC 4180 in UTF-8: one header line, one line per host, safe to open in a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime

from scanner.export.contract import Exporter
from scanner.export.escape import LIST_SEPARATOR, escape
from scanner.export.report import Report
from scanner.export.row import COLUMNS, HostRow

# What makes a spreadsheet take a cell for a formula, full-width forms included (CWE-1236). Line breaks
# and tabs, which do so too, are escaped before.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")

_SUSPICIOUS = frozenset({" ", *FORMULA_STARTS})
_END = "\r\n"


def lines(report: Report) -> Iterator[str]:
    """Yield the header, then one line per verdict, each ended by CR LF."""
    yield line(COLUMNS)
    for verdict in report.verdicts:
        row = HostRow.of(verdict, report)
        yield line([getattr(row, column.name) for column in fields(row)])


def cell(value: object) -> str:
    """Return a value as the text of one cell: escaped, and never a formula.

    Lists are separated by ``; ``, times are ISO 8601 in UTC, and what is not known is empty.
    """
    text = value if type(value) is str else _text(value)
    text = text if text.isprintable() else escape(text)
    return neutralise(text) if text[:1] in _SUSPICIOUS else text


def neutralise(text: str) -> str:
    """Return text that a spreadsheet shows as text: an apostrophe goes before what starts a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def line(values: Iterable[object]) -> str:
    """Return values as one line of cells, ended by CR LF."""
    return f"{','.join(map(_quoted, values))}{_END}"


def block(rows: Sequence[Sequence[object]]) -> str:
    """Return rows of the same columns as lines.

    A site's history has millions of cells, and few that differ: each value of a column is made a cell once.
    """
    cells = zip(*map(_column, zip(*rows, strict=True)), strict=True)
    return "".join([f"{','.join(row)}{_END}" for row in cells])


def _column(values: Sequence[object]) -> Iterable[str]:
    made = {value: _quoted(value) for value in set(values)}
    return map(made.__getitem__, values)


def _quoted(value: object) -> str:
    """Return a cell as RFC 4180 quotes it; line breaks, the other reason for quotes, are escaped before."""
    text = cell(value)
    if "," not in text and '"' not in text:
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(map(str, value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return str(value).lower() if isinstance(value, bool) else str(value)


CSV = Exporter("csv", (".csv",), lines)
