"""What policies say of a host: in cells, and whole in JSON Lines."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from scanner.export import CSV, JSONL, Report
from scanner.export.policy import brief_of, deadline_of, due_of, told_of
from scanner.export.redaction import Level, Redaction
from scanner.export.table import rendered
from scanner.model.verdict import Verdict
from scanner.policy.company import Decision, Question
from tests.policy.books import TODAY, device, result

MakeReport = Callable[..., Report]
WMS, TIMELINE, LIST = "uk-wms-2022-11-24", "uk-removal-timeline", "us-bis-entity-list"
AT_MINISTERS = "uk-sensitive-ministers"
APPLIES = (result(TIMELINE, device(), AT_MINISTERS), result(WMS, device(), AT_MINISTERS))
OPEN = result(WMS, device(device_class=None, model=None), AT_MINISTERS)
CONTEXT = result(LIST, device("Tiandy"))


@pytest.fixture
def ruled(flagged: Verdict, make_report: MakeReport) -> Report:
    return replace(make_report(flagged), policies={flagged.host: (*APPLIES, OPEN)})


def test_a_cell_names_each_policy_with_its_result() -> None:
    assert told_of((*APPLIES, OPEN)) == (f"{TIMELINE} applies", f"{WMS} applies", f"{WMS} cannot tell")


def test_a_list_that_only_tells_something_is_marked_and_asks_for_nothing() -> None:
    assert told_of([CONTEXT]) == (f"{LIST} applies (context)",)
    assert due_of([CONTEXT]) == ()


def test_what_is_due_is_told_once_with_its_force_and_the_earliest_deadline() -> None:
    assert due_of((*APPLIES, *APPLIES)) == (
        "target remove_by_date",
        "must stop_install",
        "consider consider_early_replacement",
    )
    assert deadline_of(APPLIES) == date(2025, 4, 30)
    assert deadline_of([OPEN]) is None


def test_an_exemption_that_holds_stands_against_what_its_policy_asks_for() -> None:
    exempt = frozenset({TIMELINE})

    assert told_of(APPLIES, exempt)[0] == f"{TIMELINE} applies (exempt)"
    assert due_of(APPLIES, exempt) == ("must stop_install", "consider consider_early_replacement")
    assert deadline_of(APPLIES, exempt) is None


def test_a_table_names_what_applies_and_counts_the_rest(ruled: Report) -> None:
    assert brief_of((*APPLIES, OPEN)) == f"{TIMELINE}; {WMS}; 1 cannot tell"
    assert [str(column.header) for column in rendered(ruled).columns][-2:] == ["Policies", "Evidence"]


def test_a_run_that_was_held_against_nothing_has_no_column_for_it(
    flagged: Verdict, make_report: MakeReport
) -> None:
    report = make_report(flagged)
    (row,) = csv.DictReader(io.StringIO("".join(CSV.lines(report)), newline=""))

    assert "Policies" not in [str(column.header) for column in rendered(report).columns]
    assert (row["policies"], row["actions_due"], row["deadline"]) == ("", "", "")


def test_the_cells_stand_in_the_csv(ruled: Report) -> None:
    (row,) = csv.DictReader(io.StringIO("".join(CSV.lines(ruled)), newline=""))

    assert row["policies"] == f"{TIMELINE} applies; {WMS} applies; {WMS} cannot tell"
    assert row["actions_due"].startswith("target remove_by_date; must stop_install")
    assert row["deadline"] == "2025-04-30"
    assert (row["lifecycle"], row["owner"]) == ("", "")


def test_json_lines_carry_results_whole(ruled: Report) -> None:
    timeline, wms, unknown = json.loads(next(iter(JSONL.lines(ruled))))["policies"]

    assert (timeline["id"], timeline["result"], timeline["deadline"]) == (TIMELINE, "applies", "2025-04-30")
    assert timeline["due"][0] == {
        "do": "remove_by_date",
        "force": "target",
        "since": "2024-04-29",
        "deadline": "2025-04-01/2025-04-30",
        "overdue": True,
        "note": "",
    }
    assert wms["why"] == list(APPLIES[1].reasons)
    assert wms["statement"].startswith("Hikvision rejects")
    assert unknown["result"] == "cannot tell"
    assert unknown["would_tell"] == ["Find out which kind of device it is, by its model for example."]
    assert unknown["due"] == []


def test_a_decision_that_a_result_rests_on_is_carried(flagged: Verdict, make_report: MakeReport) -> None:
    decision = Decision("tp-link", Question.SEAT, True, "Our counsel's note.", "J. Doe", TODAY)
    found = result(WMS, device("TP-Link"), AT_MINISTERS, decisions=[decision])
    report = replace(make_report(flagged), policies={flagged.host: (found,)})

    (told,) = json.loads(next(iter(JSONL.lines(report))))["policies"]

    assert told["decisions"] == [
        {
            "company": "tp-link",
            "question": "seat",
            "value": True,
            "reason": "Our counsel's note.",
            "by": "J. Doe",
            "on": "2026-11-22",
        }
    ]


def test_a_redacted_report_keeps_what_is_due_and_no_reason(ruled: Report) -> None:
    redacted = replace(ruled, redaction=Redaction(Level.ADDRESSES, bytes(32), ()))

    host, _ = map(json.loads, JSONL.lines(redacted))

    assert "matches" not in host
    assert [one["why"] for one in host["policies"]] == [[], [], []]
    assert host["policies"][0]["due"][0]["do"] == "remove_by_date"
    assert host["actions_due"] == list(due_of((*APPLIES, OPEN)))
