"""``camcensus site``: sites go in, change, are shown and go, on SQLite and PostgreSQL."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.errors import StorageProblem
from tests.cli.conftest import Camcensus

DEPOT = """\
# The depot by the harbour.
schema = 1
exclude = ["10.0.0.1"]

[site]
name = "depot"
owner = "City works"
location = "Harbour road 7"
labels = ["uk-police"]
timezone = "Europe/Berlin"

[[segment]]
name = "cctv"
role = "cctv"
networks = ["10.0.0.0/24"]
vlan = 20

[authorisation]
by = "J. Doe"
until = 2099-12-31
"""
ENDED = DEPOT.replace("2099-12-31", "2020-12-31")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The depot's file."""
    path = tmp_path / "depot.toml"
    path.write_text(DEPOT)
    return path


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """The place of an inventory that is not there yet."""
    return tmp_path / "inventory.sqlite3"


@pytest.fixture
def with_depot(db: Path, file: Path, camcensus: Camcensus) -> Path:
    """An inventory that knows the depot."""
    assert camcensus("site", "add", file, "--db", db).exit_code == 0
    return db


def test_a_site_lives_in_either_database(database_url: str, file: Path, camcensus: Camcensus) -> None:
    place = ("--db", database_url)

    added = camcensus("site", "add", file, *place)
    shown = camcensus("site", "show", "depot", *place)
    camcensus("site", "edit", "depot", "-", *place, said=DEPOT.replace('"depot"', '"yard"'))
    listed = camcensus("site", "list", *place)
    removed = camcensus("site", "remove", "yard", "--yes", *place)
    left = camcensus("site", "list", "--format", "json", *place)

    assert added.stderr == "The site depot is added: 1 segment, 253 addresses to examine.\n"
    assert shown.stdout == DEPOT
    assert [line.split()[:2] for line in listed.stdout.splitlines()[2:]] == [["yard", "City"]]
    assert removed.stderr == "The site yard is removed, with 0 sweeps.\n"
    assert json.loads(left.stdout) == []


def test_a_site_comes_by_standard_input_into_the_database_of_the_environment(
    db: Path, camcensus: Camcensus
) -> None:
    result = camcensus("site", "add", "-", said="\ufeff" + DEPOT, CAMCENSUS_DB=str(db))

    assert result.exit_code == 0
    assert camcensus("site", "show", "depot", "--db", db).stdout == DEPOT
    assert stat.S_IMODE(db.stat().st_mode) == 0o600


def test_the_list_is_a_table(with_depot: Path, camcensus: Camcensus) -> None:
    lines = camcensus("site", "list", "--db", with_depot).stdout.splitlines()

    assert lines[0].split() == [
        *("Name", "Owner", "Location", "Segments", "Addresses", "Labels", "Authorised")
    ]
    assert lines[2].split() == [
        *("depot", "City", "works", "Harbour", "road", "7", "1", "253", "uk-police", "until", "2099-12-31")
    ]


def test_the_list_is_json_when_asked(with_depot: Path, camcensus: Camcensus) -> None:
    (site,) = json.loads(camcensus("site", "list", "--format", "json", "--db", with_depot).stdout)

    assert site == {
        "name": "depot",
        "owner": "City works",
        "location": "Harbour road 7",
        "contact": "",
        "timezone": "Europe/Berlin",
        "labels": ["uk-police"],
        "addresses": 253,
        "segments": [{"name": "cctv", "role": "cctv", "networks": ["10.0.0.0/24"], "vlan": 20}],
        "public": [],
        "authorised_by": "J. Doe",
        "authorised_until": "2099-12-31",
        "profile": "normal",
        "max_rate": None,
        "notify": [],
    }


def test_the_configuration_can_say_where_the_inventory_is_and_how_to_list(
    with_depot: Path, tmp_path: Path, camcensus: Camcensus
) -> None:
    (tmp_path / "census.toml").write_text(f"[site.list]\ndb = '{with_depot}'\nformat = 'json'\n")

    listed = camcensus("--config", tmp_path / "census.toml", "site", "list")

    assert json.loads(listed.stdout)[0]["name"] == "depot"


def test_what_a_site_says_is_no_markup(db: Path, camcensus: Camcensus) -> None:
    told = DEPOT.replace("City works", "[red]City works[/red]")
    camcensus("site", "add", "-", "--db", db, said=told)

    assert "[red]City works[/red]" in camcensus("site", "list", "--db", db).stdout


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("owner", "ownr", "line 7: [site]: ownr is not known here"),
        ("10.0.0.0/24", "203.0.113.0/24", "line 15: [[segment]] 1: networks holds 203.0.113.0/24"),
        ("until = 2099-12-31", "", "line 18: [authorisation]: until is missing"),
        ("schema = 1", "schema = ", "The site file is not TOML"),
    ],
)
def test_a_file_with_a_mistake_is_a_usage_error_and_makes_no_inventory(
    old: str, new: str, message: str, db: Path, file: Path, camcensus: Camcensus
) -> None:
    file.write_text(DEPOT.replace(old, new))

    result = camcensus("site", "add", file, "--db", db)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {file}: {message}")
    assert not db.exists()


@pytest.mark.parametrize(
    ("content", "message"), [(None, "cannot be read (No such file"), (b"\xff", "is not text in UTF-8")]
)
def test_a_file_that_cannot_be_read_is_a_usage_error(
    content: bytes | None, message: str, db: Path, tmp_path: Path, camcensus: Camcensus
) -> None:
    if content is not None:
        (tmp_path / "site.toml").write_bytes(content)

    result = camcensus("site", "add", tmp_path / "site.toml", "--db", db)

    assert (result.exit_code, message in result.stderr) == (2, True)


def test_a_site_whose_authorisation_has_ended_is_not_added(db: Path, camcensus: Camcensus) -> None:
    result = camcensus("site", "add", "-", "--db", db, said=ENDED)

    assert result.exit_code == 2
    assert "by J. Doe ended on 2020-12-31, so it must not be swept" in result.stderr
    assert not db.exists()


def test_an_authorisation_can_be_ended_by_hand(with_depot: Path, camcensus: Camcensus) -> None:
    result = camcensus("site", "edit", "depot", "-", "--db", with_depot, said=ENDED)

    assert result.exit_code == 0
    assert "Warning: The authorisation of the site depot by J. Doe ended on 2020-12-31" in result.stderr
    assert "ended 2020-12-31" in camcensus("site", "list", "--db", with_depot).stdout


def test_a_site_is_added_once(with_depot: Path, file: Path, camcensus: Camcensus) -> None:
    result = camcensus("site", "add", file, "--db", with_depot)

    assert result.exit_code == 2
    assert "There is a site named depot already, so nothing was added." in result.stderr


@pytest.mark.parametrize("command", [("show",), ("edit",), ("remove", "--yes")])
def test_a_site_that_nobody_added_is_a_usage_error(
    command: tuple[str, ...], with_depot: Path, camcensus: Camcensus
) -> None:
    result = camcensus("site", *command, "dept", "--db", with_depot)

    assert result.exit_code == 2
    assert "There is no site named 'dept' in the inventory. Known are: depot." in result.stderr


@pytest.mark.parametrize("command", [("list",), ("show", "depot"), ("edit", "depot"), ("remove", "depot")])
def test_without_an_inventory_it_is_a_storage_error(
    command: tuple[str, ...], db: Path, camcensus: Camcensus
) -> None:
    result = camcensus("site", *command, "--db", db)

    assert result.exit_code == StorageProblem.exit_code == 1
    assert "camcensus site add FILE" in result.stderr
    assert not db.exists()


def test_a_file_that_is_no_database_is_a_storage_error(db: Path, file: Path, camcensus: Camcensus) -> None:
    db.write_text("host,port\n")

    result = camcensus("site", "add", file, "--db", db)

    assert (result.exit_code, db.read_text()) == (1, "host,port\n")


def test_a_site_is_not_removed_by_a_slip(with_depot: Path, camcensus: Camcensus) -> None:
    result = camcensus("site", "remove", "depot", "--db", with_depot)

    assert result.exit_code == 2
    assert "add --yes" in result.stderr
    assert camcensus("site", "show", "depot", "--db", with_depot).stdout == DEPOT


def test_an_edit_with_a_mistake_leaves_the_site_as_it_was(with_depot: Path, camcensus: Camcensus) -> None:
    told = DEPOT.replace("cctv", "camera")

    result = camcensus("site", "edit", "depot", "-", "--db", with_depot, said=told)

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: Standard input: line 14: [[segment]] 1: role is 'camera'")
    assert camcensus("site", "show", "depot", "--db", with_depot).stdout == DEPOT


def editor(tmp_path: Path, command: str) -> str:
    """Return the path of an editor that changes what it is given by a command of sed."""
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\nsed -i "{command}" "$1"\n')
    script.chmod(0o755)
    return str(script)


def test_the_editor_shows_what_is_stored_and_its_text_is_stored(
    with_depot: Path, tmp_path: Path, camcensus: Camcensus
) -> None:
    widened = editor(tmp_path, "s|10.0.0.0/24|10.0.0.0/23|")

    result = camcensus("site", "edit", "depot", "--db", with_depot, EDITOR=widened, VISUAL="")

    assert result.stderr == "The site depot is changed: 1 segment, 509 addresses to examine.\n"
    assert camcensus("site", "show", "depot", "--db", with_depot).stdout == DEPOT.replace("/24", "/23")


def test_leaving_the_editor_changes_nothing(with_depot: Path, camcensus: Camcensus) -> None:
    result = camcensus("site", "edit", "depot", "--db", with_depot, EDITOR="true", VISUAL="")

    assert (result.exit_code, result.stderr) == (0, "Nothing was changed.\n")


def test_what_was_typed_with_a_mistake_is_kept(
    with_depot: Path, tmp_path: Path, camcensus: Camcensus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mistaken = editor(tmp_path, "s/owner/ownr/")

    result = camcensus("site", "edit", "depot", "--db", with_depot, EDITOR=mistaken, VISUAL="")

    (kept,) = tmp_path.glob("camcensus-site-*.toml")
    assert result.exit_code == 2
    assert "The edited file: line 7: [site]: ownr is not known here" in result.stderr
    assert result.stderr.endswith(f"run camcensus site edit 'depot' {kept}\n")
    assert kept.read_text() == DEPOT.replace("owner", "ownr")
    assert camcensus("site", "show", "depot", "--db", with_depot).stdout == DEPOT


def test_asking_for_help_does_not_pay_for_the_database() -> None:
    asked = (
        "import sys\n"
        "from scanner.cli import main\n"
        "for words in (['--help'], ['site', '--help'], ['site', 'add', '--help']):\n"
        "    main(words, standalone_mode=False)\n"
        "print(*{'sqlalchemy', 'alembic', 'rich'} & set(sys.modules), sep='', end='', file=sys.stderr)\n"
    )

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
