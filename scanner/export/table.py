"""A table for people at a terminal.

Cells are ``Text`` objects, never markup, and every character in them is printable: rich itself passes
escape sequences through and obeys square brackets.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from typing import IO

from rich.box import Box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scanner.export import stream
from scanner.export.escape import LIST_SEPARATOR, escape
from scanner.export.listing import Listing
from scanner.export.plural import counted
from scanner.export.policy import brief_of
from scanner.export.report import Report
from scanner.export.row import HostRow
from scanner.model.verdict import Status

COLUMNS = ("Address", "Verdict", "Maker", "Brand", "Model", "Firmware", "Build date", "Tier")
POLICIES, EVIDENCE = "Policies", "Evidence"
# A file or a pipe has no width of its own; in this one hosts mostly stay on one line each.
WIDTH_WITHOUT_TERMINAL = 160

# Drawing wraps every cell to the screen, which takes a millisecond a row: more rows are written without it.
MAX_DRAWN_ROWS = 500

# One line under the header and no other: frames cost a seventh of 80 columns.
_LINE = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")

_NO_ADDRESS = ("0.0.0.0", "::")

_STYLES = {
    Status.FLAGGED: "bold red",
    Status.SUSPECTED: "yellow",
    Status.OTHER_MAKER: "green",
    Status.NOT_MATCHED: "",
    Status.NOT_ASSESSED: "dim",
}


def show(report: Report, to: IO[str]) -> None:
    """Print the report as a table, with the number of hosts of each verdict below it."""
    console = console_on(to)
    console.print(rendered(report))
    console.print(Text(counts(verdict.status for verdict in report.verdicts)))


def console_on(to: IO[str]) -> Console:
    """Return what draws on ``to``, and takes no text for markup.

    Obeys ``NO_COLOR`` and ``COLUMNS``, and is plain where ``to`` is no terminal.
    """
    has_width = to.isatty() or "COLUMNS" in os.environ
    width = None if has_width else WIDTH_WITHOUT_TERMINAL
    return Console(file=to, width=width, markup=False, highlight=False, emoji=False)


def show_listing(listing: Listing, to: IO[str]) -> None:
    """Print a listing, coloured by verdict: as a table, or a long one line by line."""
    rows = iter(listing.rows)
    first = list(islice(rows, MAX_DRAWN_ROWS + 1))
    console = console_on(to)
    if len(first) <= MAX_DRAWN_ROWS:
        console.print(_listed(replace(listing, rows=first)))
    else:
        to.writelines(_streamed(replace(listing, rows=chain(first, rows)), console))


def rendered(report: Report, has_evidence: bool = True) -> Table:
    """Return the table as something that a console draws: text is wrapped and never cut.

    Without the evidence, which is the last column, most hosts stand on one line each. Policies have a
    column where the run was held against any.
    """
    columns = (*COLUMNS, *([POLICIES] if report.policies else []), *([EVIDENCE] if has_evidence else []))
    table = headed(columns)
    for verdict in report.verdicts:
        row = HostRow.of(verdict, report)
        cells = _cells(row, _STYLES[verdict.status])
        if report.policies:
            cells.append(Text(brief_of(report.policies.get(verdict.host, ()))))
        if has_evidence:
            cells.append(_evidence(row))
        table.add_row(*cells)
    return table


def listed(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    """Return a table of plain texts, which may have come from anywhere."""
    table = headed(columns)
    for row in rows:
        table.add_row(*(Text(escape(cell)) for cell in row))
    return table


def headed(columns: Iterable[str]) -> Table:
    """Return a table without rows, whose texts are wrapped and never cut."""
    table = Table(box=_LINE, show_edge=False, padding=0, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def counts(statuses: Iterable[Status]) -> str:
    """Return one sentence with the number of hosts of each verdict."""
    by_status = Counter(statuses)
    told = [f"{by_status[one]} {one.value.replace('_', ' ')}" for one in Status if by_status[one]]
    return f"{counted(by_status.total(), 'host')}: {', '.join(told)}." if told else "No host was seen."


def _listed(listing: Listing) -> Table:
    places = _places(listing)
    table = headed(_heading(listing.columns[place]) for place in places)
    for row in listing.rows:
        table.add_row(*(_cell(listing.columns[place], row[place]) for place in places))
    return table


def _streamed(listing: Listing, console: Console) -> Iterator[str]:
    places = _places(listing)
    shown = [listing.columns[place] for place in places]
    rows = ([escape(_for_people(row[place])) for place in places] for row in listing.rows)
    coloured = {
        (shown.index("verdict"), status.value): _coloured(Text(status.value, style), console)
        for status, style in _STYLES.items()
        if "verdict" in shown
    }
    return stream.lines([_heading(name) for name in shown], rows, MAX_DRAWN_ROWS, coloured)


def _coloured(text: Text, console: Console) -> str:
    """Return a text with the codes that the console gives it; none where it is plain."""
    with console.capture() as written:
        console.print(text, end="")
    return written.get()


def _places(listing: Listing) -> list[int]:
    return [listing.columns.index(name) for name in listing.shown or listing.columns]


def _heading(column: str) -> str:
    """Return a column's name for people; ids, which have hyphens, stay as they are."""
    return column if "-" in column else column.removesuffix("_id").replace("_", " ").capitalize()


def _cell(column: str, value: object) -> Text:
    text = escape(_for_people(value))
    return Text(text, style=_STYLES[Status(text)] if column == "verdict" and text else "")


def _for_people(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(map(str, value))
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    return str(value)


def _cells(row: HostRow, style: str) -> list[Text]:
    shown = (
        (_known_by(row), ""),
        (row.verdict, style),
        (row.maker, ""),
        (row.brand, ""),
        (row.model, ""),
        (row.firmware_version, ""),
        (row.firmware_build_date and row.firmware_build_date.isoformat(), ""),
        (row.tier, ""),
    )
    return [Text(escape(text or ""), style=style) for text, style in shown]


def _evidence(row: HostRow) -> Text:
    return Text(escape("; ".join(row.evidence) or row.reason or ""), style="dim")


def _known_by(row: HostRow) -> str:
    """Return what people know the host by: a switch's table may show a MAC where no address is known."""
    return row.mac or row.address if row.address in _NO_ADDRESS else row.address
