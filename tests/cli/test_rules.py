"""--policy, --as-of and --label: what verdicts are held against, and what is refused."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import Camcensus
from tests.cli.device import Device
from tests.cli.estate import CORE, MINISTRY, STATEMENT, TIMELINE, SetClock, camera, rows
from tests.inventory.building import DEPOT, FIRST_NIGHT, Book, encoder

PART_A = "us-ndaa-889a1a"
CAMERA = "\n".join(
    json.dumps({"host": "10.0.0.5", "field": field, "value": value})
    for field, value in (
        ("sadp.software_version", "V5.6.2build 190701"),
        ("sadp.device_description", "DS-2CD2385G1-I"),
    )
)
LABELLED = ("--label", "uk-sensitive-ministers")


def judged(camcensus: Camcensus, *options: str) -> Result:
    return camcensus("judge", "--format", "csv", *options, said=CAMERA)


def policies(result: Result) -> list[str]:
    return [row["policies"] for row in rows(result)]


def test_without_a_label_or_policy_nothing_is_evaluated_and_nothing_is_claimed(camcensus: Camcensus) -> None:
    (row,) = rows(judged(camcensus))

    assert (row["policies"], row["actions_due"], row["deadline"]) == ("", "", "")


def test_a_policy_that_is_named_is_evaluated_whatever_it_says(camcensus: Camcensus) -> None:
    result = judged(camcensus, "--policy", STATEMENT, "--policy", PART_A, *LABELLED)

    assert policies(result) == [f"{STATEMENT} applies; {PART_A} does not apply"]
    assert "Note: held against 2 policies as of" in result.stderr


def test_all_means_every_policy_there_is(camcensus: Camcensus) -> None:
    (told,) = policies(judged(camcensus, "--policy", "all"))

    assert len(told.split("; ")) == 29
    assert "us-bis-entity-list" in told


def test_a_labelled_site_is_held_against_what_concerns_it(camcensus: Camcensus) -> None:
    (told,) = policies(judged(camcensus, *LABELLED, "--as-of", "2026-11-22"))

    assert [one.split(" ")[0] for one in told.split("; ")] == [
        "uk-bscc-pressure",
        "uk-procurement-act-2023-nsup",
        TIMELINE,
        STATEMENT,
    ]


@pytest.mark.parametrize(
    ("day", "told"),
    [("2022-11-23", "does not apply"), ("2022-11-24", "applies"), ("2022-11-25", "applies")],
)
def test_as_of_is_the_day_whose_rules_count(day: str, told: str, camcensus: Camcensus) -> None:
    result = judged(camcensus, "--policy", STATEMENT, *LABELLED, "--as-of", day)

    assert policies(result) == [f"{STATEMENT} {told}"]
    assert f"as of {day}" in result.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--policy", "us-ndaa-889"),
            'There is no policy "us-ndaa-889"; nothing was evaluated. Did you mean',
        ),
        (("--label", "uk-sensitiv"), 'The label "uk-sensitiv" is not known: did you mean uk-sensitive?'),
        (
            ("--label", "uk-sensitive", "--label", "uk-not-sensitive"),
            'The labels "uk-not-sensitive" and "uk-sensitive" contradict each other. Nothing was done',
        ),
        (("--as-of", "2026-11-22"), "No policy is named and no label says whose the site is"),
        (("--label", "local-annex"), "No policy is named and no label says whose the site is"),
        (("--as-of", "soon"), "Invalid value for '--as-of'"),
    ],
)
def test_what_cannot_be_held_against_anything_is_refused(
    options: tuple[str, ...], said: str, camcensus: Camcensus
) -> None:
    result = judged(camcensus, *options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_an_export_judges_each_sweep_by_the_rules_of_its_day(camcensus: Camcensus, book: Book) -> None:
    book.add(MINISTRY)
    book.sweep(camera(1), site="ministry")
    asked = ("export", "--site", "ministry", "--policy", STATEMENT, "--db", book.db)

    (now,), (before,) = rows(camcensus(*asked)), rows(camcensus(*asked, "--as-of", "2022-11-23"))

    assert (now["policies"], now["actions_due"]) == (
        f"{STATEMENT} applies",
        "must stop_install; consider consider_early_replacement",
    )
    assert (before["policies"], before["actions_due"]) == (f"{STATEMENT} does not apply", "")


def test_an_export_says_whose_a_device_is_and_whether_it_is_there(
    camcensus: Camcensus, notebook: Book, set_clock: SetClock
) -> None:
    notebook.add(MINISTRY)
    notebook.sweep(camera(1), camera(2), site="ministry")
    set_clock(FIRST_NIGHT)
    camcensus("own", "1", "--owner", "landlord", "--by", "A. Clerk", "--db", notebook.db)
    exempt = ("--date", "2027-01-01", "--by", "A. Clerk", "--reason", "a trial", "--owner", "Estates")
    step = ("obligation", "set", "2", "--policy", STATEMENT, "--state", "exempt", "--basis", "Act 1", *exempt)
    camcensus(*step, "--db", notebook.db)

    one, other = rows(camcensus("export", "--policy", STATEMENT, "--db", notebook.db))

    assert (one["owner"], one["lifecycle"], one["policies"]) == (
        "landlord",
        "present",
        f"{STATEMENT} applies",
    )
    assert (other["owner"], other["policies"], other["actions_due"]) == (
        *("unknown", f"{STATEMENT} applies (exempt)", ""),
    )


def test_json_lines_out_of_the_inventory_carry_results_whole(camcensus: Camcensus, notebook: Book) -> None:
    notebook.add(CORE)
    notebook.sweep(camera(1), site="ministry")

    said = camcensus("export", "--site", "ministry", "--format", "jsonl", "--db", notebook.db).stdout

    (host, _) = map(json.loads, said.splitlines())
    found = {one["id"]: one for one in host["policies"]}
    assert "keep_off_core_network" in [one["do"] for one in found[STATEMENT]["due"]]
    assert found["uk-procurement-act-2023-nsup"]["result"] == "cannot tell"
    assert found["uk-procurement-act-2023-nsup"]["would_tell"]


def test_devices_are_listed_with_what_is_due_today(
    camcensus: Camcensus, notebook: Book, set_clock: SetClock
) -> None:
    notebook.add(MINISTRY)
    notebook.sweep(camera(1), encoder("10.0.0.99"), site="ministry")
    set_clock(datetime(2026, 11, 23, tzinfo=UTC))

    listed = rows(camcensus("devices", "--site", "ministry", "--format", "csv", "--db", notebook.db))
    table = camcensus(
        *("devices", "--site", "ministry", "--format", "table", "--db", notebook.db), COLUMNS="300"
    )

    assert f"{STATEMENT} applies" in listed[0]["policies"]
    assert (listed[0]["deadline"], listed[0]["lifecycle"], listed[0]["owner"]) == (
        *("2025-04-30", "present", "unknown"),
    )
    assert "cannot tell" in listed[1]["policies"]
    assert "Actions due" in table.stdout


def test_a_known_site_is_held_against_its_labels_policies_when_it_is_swept(
    camcensus: Camcensus, device: Device, tmp_path: Path
) -> None:
    (tmp_path / "site.toml").write_text(MINISTRY.replace("10.0.0.0/24", f"{device.address}/32"))
    db = str(tmp_path / "inventory.sqlite3")
    camcensus("site", "add", tmp_path / "site.toml", "--db", db)

    result = camcensus(
        *("scan", "--site", "ministry", "--db", db, "--ports", "8080", "--port-check", "connect"),
        *("--profile", "fast", "--as-of", "2026-11-22", "--format", "csv"),
    )

    assert result.exit_code == 0, result.stderr
    (told,) = policies(result)
    assert f"{STATEMENT} cannot tell" in told
    listed = camcensus("sweeps", "--db", db, "--format", "jsonl").stdout
    assert json.loads(listed)["site"] == "ministry"


def test_a_site_file_with_labels_that_contradict_each_other_is_not_stored(
    camcensus: Camcensus, tmp_path: Path
) -> None:
    labelled = DEPOT.replace(
        'name = "depot"\n', 'name = "depot"\nlabels = ["uk-sensitive", "uk-not-sensitive"]\n'
    )
    db = str(tmp_path / "inventory.sqlite3")

    refused = camcensus("site", "add", "-", "--db", db, said=labelled)
    warned = camcensus(
        "site", "add", "-", "--db", db, said=labelled.replace('"uk-sensitive", "uk-not', '"uk-not')
    )

    assert refused.exit_code == 2
    assert 'The labels "uk-not-sensitive" and "uk-sensitive" contradict each other.' in refused.stderr
    assert (warned.exit_code, "Warning" in warned.stderr) == (0, False)


def test_a_label_that_no_policy_knows_is_warned_of_and_stored(camcensus: Camcensus, tmp_path: Path) -> None:
    labelled = DEPOT.replace('name = "depot"\n', 'name = "depot"\nlabels = ["uk-sensitiv"]\n')

    result = camcensus("site", "add", "-", "--db", tmp_path / "inventory.sqlite3", said=labelled)

    assert result.exit_code == 0
    assert 'The label "uk-sensitiv" is not known: did you mean uk-sensitive?' in result.stderr
