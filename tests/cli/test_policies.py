"""``camcensus policies``: the matrix of devices and policies, and what the policies say."""

import json

import pytest

from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.cli.estate import ANNEX, MINISTRY, STATEMENT, TIMELINE, SetClock, camera, rows
from tests.inventory.building import FIRST_NIGHT, Book, device, encoder

PART_A = "us-ndaa-889a1a"


@pytest.fixture
def ministry(book: Book, set_clock: SetClock) -> Book:
    """A labelled site with a camera and another maker's encoder."""
    book.add(MINISTRY)
    book.sweep(camera(1), encoder("10.0.0.99"), site="ministry")
    set_clock(FIRST_NIGHT)
    return book


def test_the_matrix_has_a_row_for_each_device_and_a_column_for_each_policy(
    camcensus: Camcensus, ministry: Book
) -> None:
    asked = ("--policy", STATEMENT, "--policy", PART_A)

    result = camcensus("policies", "--site", "ministry", *asked, "--format", "csv", "--db", ministry.db)

    one, other = rows(result)
    assert (one["address"], one[STATEMENT], one[PART_A]) == ("10.0.0.1", "applies", "does not apply")
    assert (other["maker"], other[STATEMENT]) == ("Axis", "cannot tell")
    assert f"{STATEMENT}: applies to 1, cannot tell of 1." in result.stderr
    assert "Would tell of 1 device under" in result.stderr
    assert "Sweep 1 of ministry" in result.stderr


def test_the_table_names_policies_as_they_are_called(camcensus: Camcensus, ministry: Book) -> None:
    told = camcensus("policies", "--site", "ministry", "--format", "table", "--db", ministry.db)

    head = told.stdout.splitlines()[0].split()
    assert head[:4] == ["Address", "Verdict", "Maker", "Model"]
    assert {STATEMENT, TIMELINE} <= set(head)


def test_json_lines_say_why_and_what_would_tell(camcensus: Camcensus, ministry: Book) -> None:
    told = camcensus("policies", "--policy", STATEMENT, "--site", "ministry", "--db", ministry.db).stdout

    one, other = map(json.loads, told.splitlines())
    assert one["policies"][0]["why"]
    assert one["policies"][0]["due"][0]["do"] == "stop_install"
    assert other["policies"][0]["result"] == "cannot tell"
    assert any("Axis" in ask for ask in other["policies"][0]["would_tell"])


def test_each_device_is_told_what_was_seen_of_itself(camcensus: Camcensus, ministry: Book) -> None:
    service = (Field.MDNS_SERVICE, "_axis-video._tcp.local")
    ministry.sweep(encoder("10.0.0.99"), device("10.0.0.98", None, service), site="ministry")

    told = camcensus("policies", "--policy", STATEMENT, "--site", "ministry", "--db", ministry.db).stdout

    found = {one["address"]: one["policies"][0]["why"] for one in map(json.loads, told.splitlines())}
    assert "link.oui_registrant" in " ".join(found["10.0.0.99"])
    assert "mdns.service" in " ".join(found["10.0.0.98"])


def test_a_sweep_is_held_against_the_policies_of_its_day(camcensus: Camcensus, ministry: Book) -> None:
    asked = ("policies", "--sweep", "last", "--policy", STATEMENT, "--format", "csv", "--db", ministry.db)

    now, before = rows(camcensus(*asked)), rows(camcensus(*asked, "--as-of", "2022-11-23"))

    assert [row[STATEMENT] for row in now] == ["applies", "cannot tell"]
    assert [row[STATEMENT] for row in before] == ["does not apply", "does not apply"]


def test_devices_that_are_gone_are_left_out_and_counted(camcensus: Camcensus, ministry: Book) -> None:
    for _night in range(3):
        ministry.sweep(camera(1), site="ministry")

    said = camcensus("policies", "--site", "ministry", "--format", "csv", "--db", ministry.db)

    assert [row["address"] for row in rows(said)] == ["10.0.0.1"]
    assert "Not listed: 1 device that sweeps no longer meet" in said.stderr


def test_a_site_without_a_label_is_said_not_to_have_been_evaluated(
    camcensus: Camcensus, notebook: Book
) -> None:
    notebook.add(ANNEX)
    notebook.sweep(camera(1), site="annex")

    result = camcensus("policies", "--site", "annex", "--format", "csv", "--db", notebook.db)

    assert "policies" not in result.stdout
    assert "No policy was evaluated, since no label says whose the site is." in result.stderr


def test_a_day_before_every_policy_is_not_said_to_lack_a_label(camcensus: Camcensus, ministry: Book) -> None:
    result = camcensus("policies", "--site", "ministry", "--as-of", "1999-12-31", "--db", ministry.db)

    assert "none that may bind whom the labels name was in force on that day" in result.stderr
    assert "no label says" not in result.stderr


def test_a_label_of_the_command_line_counts_beside_those_of_the_site(
    camcensus: Camcensus, notebook: Book
) -> None:
    notebook.add(ANNEX)
    notebook.sweep(camera(1), site="annex")

    labelled = ("--site", "annex", "--label", "uk-sensitive-ministers", "--format", "csv")
    (row,) = rows(camcensus("policies", *labelled, "--db", notebook.db))

    assert row[STATEMENT] == "applies"


def test_a_device_that_no_sweep_could_examine_cannot_be_told(camcensus: Camcensus, notebook: Book) -> None:
    notebook.add(MINISTRY)
    notebook.sweep(camera(1)[:0] or encoder("10.0.0.99")[:1], site="ministry")

    told = camcensus("policies", "--site", "ministry", "--policy", STATEMENT, "--db", notebook.db).stdout

    assert json.loads(told)["policies"][0]["result"] == "cannot tell"


def test_the_list_has_every_policy_and_every_label(camcensus: Camcensus) -> None:
    listed = camcensus("policies", "list").stdout.splitlines()
    labels = camcensus("policies", "list", "--labels").stdout

    assert len(listed) == 29
    assert f"{STATEMENT}\tUK\tin_force\t2022-11-24\tUK statement of 24 November 2022" in listed
    assert "uk-sensitive-secret\tsite\t" in labels


def test_a_policy_is_shown_with_its_actions_and_citations(camcensus: Camcensus) -> None:
    shown = camcensus("policies", "show", TIMELINE).stdout

    assert "action: target remove_by_date, since 2024-04-29, by 2025-04-01/2025-04-30" in shown
    assert "\ncitation: " in shown


def test_a_policy_that_there_is_not_is_refused_with_one_that_is_alike(camcensus: Camcensus) -> None:
    result = camcensus("policies", "show", "uk-removal-time")

    assert result.exit_code == 2
    assert f"Did you mean {TIMELINE}?" in result.stderr
