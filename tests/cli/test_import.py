"""``camcensus import``: what other tools have found, merged by device."""

import csv
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.intake.kinds import BUILTIN_KINDS
from tests.cli.conftest import Camcensus

MAC = "58:50:ed:1f:e3:85"  # of a block registered for Hangzhou Hikvision
NEIGHBOURS = f"10.0.0.5 dev eth0 lladdr {MAC} REACHABLE\n10.0.0.6 dev eth0 lladdr 02:00:00:00:00:06 STALE\n"
MORNING = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
# Leases of dnsmasq begin with the second in which they end.
NEXT_MORNING_S = int(MORNING.timestamp()) + 24 * 3600
LEASES = f"{NEXT_MORNING_S} {MAC} 10.0.0.5 cam-lobby *\n"


@pytest.fixture
def neighbours(tmp_path: Path) -> Path:
    """The neighbour table of a machine, saved in the morning."""
    return saved(tmp_path / "neighbours.txt", NEIGHBOURS)


@pytest.fixture
def leases(tmp_path: Path) -> Path:
    """The leases of dnsmasq, of the same morning."""
    return saved(tmp_path / "dnsmasq.leases", LEASES)


def saved(file: Path, text: str) -> Path:
    file.write_text(text)
    os.utime(file, (MORNING.timestamp(), MORNING.timestamp()))
    return file


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_file_of_another_tool_gets_verdicts(camcensus: Camcensus, neighbours: Path) -> None:
    result = camcensus("import", "ip-neigh", neighbours)

    camera, other, coverage = lines(result.stdout)
    assert result.exit_code == 0, result.stderr
    assert (camera["address"], camera["verdict"], camera["maker"]) == ("10.0.0.5", "flagged", "Hikvision")
    assert (other["address"], other["verdict"]) == ("10.0.0.6", "not_assessed")
    assert (coverage["complete"], coverage["packets_sent"]) == (True, {})


def test_the_age_of_what_is_told_is_that_of_the_file(camcensus: Camcensus, neighbours: Path) -> None:
    result = camcensus("import", "ip-neigh", neighbours)

    camera, _, coverage = lines(result.stdout)
    assert camera["observed_at"] == "2026-11-22T09:00:00+00:00"
    assert camera["matches"][0]["source"] == "ip-neigh"
    assert camera["matches"][0]["via"] == "imported"
    told = f"{neighbours} (ip-neigh) told of 2 hosts, seen on 2026-11-22T09:00:00+00:00"
    assert told in coverage["notes"]
    assert f"Note: {told}." in result.stderr


def test_several_files_are_merged_by_device(camcensus: Camcensus, neighbours: Path, leases: Path) -> None:
    result = camcensus("import", "ip-neigh", neighbours, "--also", "dnsmasq", leases, "-o", "-")

    camera, _ = csv.DictReader(io.StringIO(result.stdout))
    assert (camera["address"], camera["mac"], camera["hostname"]) == ("10.0.0.5", MAC, "cam-lobby")
    assert f"{leases} (dnsmasq) told of 1 host, seen " in result.stderr


def test_standard_input_is_as_old_as_this_moment(camcensus: Camcensus) -> None:
    before = datetime.now(UTC).replace(microsecond=0)

    result = camcensus("import", "ip-neigh", "-", said=NEIGHBOURS)

    camera, *_ = lines(result.stdout)
    assert before <= datetime.fromisoformat(camera["observed_at"]) <= datetime.now(UTC)
    assert "standard input (ip-neigh) told of 2 hosts" in result.stderr


def test_a_line_that_cannot_be_read_is_named_and_the_rest_is_used(
    camcensus: Camcensus, tmp_path: Path
) -> None:
    broken = saved(tmp_path / "neighbours.txt", NEIGHBOURS + "10.0.0.7 dev eth0 lladdr 58:50 REACHABLE\n")

    result = camcensus("import", "ip-neigh", broken)

    assert (result.exit_code, len(lines(result.stdout))) == (4, 3)
    assert f"Not examined: {broken}, line 3: " in result.stderr


def test_a_file_of_another_kind_is_a_usage_error(camcensus: Camcensus, leases: Path) -> None:
    result = camcensus("import", "nmap", leases)

    assert (result.exit_code, result.stdout) == (2, "")
    assert str(leases) in result.stderr


def test_beside_a_file_that_can_be_used_it_is_a_gap(
    camcensus: Camcensus, neighbours: Path, leases: Path
) -> None:
    result = camcensus("import", "nmap", leases, "--also", "ip-neigh", neighbours)

    *hosts, coverage = lines(result.stdout)
    assert (result.exit_code, len(hosts)) == (4, 2)
    assert len(coverage["gaps"]) == 1
    assert str(leases) in coverage["gaps"][0]


def test_a_file_that_breaks_off_is_a_gap_among_what_was_read(camcensus: Camcensus, neighbours: Path) -> None:
    # Its first page is never mapped: reading it is an input error, as of a broken disk.
    broken = "/proc/self/mem"

    result = camcensus("import", "ip-neigh", neighbours, "--also", "arp", broken)

    *hosts, coverage = lines(result.stdout)
    assert (result.exit_code, len(hosts)) == (4, 2)
    assert f"{broken} could not be read beyond byte 0 (Input/output error)" in coverage["gaps"][0]


def test_a_kind_that_there_is_not_is_a_usage_error_with_the_nearest(
    camcensus: Camcensus, neighbours: Path
) -> None:
    near = camcensus("import", "ip-neig", neighbours)
    far = camcensus("import", "ip-neigh", neighbours, "--also", "shodan", neighbours)

    assert (near.exit_code, far.exit_code) == (2, 2)
    assert "'ip-neig' is no kind of file that can be imported" in near.stderr
    assert "Did you mean 'ip-neigh'?" in near.stderr
    assert "'camcensus import --list-kinds' lists all." in far.stderr


def test_a_file_that_is_missing_is_a_usage_error(camcensus: Camcensus, tmp_path: Path) -> None:
    result = camcensus("import", "nmap", tmp_path / "missing.xml")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "missing.xml cannot be read (No such file or directory)" in result.stderr


def test_standard_input_can_be_read_once(camcensus: Camcensus) -> None:
    result = camcensus("import", "ip-neigh", "-", "--also", "arp", "-", said=NEIGHBOURS)

    assert (result.exit_code, "Standard input was named twice" in result.stderr) == (2, True)


def test_every_kind_is_listed_with_what_it_is(camcensus: Camcensus) -> None:
    listed = camcensus("import", "--list-kinds").stdout.splitlines()

    assert [line.split()[0] for line in listed] == [kind.name for kind in BUILTIN_KINDS]
    assert all(kind.note in line for kind, line in zip(BUILTIN_KINDS, listed, strict=True))


def test_the_help_names_every_kind(camcensus: Camcensus) -> None:
    shown = " ".join(camcensus("import", "--help").stdout.split())

    assert all(kind.name in shown for kind in BUILTIN_KINDS)


def test_findings_make_the_command_fail_when_that_is_asked_for(
    camcensus: Camcensus, neighbours: Path
) -> None:
    assert camcensus("import", "ip-neigh", neighbours, "--fail-on", "flagged").exit_code == 3


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_an_earlier_result_can_be_imported_again(
    suffix: str, camcensus: Camcensus, neighbours: Path, tmp_path: Path
) -> None:
    earlier = tmp_path / f"earlier.{suffix}"
    camcensus("-q", "import", "ip-neigh", neighbours, "-o", earlier)

    result = camcensus("import", suffix, earlier)

    camera, *_ = lines(result.stdout)
    assert result.exit_code == 0, result.stderr
    assert (camera["address"], camera["verdict"], camera["maker"]) == ("10.0.0.5", "flagged", "Hikvision")
    assert camera["observed_at"] == "2026-11-22T09:00:00+00:00"
