"""CSV, RFC 4180 in UTF-8: one header line, one line per host, safe to open in a spreadsheet."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from functools import lru_cache

from scanner.export.contract import Exporter
from scanner.export.escape import escape
from scanner.export.report import Report
from scanner.export.row import COLUMNS, Row

# What makes a spreadsheet take a cell for a formula, full-width forms included (CWE-1236). Line breaks
# and tabs, which do so too, are escaped before.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
LIST_SEPARATOR = "; "

_SUSPICIOUS = frozenset({" ", *FORMULA_STARTS})


def lines(report: Report) -> Iterator[str]:
    """Yield the header, then one line per verdict, each ended by CR LF."""
    yield line(COLUMNS)
    for verdict in report.verdicts:
        row = Row.of(verdict, report)
        yield line([getattr(row, column.name) for column in fields(row)])


def cell(value: object) -> str:
    """Return a value as the text of one cell: escaped, and never a formula.

    Lists are separated by ``; ``, times are ISO 8601 in UTC, and what is not known is empty.
    """
    return neutralise(escape(_text(value)))


def neutralise(text: str) -> str:
    """Return text that a spreadsheet shows as text: an apostrophe goes before what starts a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def line(values: Iterable[object]) -> str:
    """Return values as one line of cells, ended by CR LF.

    A site's history has millions of cells, and nearly all are harmless: those are written as they are.
    """
    cells = [value if type(value) is str else "" if value is None else _text(value) for value in values]
    if not "".join(cells).isprintable():
        cells = [escape(text) for text in cells]
    tamed = [neutralise(text) if text[:1] in _SUSPICIOUS else text for text in cells]
    quoted = [_quoted(text) if "," in text or '"' in text else text for text in tamed]
    return f"{','.join(quoted)}\r\n"


def _quoted(text: str) -> str:
    """Return a cell as RFC 4180 quotes it; line breaks, the other reason for quotes, are escaped before."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(map(str, value))
    if isinstance(value, datetime):
        return _moment(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


# All rows of a sweep share some times.
@lru_cache(maxsize=256)
def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds")


CSV = Exporter("csv", (".csv",), lines)
