"""A removal drawn as SVG 1.1, without a script, a style sheet or anything from elsewhere."""

from collections.abc import Iterable, Iterator
from datetime import date
from xml.sax.saxutils import escape as as_text
from xml.sax.saxutils import quoteattr

from scanner.export.chart import Chart
from scanner.export.escape import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 60, 50
# Told apart by print in grey and by most kinds of colour blindness (Okabe and Ito), and by their dashes.
_FOUND, _REMAINING, _REMOVED, _GOAL = "#000000", "#d55e00", "#0072b2", "#009e73"
_DASHED = "6 4"


def lines(chart: Chart) -> Iterator[str]:
    """Yield the picture as the lines of a file."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    size = {"width": WIDTH, "height": HEIGHT, "viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    parts = [
        element("title", as_text(escape(chart.title))),
        element("rect", width=WIDTH, height=HEIGHT, fill="#ffffff"),
        *_frame(chart),
        *_curves(chart),
        *_milestones(chart),
        *_legend(),
    ]
    inside = "\n" + "\n".join(parts) + "\n"
    yield element("svg", inside, xmlns="http://www.w3.org/2000/svg", role="img", **size) + "\n"


def element(name: str, inside: str = "", **attributes: object) -> str:
    """Return one element; ``inside`` is markup already, and ``_`` in a name of an attribute means ``-``."""
    told = "".join(f" {key.replace('_', '-')}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{told}>{inside}</{name}>" if inside else f"<{name}{told}/>"


def _x(chart: Chart, day: date) -> float:
    return round(LEFT + chart.across(day) * (WIDTH - LEFT - RIGHT), 1)


def _y(chart: Chart, count: float) -> float:
    return round(HEIGHT - BOTTOM - count / chart.top * (HEIGHT - TOP - BOTTOM), 1)


def _label(text: str, x: float, y: float, anchor: str = "start") -> str:
    look = {"font_family": "sans-serif", "font_size": 12, "text_anchor": anchor}
    return element("text", as_text(escape(text)), x=x, y=y, **look)


def _line(points: Iterable[tuple[float, float]], colour: str, dashes: str = "none") -> str:
    path = " ".join(f"{x},{y}" for x, y in points)
    return element(
        "polyline", points=path, fill="none", stroke=colour, stroke_width=2, stroke_dasharray=dashes
    )


def _frame(chart: Chart) -> Iterator[str]:
    low, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    yield _label(chart.title, LEFT, 20)
    yield _line([(LEFT, TOP), (LEFT, low), (right, low)], _FOUND)
    yield _label(str(chart.top), LEFT - 8, TOP + 4, "end")
    yield _label("0", LEFT - 8, low + 4, "end")
    yield _label(chart.first.isoformat(), LEFT, low + 20)
    yield _label(chart.last.isoformat(), right, low + 20, "end")


def _curves(chart: Chart) -> Iterator[str]:
    """Yield the counts as steps, since nothing is known between two sweeps, then the forecast."""
    yield from _curve(chart, [one.found for one in chart.points], _FOUND, "2 3")
    yield from _curve(chart, [one.removed for one in chart.points], _REMOVED)
    yield from _curve(chart, [one.remaining for one in chart.points], _REMAINING)
    last = chart.points[-1]
    left = chart.remaining(chart.last)
    if left is not None and chart.last > last.on:
        # Once nothing remains the line is level.
        days = sorted({last.on, min(chart.end or chart.last, chart.last), chart.last})
        goes_on = [(_x(chart, day), _y(chart, chart.remaining(day) or 0.0)) for day in days]
        yield _line(goes_on, _REMAINING, _DASHED)


def _curve(chart: Chart, counts: list[int], colour: str, dashes: str = "none") -> Iterator[str]:
    """Yield a line of counts, with a dot for each day on which somebody counted: one day is no line yet."""
    yield _line(_steps(chart, counts), colour, dashes)
    for one, count in zip(chart.points, counts, strict=True):
        yield element("circle", cx=_x(chart, one.on), cy=_y(chart, count), r=3, fill=colour)


def _steps(chart: Chart, counts: list[int]) -> Iterator[tuple[float, float]]:
    height = _y(chart, counts[0])
    for one, count in zip(chart.points, counts, strict=True):
        yield _x(chart, one.on), height
        height = _y(chart, count)
        yield _x(chart, one.on), height


def _milestones(chart: Chart) -> Iterator[str]:
    for outlook in chart.outlooks:
        x, y = _x(chart, outlook.milestone.on), _y(chart, chart.goal(outlook))
        corners = f"{x},{y - 6} {x + 6},{y} {x},{y + 6} {x - 6},{y}"
        told = f"{outlook.milestone.on}: {outlook.milestone.percent} % removed"
        yield element("polygon", element("title", as_text(told)), points=corners, fill=_GOAL)


def _legend() -> Iterator[str]:
    entries = (
        ("found", _FOUND, "2 3"),
        ("remaining", _REMAINING, "none"),
        ("removed", _REMOVED, "none"),
        ("forecast", _REMAINING, _DASHED),
    )
    for index, (text, colour, dashes) in enumerate(entries):
        x = LEFT + index * 130
        yield _line([(x, 38), (x + 24, 38)], colour, dashes)
        yield _label(text, x + 30, 42)
    yield element(
        "polygon", points=f"{LEFT + 526},38 {LEFT + 532},32 {LEFT + 538},38 {LEFT + 532},44", fill=_GOAL
    )
    yield _label("milestone", LEFT + 546, 42)
