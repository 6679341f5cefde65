"""A removal drawn with plain characters, for a terminal, a log or a mail."""

from collections.abc import Iterator
from datetime import timedelta

from scanner.export.chart import Chart
from scanner.export.escape import escape

COLUMNS, ROWS = 60, 12
REMAINING, REMOVED, FORECAST, GOAL = "#", ".", ":", "x"
LEGEND = f"{REMAINING} remaining   {REMOVED} removed   {FORECAST} forecast   {GOAL} milestone"


def lines(chart: Chart) -> Iterator[str]:
    """Yield the picture line by line, each ended: title, plot, days at both ends, legend."""
    columns = [_column(chart, index) for index in range(COLUMNS)]
    yield f"{escape(chart.title)}\n"
    width = len(str(chart.top))
    for row in reversed(range(ROWS)):
        label = str(chart.top) if row == ROWS - 1 else "0" if row == 0 else ""
        yield f"{label:>{width}} |{''.join(column[row] for column in columns)}".rstrip() + "\n"
    yield f"{'':>{width}} +{'-' * COLUMNS}\n"
    yield f"{'':>{width}}  {chart.first.isoformat()}{chart.last.isoformat():>{COLUMNS - 10}}\n"
    yield f"{'':>{width}}  {LEGEND}\n"


def _column(chart: Chart, index: int) -> list[str]:
    """Return the characters of one column from the bottom up."""
    days = (chart.last - chart.first).days
    day = chart.first + timedelta(days=round(days * index / (COLUMNS - 1)))
    cells = [" "] * ROWS
    found = max((one.found for one in chart.points if one.on <= day), default=0)
    remaining = chart.remaining(day)
    is_counted = day <= chart.points[-1].on
    if is_counted:
        cells[: _height(chart, found)] = REMOVED * _height(chart, found)
    if remaining is not None:
        height = _height(chart, remaining)
        cells[:height] = (REMAINING if is_counted else FORECAST) * height
    for outlook in chart.outlooks:
        if round(chart.across(outlook.milestone.on) * (COLUMNS - 1)) == index:
            cells[max(0, _height(chart, chart.goal(outlook)) - 1)] = GOAL
    return cells


def _height(chart: Chart, count: float) -> int:
    """Return how many cells a count fills: none for nothing, and at least one for anything."""
    return 0 if count <= 0 else max(1, round(ROWS * count / chart.top))
