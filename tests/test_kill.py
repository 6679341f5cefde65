"""Sweeps that are killed, and a disk that is full: what was acknowledged stays, and nobody is asked twice.

Eight kills here; ``python -m tests.kill`` makes fifty, or as many as ``--count`` says.
"""

import json
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from scanner.clock import SystemClock
from scanner.inventory.contract import SweepState
from scanner.inventory.inventory import Inventory
from scanner.site.file import read
from tests.kill import PERSONAS, PROJECT, SITE, strikes
from tests.lab import Lab, Plan

pytestmark = pytest.mark.lab
KILLS, HITS = 8, 3

# SQLite's shared memory (32 KiB) and the beginning of a sweep have room, the evidence of eight devices not.
ROOM_KB = 72
# On a file system of its own: fill it but for that, sweep, make room, and finish the sweep.
FULL_DISK = """
set -e
mount -t tmpfs -o size=1m tmpfs "$DISK"
export CAMCENSUS_DB="$DISK/inventory.sqlite3"
printf '%s' "$SITE" | "$PYTHON" -m scanner -q site add -
free=$(df -k --output=avail "$DISK" | tail -n 1)
dd if=/dev/zero of="$DISK/ballast" bs=1k count=$((free - ROOM_KB)) 2> /dev/null
set +e
"$PYTHON" -m scanner -q scan --site depot --format jsonl > "$OUT/first.jsonl" 2> "$OUT/first.txt"
echo $? > "$OUT/first.code"
rm "$DISK/ballast"
"$PYTHON" -m scanner -q scan --resume 1 --format jsonl > "$OUT/second.jsonl" 2> "$OUT/second.txt"
echo $? > "$OUT/second.code"
cp "$DISK"/inventory.sqlite3* "$OUT"
"""


@pytest.mark.timeout(900)
def test_killed_sweeps_keep_what_they_acknowledged_and_ask_nobody_twice(tmp_path: Path) -> None:
    trial = strikes(KILLS, seed=5, directory=tmp_path, hits=HITS)

    assert trial.kills >= KILLS
    # The kills hit something: otherwise the checks in the trial would have had nothing to hold.
    assert trial.left_open >= HITS
    assert trial.spared >= HITS
    with trial.inventory() as inventory:
        assert {sweep.state for sweep in inventory.sweeps()} == {SweepState.FINISHED}


def on_a_full_disk(lab: Lab, disk: Path, out: Path) -> str:
    """Run the script on a disk of one mebibyte, in a mount namespace; return what it said."""
    alone = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    environment = {
        **os.environ,
        "DISK": str(disk),
        "OUT": str(out),
        "ROOM_KB": str(ROOM_KB),
        "SITE": SITE,
        "PYTHON": sys.executable,
        "PYTHONPATH": str(PROJECT),
    }
    done = lab.run([*alone, "sh", "-c", FULL_DISK], env=environment, timeout=280)
    return f"{done.stdout}{done.stderr}"


def addresses(results: Path) -> set[str]:
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    return {row["address"] for row in rows if row["type"] == "host"}


def test_on_a_full_disk_the_sweep_goes_on_and_its_results_are_written(tmp_path: Path) -> None:
    disk, out = tmp_path / "disk", tmp_path / "out"
    disk.mkdir()
    out.mkdir()

    with Lab(Plan(personas=PERSONAS)) as lab:
        said = on_a_full_disk(lab, disk, out)
        truth = {expected.address for expected in lab.truth}

    first = out / "first.txt"
    assert (out / "first.code").exists(), said
    assert (out / "first.code").read_text() == "1\n", first.read_text()
    assert "the disk is full" in first.read_text()
    assert "The sweep goes on, and storing is tried again" in first.read_text()
    assert "camcensus scan --resume 1" in first.read_text()
    assert addresses(out / "first.jsonl") == truth
    assert (out / "second.code").read_text() == "0\n", (out / "second.txt").read_text()
    assert addresses(out / "second.jsonl") == truth
    with sqlite3.connect(out / "inventory.sqlite3") as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    connection.close()
    with Inventory.open(str(out / "inventory.sqlite3"), SystemClock(), read) as inventory:
        assert {row.address for row in inventory.devices()} == truth
