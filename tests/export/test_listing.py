"""Rows of any kind in CSV, JSON Lines and a table."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.export.csv import block, cell, line
from scanner.export.listing import ROWS_AT_ONCE, Listing, csv_lines, json_lines
from scanner.export.table import MAX_DRAWN_ROWS, show_listing
from tests.export.hostile import HOSTILE, is_harmless

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
COLUMNS = ("device_id", "mac", "verdict", "last_seen", "is_known", "model")
CAMERA = (7, ("58:50:ed:1f:e3:85", "58:50:ed:1f:e3:86"), "flagged", AT, True, None)


def listing(*rows: tuple[object, ...], shown: tuple[str, ...] = ()) -> Listing:
    return Listing("device", COLUMNS, rows, shown)


def table(listed: Listing, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "300")
    out = io.StringIO()
    show_listing(listed, out)
    return out.getvalue()


def test_csv_joins_lists_and_leaves_what_is_not_known_empty() -> None:
    assert "".join(csv_lines(listing(CAMERA))) == (
        "device_id,mac,verdict,last_seen,is_known,model\r\n"
        "7,58:50:ed:1f:e3:85; 58:50:ed:1f:e3:86,flagged,2026-11-22T02:00:00+00:00,true,\r\n"
    )


def test_json_keeps_the_types() -> None:
    (entry,) = map(json.loads, json_lines(listing(CAMERA)))

    assert entry == {
        "type": "device",
        "device_id": 7,
        "mac": ["58:50:ed:1f:e3:85", "58:50:ed:1f:e3:86"],
        "verdict": "flagged",
        "last_seen": "2026-11-22T02:00:00+00:00",
        "is_known": True,
        "model": None,
    }


def test_a_table_shows_the_chosen_columns_with_headings_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    head, _, row = table(
        listing(CAMERA, shown=("device_id", "verdict", "last_seen")), monkeypatch
    ).splitlines()

    assert head.split("  ")[0].split() == ["Device", "Verdict", "Last", "seen"]
    assert row.split() == ["7", "flagged", "2026-11-22", "02:00"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text_in_every_format(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = (1, (text,), "flagged", AT, False, text)

    for written in (
        "".join(csv_lines(listing(row))),
        "".join(json_lines(listing(row))),
        table(listing(row), monkeypatch),
    ):
        assert is_harmless(written)


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6))
def test_a_line_is_read_back_cell_by_cell(texts: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(line(["first", *texts]), newline=""))

    assert read == ["first", *map(cell, texts)]


def test_times_are_written_in_utc_whatever_their_zone() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=8)))

    assert cell(elsewhere) == cell(AT) == "2026-11-22T02:00:00+00:00"


@given(st.lists(st.tuples(st.text(max_size=4), st.none() | st.datetimes(), st.integers()), max_size=9))
def test_rows_together_are_the_lines_of_each(rows: list[tuple[object, ...]]) -> None:
    assert block(rows) == "".join(map(line, rows))


def test_no_more_rows_are_taken_than_are_written_at_once() -> None:
    rows = iter([CAMERA] * (ROWS_AT_ONCE + 9))
    lines = csv_lines(Listing("device", COLUMNS, rows))

    next(lines)
    next(lines)

    assert len(list(rows)) == 9


def test_a_long_list_is_written_line_by_line_and_widens_where_it_must(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    longer = (12345678, *CAMERA[1:])
    listed = listing(*[CAMERA] * (MAX_DRAWN_ROWS + 1), longer, CAMERA, shown=("device_id", "verdict"))

    head, under, *rows = table(listed, monkeypatch).splitlines()

    assert (head, under) == ("Device  Verdict", "──────  ───────")
    assert rows == ["7       flagged"] * (MAX_DRAWN_ROWS + 1) + ["12345678  flagged", "7         flagged"]


def test_hostile_text_is_only_text_in_a_long_list(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(1, (text,), "flagged", AT, False, text) for text in HOSTILE]

    assert is_harmless(table(listing(*[CAMERA] * (MAX_DRAWN_ROWS + 1), *rows), monkeypatch))


def test_a_verdict_has_its_colour_in_a_long_list_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)

    show_listing(listing(*[CAMERA] * (MAX_DRAWN_ROWS + 1), shown=("verdict", "device_id")), screen)

    assert screen.getvalue().splitlines()[2] == "\x1b[1;31mflagged\x1b[0m  7"
