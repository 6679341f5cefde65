"""A removal drawn with plain characters and as SVG: what stands where."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from scanner.export import plot, svg
from scanner.export.chart import Chart
from scanner.removal.timeline import Milestone, Outlook, Point

FIRST = date(2023, 6, 7)
SVG = "{http://www.w3.org/2000/svg}"


def points(*removed: int, found: int = 10) -> list[Point]:
    days = [FIRST + timedelta(days=100 * index) for index in range(len(removed))]
    return [Point(day, found, gone, 0, 1, 0) for day, gone in zip(days, removed, strict=True)]


def goal(days: int, percent: int) -> Outlook:
    return Outlook(Milestone(FIRST + timedelta(days=days), percent))


def drawn(chart: Chart) -> list[str]:
    return "".join(plot.lines(chart)).splitlines()


def test_the_plot_steps_down_where_devices_were_removed() -> None:
    title, *body = drawn(Chart("depot", points(0, 5, 10)))

    assert title == "depot"
    assert body[0] == "10 |" + "#" * 30 + "." * 30
    assert body[11] == " 0 |" + "#" * 59 + "."
    assert body[13].split() == ["2023-06-07", "2023-12-24"]


def test_milestones_and_the_forecast_are_drawn_behind_the_last_sweep() -> None:
    body = drawn(Chart("depot", points(0, 5), [goal(100, 50), goal(300, 100)]))[1:13]

    assert any("x" in row for row in body[5:7])
    assert body[11].endswith("x")
    assert ":" in body[11]
    assert not any(":" in row for row in body[:6])


def test_one_point_and_nothing_found_are_drawn_too() -> None:
    assert drawn(Chart("depot", points(0)))[1].startswith("10 |###")
    assert drawn(Chart("depot", points(0, found=0)))[12].strip() == "0 |"


def test_a_hostile_title_is_drawn_as_text() -> None:
    chart = Chart("a\x1b[2J<script>&\u202e", points(0, 5))

    assert drawn(chart)[0] == r"a\x1b[2J<script>&\u202e"
    picture = "".join(svg.lines(chart))
    assert "<script>" not in picture
    assert ElementTree.fromstring(picture).findtext(f"{SVG}title") == r"a\x1b[2J<script>&\u202e"


def test_the_picture_is_well_formed_and_fetches_nothing() -> None:
    chart = Chart("depot", points(0, 5, 7), [goal(100, 50), goal(700, 100)])
    root = ElementTree.fromstring("".join(svg.lines(chart)))

    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names == {"svg", "title", "rect", "polyline", "polygon", "circle", "text"}
    assert not any("href" in key or key.startswith("on") for element in root.iter() for key in element.attrib)


def test_the_line_of_what_remains_has_its_corners_where_the_figures_are() -> None:
    root = ElementTree.fromstring("".join(svg.lines(Chart("depot", points(0, 5, 10)))))
    remaining = next(one for one in root.iter(f"{SVG}polyline") if one.get("stroke") == "#d55e00")

    # From 60 to 700 for 200 days, and from 350 for none to 60 for ten.
    assert remaining.get("points") == "60.0,60.0 60.0,60.0 380.0,60.0 380.0,205.0 700.0,205.0 700.0,350.0"


def test_a_single_day_is_drawn_as_dots() -> None:
    root = ElementTree.fromstring("".join(svg.lines(Chart("depot", points(0)))))

    dots = {(one.get("fill"), one.get("cx"), one.get("cy")) for one in root.iter(f"{SVG}circle")}
    assert dots == {("#000000", "60.0", "60.0"), ("#0072b2", "60.0", "350.0"), ("#d55e00", "60.0", "60.0")}


@pytest.mark.parametrize(("days", "remaining"), [(0, 10.0), (99, 10.0), (100, 5.0), (150, 2.5), (400, 0.0)])
def test_what_remains_is_counted_and_then_forecast(days: int, remaining: float) -> None:
    chart = Chart("depot", points(0, 5), [goal(500, 100)])

    assert chart.remaining(FIRST + timedelta(days=days)) == pytest.approx(remaining)


def test_before_the_first_sweep_and_without_a_pace_nothing_is_known() -> None:
    chart = Chart("depot", points(0, 0))

    assert chart.remaining(FIRST - timedelta(days=1)) is None
    assert chart.remaining(FIRST + timedelta(days=900)) is None
