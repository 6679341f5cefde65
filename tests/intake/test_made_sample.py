"""Samples made here and now by the real tools are read as the stored ones are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.intake import arp_table, lease_dnsmasq, neighbour_table
from scanner.intake.contract import Kind
from tests.intake.telling import incidents, sample, sightings, told, values
from tests.lab.samples import IPV6, SYSTEM_PROGRAMS

pytestmark = pytest.mark.lab
PROJECT = Path(__file__).parents[2]

NEIGHBOURS = {"ip-neigh.txt": neighbour_table.KIND, "ip-neigh-statistics.txt": neighbour_table.KIND}
NEIGHBOURS |= {"ip-neigh.json": neighbour_table.KIND}
NEIGHBOURS |= dict.fromkeys(("arp-an.txt", "arp-n.txt", "proc-net-arp.txt"), arp_table.KIND)


def made(part: str, directory: Path, *tools: str) -> Path:
    """Make one part of the samples; skip, with the reason, on a machine without its tools."""
    for tool in tools:
        if shutil.which(tool, path=f"{os.environ['PATH']}:{SYSTEM_PROGRAMS}") is None:
            pytest.skip(f"{tool} is not installed on this machine")
    command = [sys.executable, "-m", "tests.lab.samples", str(directory), "--part", part]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, timeout=250)
    assert done.returncode == 0, done.stderr
    return directory


def shown(kind: Kind, data: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return address and facts of every host of a file of which nothing may be lost."""
    everything = told(kind, data)
    assert incidents(everything) == []
    return sorted((str(each.host.address), values(each)) for each in sightings(everything))


def test_todays_neighbour_tables_tell_of_the_same_devices(tmp_path: Path) -> None:
    fresh = made("neighbours", tmp_path, "ip", "arp")

    for name, kind in NEIGHBOURS.items():
        stored = [row for row in shown(kind, sample(name)) if IPV6.exists() or ":" not in row[0]]
        assert shown(kind, (fresh / name).read_bytes()) == stored


def test_todays_dnsmasq_leases_tell_of_the_same_clients(tmp_path: Path) -> None:
    fresh = made("dnsmasq", tmp_path, "dnsmasq")

    name, kind = "dnsmasq.leases", lease_dnsmasq.KIND
    assert shown(kind, (fresh / name).read_bytes()) == shown(kind, sample(name))
