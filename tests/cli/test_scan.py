"""``camcensus scan`` on loopback: the whole way from the command line to the file."""

import csv
import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.running import planning
from tests.cli.conftest import Camcensus
from tests.cli.device import Device

QUICK = ("--profile", "fast", "--ports", "8080")


def test_a_sweep_writes_its_file_shows_its_table_and_says_what_it_covered(
    camcensus: Camcensus, device: Device, signatures: Path, tmp_path: Path
) -> None:
    findings = tmp_path / "findings.csv"

    result = camcensus(
        *("scan", device.address, *QUICK, "--signatures", signatures),
        *("--site", "Depot", "-o", findings, "--fail-on", "flagged"),
    )

    assert result.exit_code == 3, result.stderr
    (row,) = csv.DictReader(findings.read_text().splitlines())
    told = (
        row["site"],
        row["address"],
        row["verdict"],
        row["tier"],
        row["maker"],
        row["model"],
        row["open_ports"],
    )
    assert told == ("Depot", device.address, "flagged", "confirmed", "Acme", "AC-1", "8080/tcp")
    assert stat.S_IMODE(findings.stat().st_mode) == 0o600
    assert "1 host: 1 flagged." in result.stdout
    assert "Coverage: 1 in scope, 1 answered, 0 silent, 1 examined to the end" in result.stderr
    assert "nmap was not used" in result.stderr


def test_a_pipe_gets_json_lines(camcensus: Camcensus, device: Device, signatures: Path) -> None:
    result = camcensus("-q", "scan", device.address, *QUICK, "--signatures", signatures)

    host, coverage = map(json.loads, result.stdout.splitlines())
    assert (result.exit_code, host["address"], host["model"]) == (0, device.address, "AC-1")
    assert (coverage["type"], coverage["complete"]) == ("coverage", True)


def begin(*words: object) -> subprocess.Popen[str]:
    """Start camcensus as a process of its own, which alone gets its signals."""
    command = [sys.executable, "-m", "scanner", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_control_c_finishes_open_hosts_writes_everything_and_ends_with_130(
    device: Device, signatures: Path, tmp_path: Path
) -> None:
    findings = tmp_path / "findings.jsonl"
    device.may_answer.clear()

    with begin("scan", device.address, *QUICK, "--signatures", signatures, "-o", findings) as running:
        assert device.asked.wait(timeout=60)
        running.send_signal(signal.SIGINT)
        device.may_answer.set()
        _, said = running.communicate(timeout=60)

    host, coverage = map(json.loads, findings.read_text().splitlines())
    assert running.returncode == 130, said
    assert (host["address"], host["model"]) == (device.address, "AC-1")
    assert not coverage["complete"]
    assert "Stopping: open hosts are finished" in said
    assert "Not examined: the sweep was interrupted before its end." in said


def test_a_second_control_c_does_not_wait_but_still_writes(device: Device, tmp_path: Path) -> None:
    findings = tmp_path / "findings.csv"
    device.may_answer.clear()
    slow = ("--ports", "8080", "--port-check", "connect", "--profile", "gentle")

    with begin("scan", device.address, *slow, "-o", findings) as running:
        assert device.asked.wait(timeout=60)
        running.send_signal(signal.SIGINT)
        assert running.stderr
        assert "Stopping" in running.stderr.readline()
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)

    (row,) = csv.DictReader(findings.read_text().splitlines())
    assert running.returncode == 130, said
    assert (row["address"], row["open_ports"]) == (device.address, "8080/tcp")


def test_an_output_that_cannot_be_written_is_refused_before_anything_is_sent(
    camcensus: Camcensus, device: Device, tmp_path: Path
) -> None:
    result = camcensus("scan", device.address, *QUICK, "-o", tmp_path / "missing" / "findings.csv")

    assert result.exit_code == 2
    assert "Nothing was done" in result.stderr
    assert not device.asked.is_set()


def test_signatures_that_cannot_be_used_are_refused_before_anything_is_sent(
    camcensus: Camcensus, device: Device, signatures: Path
) -> None:
    (signatures / "makers" / "acme.toml").write_text("schema = 1\n[maker\n")

    result = camcensus("scan", device.address, *QUICK, "--signatures", signatures)

    assert result.exit_code == 2
    assert "acme.toml:2:" in result.stderr
    assert not device.asked.is_set()


def test_a_public_target_is_refused(camcensus: Camcensus) -> None:
    result = camcensus("scan", "203.0.113.5")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "public_networks" in result.stderr


def test_an_unknown_interface_ends_with_5(camcensus: Camcensus) -> None:
    result = camcensus("scan", "127.0.0.1", "--interface", "eth77")

    assert result.exit_code == 5
    assert "no network interface named eth77" in result.stderr


def test_a_passive_scan_without_the_right_to_listen_ends_with_5(
    camcensus: Camcensus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "has_raw_privilege", lambda: False)

    result = camcensus("scan", "127.0.0.1", "--passive", "--interface", "lo")

    assert (result.exit_code, result.stdout) == (5, "")
    assert "CAP_NET_RAW" in result.stderr
