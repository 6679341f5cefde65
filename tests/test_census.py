"""The main job, end to end: a real sweep of the virtual LAN, held against what is true of each device."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner.protocols import arp, frame
from tests.lab import Lab, Plan
from tests.lab.plan import Expected
from tests.waiting import until

pytestmark = pytest.mark.lab
NETWORK = "10.77.0.0/24"
# The verdict's columns that the truth also has.
IDENTITY = ("brand", "model", "device_class", "firmware_version", "firmware_build_date", "serial")


@dataclass(frozen=True)
class Census:
    """One sweep: the findings by address, the exit code, what was said, and the wire."""

    rows: dict[str, dict[str, str]]
    exit_code: int
    said: str
    trace: Path
    lab: Lab
    truth: tuple[Expected, ...]


def camcensus(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scanner", *arguments]


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(newline="") as file:
        return {row["address"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Census]:
    """Sweep the default LAN once, with every byte on it recorded."""
    directory = tmp_path_factory.mktemp("census")
    with Lab(Plan()) as lab:
        lab.record(directory / "trace.pcap")
        output = directory / "findings.csv"
        done = lab.run(camcensus("scan", NETWORK, "--profile", "normal", "-o", str(output)), timeout=280)
        truth = lab.truth
        yield Census(rows_of(output), done.returncode, done.stderr, directory / "trace.pcap", lab, truth)


def test_the_sweep_ends_well_and_accounts_for_every_address(census: Census) -> None:
    assert census.exit_code == 0, census.said
    assert set(census.rows) == {expected.address for expected in census.truth}
    assert "254 in scope, 31 answered" in census.said


def test_every_target_is_flagged_with_its_maker_and_nothing_else_is(census: Census) -> None:
    found = {address: (row["verdict"] == "flagged", row["maker"]) for address, row in census.rows.items()}
    for expected in census.truth:
        is_flagged, maker = found[expected.address]
        if expected.verdict == "flagged":
            assert (is_flagged, maker) == (True, expected.maker), expected.persona
        else:
            assert not is_flagged, expected.persona


def test_each_verdict_is_the_true_one(census: Census) -> None:
    wrong = {
        expected.persona: (census.rows[expected.address]["verdict"], expected.verdict)
        for expected in census.truth
        if census.rows[expected.address]["verdict"] != expected.verdict
    }

    assert wrong == {}


@pytest.mark.parametrize("column", IDENTITY)
def test_what_a_target_shows_on_the_wire_is_reported(census: Census, column: str) -> None:
    shown = [e for e in census.truth if e.verdict == "flagged" and column in e.shown]
    wrong = {
        expected.persona: (census.rows[expected.address][column], getattr(expected, column))
        for expected in shown
        if census.rows[expected.address][column] != getattr(expected, column)
    }

    assert shown
    assert wrong == {}


def test_real_nmap_found_the_ports(census: Census) -> None:
    if shutil.which("nmap") is None:
        pytest.skip("nmap is not installed on this machine")
    assert "nmap" in census.said
    assert "found the open ports" in census.said


def test_a_device_gets_one_connection_at_a_time(census: Census) -> None:
    peaks = {e.persona: census.lab.connections(e.address).peak for e in census.truth}

    assert max(peaks.values()) == 1, peaks


def test_a_passive_census_sends_no_frame_and_still_names_what_announces_itself(tmp_path: Path) -> None:
    output = tmp_path / "heard.csv"
    with Lab(Plan(announce_seconds=2)) as lab:
        before = lab.frames()
        done = lab.run(camcensus("scan", NETWORK, "--passive", "--duration", "14", "-o", str(output)))
        after = lab.frames()
        announcing = [e for e in lab.truth if e.verdict == "flagged" and "maker" in e.announced]
    rows = rows_of(output)

    assert done.returncode == 0, done.stderr
    assert after.sent == before.sent
    assert after.received > before.received
    assert announcing
    wrong = {
        expected.persona: (rows[expected.address]["maker"], rows[expected.address]["verdict"])
        for expected in announcing
        if rows[expected.address]["maker"] != expected.maker
        or rows[expected.address]["verdict"] not in ("flagged", "suspected")
    }
    assert wrong == {}


def test_ctrl_c_writes_what_is_known(tmp_path: Path) -> None:
    output, said = tmp_path / "findings.jsonl", tmp_path / "said.txt"
    cameras = ("10.77.0.10", "10.77.0.11")
    with Lab(Plan(personas=("hik-ipc", "dahua-ipc", "nginx", "tarpit"))) as lab:
        command = lab.command(camcensus("scan", NETWORK, "--profile", "gentle", "-o", str(output)))
        with said.open("w") as stderr:
            running = subprocess.Popen(command, stderr=stderr, start_new_session=True)
        until(
            lambda: all(lab.connections(address).total for address in cameras), "a connection to each camera"
        )
        os.killpg(running.pid, signal.SIGINT)
        until(lambda: "Stopping" in said.read_text(), "the notice that it stops")
        os.killpg(running.pid, signal.SIGINT)
        running.wait(60)
    lines = [json.loads(line) for line in output.read_text().splitlines()]

    assert running.returncode == 130, said.read_text()
    assert lines[-1]["type"] == "coverage"
    assert {line["address"] for line in lines[:-1]} >= {*cameras}


def test_without_the_capability_the_ports_are_tried_and_the_gap_is_said(tmp_path: Path) -> None:
    output = tmp_path / "findings.csv"
    with Lab(Plan(personas=("hik-ipc", "nginx", "silent"))) as lab:
        bare = ["setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw", "--"]
        scan = camcensus(
            "scan", "10.77.0.8/29", "--profile", "fast", "--port-check", "connect", "-o", str(output)
        )
        done = lab.run([*bare, *scan])
    rows = rows_of(output)

    assert done.returncode == 4, done.stderr
    assert "CAP_NET_RAW" in done.stderr
    assert rows["10.77.0.10"]["verdict"] == "flagged"
    assert rows["10.77.0.10"]["mac"] == "58:50:ed:1f:e3:85"


def test_an_excluded_device_is_sent_nothing_of_its_own(tmp_path: Path) -> None:
    output, trace = tmp_path / "findings.csv", tmp_path / "trace.pcap"
    with Lab(Plan(personas=("hik-ipc", "nginx"))) as lab:
        lab.record(trace)
        options = ("--profile", "fast", "--exclude", "10.77.0.10", "-o", str(output))
        lab.run(camcensus("scan", "10.77.0.8/29", *options))
    sent = [frame.parse(data) for data in frames_of(trace)]
    asked = [arp.read_packet(f.payload) for f in sent if f and f.ethertype == frame.ETHERTYPE_ARP]

    requests = {
        str(packet.target_address)
        for packet in asked
        if packet and packet.operation is arp.Operation.REQUEST and str(packet.sender_address) == "10.77.0.2"
    }

    assert "10.77.0.11" in requests
    assert "10.77.0.10" not in requests
    assert "10.77.0.10" not in {str(f.destination) for f in sent if f and str(f.source) == "10.77.0.2"}


def frames_of(trace: Path) -> Iterator[bytes]:
    """Yield the frames of a pcap file (classic format, little-endian)."""
    data = trace.read_bytes()
    place = 24
    while place + 16 <= len(data):
        length = int.from_bytes(data[place + 8 : place + 12], "little")
        yield data[place + 16 : place + 16 + length]
        place += 16 + length
