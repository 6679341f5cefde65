"""The units, held against systemd's own checks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.schedule.unit import Unit, daemon_units, is_hidden, timer_units

PROGRAM = Path("/usr/bin/true")
UNITS = (*daemon_units(PROGRAM), *timer_units(PROGRAM))
SERVICES = tuple(unit for unit in UNITS if unit.name.endswith(".service"))
# systemd calls up to 4.9 "OK"; what is left of ours is what examining a network takes.
MAX_EXPOSURE = 2.0


def analyzed(command: str, unit: Unit, directory: Path) -> str:
    """Return what ``systemd-analyze`` says of a unit; its sisters lie beside it."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze (Debian package systemd) is not installed")
    for one in UNITS:
        (directory / one.name).write_text(one.text)
    done = subprocess.run(
        [program, "--no-pager", *command.split(), str(directory / unit.name)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.stdout


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_to_complain_of(unit: Unit, tmp_path: Path) -> None:
    assert analyzed("verify", unit, tmp_path) == ""


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_the_sandbox_leaves_little_exposed(unit: Unit, tmp_path: Path) -> None:
    said = analyzed("security --offline=true", unit, tmp_path)
    exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)

    assert exposure is not None, said
    assert float(exposure[1]) <= MAX_EXPOSURE, said


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_the_one_capability_is_reading_frames(unit: Unit) -> None:
    capabilities = re.findall(r"^(\w*Capabilit\w*)=(.*)$", unit.text, re.MULTILINE)

    assert capabilities == [("AmbientCapabilities", "CAP_NET_RAW"), ("CapabilityBoundingSet", "CAP_NET_RAW")]


def test_a_program_in_an_odd_place_stays_one_word() -> None:
    (unit,) = daemon_units(Path("/opt/100% camera's/$HOME/camcensus"))

    assert 'ExecStart="/opt/100%% camera\'s/$$HOME/camcensus" schedule run\n' in unit.text


def test_what_the_sandbox_hides_is_known() -> None:
    assert is_hidden(Path("/home/me/venv/bin/camcensus"))
    assert not is_hidden(Path("/homestead/bin/camcensus"))
