"""``camcensus schedule``: schedules are added, listed, shown and removed, and units are written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.schedule import add, run
from scanner.errors import NoAccess, StorageProblem, UsageProblem
from scanner.schedule import daemon, entry
from tests.cli.conftest import Camcensus

SITE = """\
schema = 1

[site]
name = "depot"
timezone = "Europe/Berlin"

[[segment]]
name = "cctv"
networks = ["10.0.0.0/24"]
"""


@pytest.fixture
def database(tmp_path: Path, camcensus: Camcensus) -> Path:
    (tmp_path / "depot.toml").write_text(SITE)
    path = tmp_path / "inventory.sqlite3"
    assert camcensus("site", "add", tmp_path / "depot.toml", "--db", path).exit_code == 0
    return path


def test_a_schedule_is_added_in_the_sites_zone_and_listed(camcensus: Camcensus, database: Path) -> None:
    added = camcensus("schedule", "add", "depot", "0 2 * * *", "--jitter", 600, "--db", database)
    listed = camcensus("schedule", "list", "--db", database)

    assert (added.exit_code, added.stdout) == (0, "")
    assert added.stderr.startswith("Schedule 1 is added. 'camcensus schedule run' sweeps depot next at ")
    assert listed.stdout == "1\tdepot\t0 2 * * *\tEurope/Berlin\t600 s\tnever\n"


def test_what_comes_next_is_shown_in_local_time_and_in_utc(camcensus: Camcensus, database: Path) -> None:
    words = ("schedule", "add", "depot", "30 2 1 1 *", "--timezone", "America/New_York", "--db", database)
    assert camcensus(*words).exit_code == 0

    lines = camcensus("schedule", "next", "--count", 2, "--db", database).stdout.splitlines()
    local, utc, site, number = lines[0].split("\t")

    assert len(lines) == 2
    assert (local[4:], utc[4:]) == ("-01-01 02:30:00 EST", "-01-01T07:30:00Z")
    assert (site, number) == ("depot", "schedule 1")


def test_blanks_and_line_breaks_around_the_fields_are_taken_for_one_blank(
    camcensus: Camcensus, database: Path
) -> None:
    camcensus("schedule", "add", "depot", " 0  2 * *\t* \n", "--db", database)

    assert "\t0 2 * * *\t" in camcensus("schedule", "list", "--db", database).stdout


def test_a_number_that_no_database_can_hold_is_refused(camcensus: Camcensus, database: Path) -> None:
    result = camcensus("schedule", "remove", 10**20, "--db", database)

    assert result.exit_code == UsageProblem.exit_code
    assert "is not in the range" in result.stderr


def test_a_schedule_is_removed(camcensus: Camcensus, database: Path) -> None:
    camcensus("schedule", "add", "depot", "0 2 * * *", "--db", database)

    assert camcensus("schedule", "remove", 1, "--db", database).exit_code == 0
    assert camcensus("schedule", "list", "--db", database).stdout == ""

    again = camcensus("schedule", "remove", 1, "--db", database)
    assert again.exit_code == UsageProblem.exit_code
    assert "There is no schedule 1" in again.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("office", "0 2 * * *"), "no site named 'office'"),
        (("depot", "0 25 * * *"), "cannot be read"),
        (("depot", "0 2 * * *", "--timezone", "Berlin"), "time zone 'Berlin' is not known"),
    ],
)
def test_what_cannot_be_scheduled_is_refused(
    camcensus: Camcensus, database: Path, words: tuple[str, ...], complaint: str
) -> None:
    refused = camcensus("schedule", "add", *words, "--db", database)

    assert (refused.exit_code, refused.stdout) == (UsageProblem.exit_code, "")
    assert complaint in refused.stderr
    assert camcensus("schedule", "list", "--db", database).stdout == ""


def test_the_daemon_needs_an_inventory(camcensus: Camcensus, tmp_path: Path) -> None:
    refused = camcensus("schedule", "run", "--db", tmp_path / "none.sqlite3")

    assert refused.exit_code == StorageProblem.exit_code
    assert "There is no inventory" in refused.stderr


def test_the_limits_that_help_shows_are_those_that_hold() -> None:
    assert add.MAX_JITTER_S == entry.MAX_JITTER_S
    assert run.DEFAULT_PARALLEL == daemon.DEFAULT_PARALLEL


def test_units_are_written_readable_and_the_rest_is_said(camcensus: Camcensus, tmp_path: Path) -> None:
    said = camcensus("schedule", "install", "--directory", tmp_path, "--program", "/usr/bin/true")
    unit = tmp_path / "camcensus.service"

    assert said.exit_code == 0
    assert said.stdout.startswith(f"{unit} is written.\n")
    assert "systemctl enable --now camcensus.service" in said.stdout
    assert "/etc/cron.d/camcensus" in said.stdout
    assert "\nExecStart=/usr/bin/true schedule run\n" in unit.read_text()
    assert unit.stat().st_mode & 0o777 == 0o644


def test_timer_units_are_a_pair(camcensus: Camcensus, tmp_path: Path) -> None:
    camcensus("schedule", "install", "--directory", tmp_path, "--timer", "--program", "/usr/bin/true")

    assert sorted(path.name for path in tmp_path.glob("camcensus*")) == [
        "camcensus-sweep@.service",
        "camcensus-sweep@.timer",
    ]


def test_printed_units_can_be_read_by_systemd_as_they_are(camcensus: Camcensus) -> None:
    printed = camcensus("schedule", "install", "--directory", "-", "--program", "/usr/bin/true").stdout
    text, _, steps = printed.rpartition("WantedBy=multi-user.target\n")

    assert text.startswith("# camcensus.service\n[Unit]\n")
    assert all(line.startswith("#") for line in steps.splitlines() if line)


def test_a_program_that_is_not_there_is_refused(camcensus: Camcensus) -> None:
    refused = camcensus("schedule", "install", "--directory", "-", "--program", "/nonexistent/camcensus")

    assert (refused.exit_code, refused.stdout) == (UsageProblem.exit_code, "")
    assert "/nonexistent/camcensus is no program" in refused.stderr


def test_a_program_that_the_sandbox_hides_is_refused(camcensus: Camcensus, tmp_path: Path) -> None:
    seen, hidden = Path("/usr/bin/true"), Path("/tmp") / f"camcensus-{os.getpid()}"
    hidden.symlink_to(seen)
    try:
        refused = camcensus("schedule", "install", "--directory", tmp_path, "--program", hidden)
    finally:
        hidden.unlink()

    assert refused.exit_code == UsageProblem.exit_code
    assert f"The service cannot see {hidden}" in refused.stderr
    assert not (tmp_path / "camcensus.service").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming somebody else takes root")
def test_without_the_right_to_write_it_says_where_units_go_and_ends_with_5() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, "schedule", "install", "--program", "/usr/bin/true"],
        capture_output=True,
        text=True,
        env=os.environ | {"XDG_CONFIG_HOME": "/nonexistent"},
        cwd=Path(__file__).parents[2],
    )

    assert done.returncode == NoAccess.exit_code
    assert "/etc/systemd/system/camcensus.service may not be written: that takes root" in done.stderr


# The interpreter may be readable by root alone, so it gives root up when everything is loaded.
AS_NOBODY = """
import os
from scanner.cli import main
from scanner.cli.schedule import install
from scanner.schedule import unit
os.setresuid(65534, 65534, 65534)
main()
"""
