"""What policies say of a site's devices, from the stored sweep to the row that an auditor reads."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Camcensus
from tests.cli.estate import ANNEX, MINISTRY, STATEMENT, TIMELINE, camera
from tests.inventory.building import Book


def entries(camcensus: Camcensus, book: Book, *words: str) -> list[dict[str, Any]]:
    told = camcensus("export", *words, "--format", "jsonl", "-o", "-", "--db", book.db)
    assert told.exit_code == 0, told.stderr
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    return [row for row in rows if row["type"] == "host"]


@pytest.fixture
def ministry(notebook: Book) -> Book:
    """A sensitive site with one camera, and beside it a site that nothing is said of."""
    for site, text, number in (("ministry", MINISTRY, 1), ("annex", ANNEX, 2)):
        notebook.add(text)
        notebook.sweep(camera(number), site=site)
    return notebook


def test_two_rules_on_one_device_each_have_their_own_days(camcensus: Camcensus, ministry: Book) -> None:
    words = ("--site", "ministry", "--policy", STATEMENT, "--policy", TIMELINE)
    (row,) = entries(camcensus, ministry, *words)
    by_id = {one["id"]: one for one in row["policies"]}

    assert {name: one["result"] for name, one in by_id.items()} == {STATEMENT: "applies", TIMELINE: "applies"}
    days = {due["do"]: (due["since"], due["deadline"]) for one in by_id.values() for due in one["due"]}
    assert days["stop_install"] == ("2022-11-24", None)
    assert days["remove_by_date"] == ("2024-04-29", "2025-04-01/2025-04-30")
    assert row["deadline"] == "2025-04-30"


def test_that_no_rule_applied_yet_is_told_and_not_passed_over(camcensus: Camcensus, ministry: Book) -> None:
    words = ("--policy", "eu-parliament-2021", "--label", "eu-parliament", "--as-of", "2020-10-27")
    (row,) = entries(camcensus, ministry, "--site", "annex", *words)
    (told,) = row["policies"]

    assert (row["verdict"], row["maker"]) == ("flagged", "Hikvision")
    assert (told["result"], told["severity"]) == ("does not apply", "info")
    assert told["why"] == ["It is not in force before 2021-04-01."]


def test_an_export_of_one_site_holds_nothing_of_another(camcensus: Camcensus, ministry: Book) -> None:
    for form in ("csv", "jsonl"):
        told = camcensus(
            "export", "--site", "ministry", "--format", form, "-o", "-", "--db", ministry.db
        ).stdout

        assert "10.0.0.1" in told
        for word in ("annex", '10.0.0.2"', "10.0.0.2,", "c0:56:e3:00:00:02"):
            assert word not in told


def test_the_strictest_redaction_names_no_site_and_no_device(camcensus: Camcensus, ministry: Book) -> None:
    told = camcensus(
        "export", "--redact", "sites", "--format", "jsonl", "-o", "-", "--db", ministry.db
    ).stdout

    assert '"applies"' in told
    for word in ("ministry", "annex", "10.0.0.1", "10.0.0.2", "c0:56:e3", "AACH5074123"):
        assert word not in told


def judged(camcensus: Camcensus, field: str, value: str, *words: object) -> tuple[int, dict[str, Any]]:
    said = json.dumps({"host": "10.0.0.9", "field": field, "value": value}) + "\n"
    result = camcensus("judge", "--fail-on", "flagged", *words, said=said)
    row: dict[str, Any] = json.loads(result.stdout.splitlines()[0])
    return result.exit_code, row


def test_export_control_alone_is_context_and_leaves_the_exit_code(camcensus: Camcensus) -> None:
    code, row = judged(camcensus, "onvif.scope", "manufacturer/UNIVIEW", "--policy", "us-bis-entity-list")
    (told,) = row["policies"]

    assert (code, row["verdict"], row["maker"]) == (0, "other_maker", "Uniview")
    assert (told["result"], told["context"], told["severity"]) == ("applies", True, "info")
    assert (row["actions_due"], row["deadline"]) == ([], None)


# A maker whose devices nobody has met yet: its words, its firmware and its seat are all in files.
SEAT = """
schema = 1
as_of = "2026-11-22"

[[company]]
id = "acme"
name = "Acme"
legal = "Acme Ltd."
maker = "acme"
seat = { known = "yes", detail = "A registered address in the PRC.", sources = ["made up for tests"], \
dated = "2026-11-22", confidence = "confirmed" }
sources = ["made up for tests"]
"""


def test_a_maker_that_data_alone_brings_falls_under_a_criterion_that_names_nobody(
    camcensus: Camcensus, signatures: Path
) -> None:
    words = ("--signatures", signatures, "--policy", STATEMENT, "--label", "uk-sensitive")
    acme = signatures / "makers" / "acme.toml"
    acme.write_text(acme.read_text().replace('"decisive"', '"decisive"\ndevice_class = "camera"'))
    (signatures / "policies").mkdir()
    code, before = judged(camcensus, "http_header.server", "Acme-Webs/AC-1", *words)
    (signatures / "policies" / "companies.toml").write_text(SEAT.replace("\\\n", ""))
    _, after = judged(camcensus, "http_header.server", "Acme-Webs/AC-1", *words)

    assert (code, before["verdict"], before["maker"]) == (3, "flagged", "Acme")
    results = [row["policies"][0]["result"] for row in (before, after)]
    assert results == ["cannot tell", "applies"]


DECIDED = """
schema = 1
as_of = "2026-11-22"

[[decision]]
company = "tp-link"
question = "seat"
value = true
reason = "The legal service takes the seat of the parent as decisive: minute 7."
by = "A. Clerk"
on = "2026-11-20"
"""


def test_an_operators_decision_reaches_the_row_with_its_reason(camcensus: Camcensus, tmp_path: Path) -> None:
    words = ("--policy", STATEMENT, "--label", "uk-sensitive")
    _, before = judged(camcensus, "onvif.scope", "name/TP-IPC", *words)
    (tmp_path / "own" / "policies").mkdir(parents=True)
    (tmp_path / "own" / "policies" / "decisions.toml").write_text(DECIDED)
    _, after = judged(camcensus, "onvif.scope", "name/TP-IPC", *words, "--signatures", tmp_path / "own")

    assert [row["policies"][0]["result"] for row in (before, after)] == ["cannot tell", "applies"]
    (kept,) = after["policies"][0]["decisions"]
    assert (kept["by"], kept["reason"].endswith("minute 7.")) == ("A. Clerk", True)
