"""``camcensus listen --pcap``: captures instead of a live link."""

import fcntl
import gzip
import json
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import IO, Any

import pytest

from tests.cli.conftest import Camcensus
from tests.cli.terminal import run_in_terminal
from tests.hearing.wire import CAMERA, CAMERA_MAC, CLIENT, arp, ethernet, ip, tcp

# 2026-11-22, 12:00 UTC.
NOON_S = 1_795_348_800
PCAP_HEAD = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
ACME = b"HTTP/1.1 200 OK\r\nServer: Acme-Webs/AC-1\r\nContent-Length: 0\r\n\r\n"
SYN, SYN_ACK, ACK, PUSH = 0x02, 0x12, 0x10, 0x18


def record(frame: bytes, seconds: int = NOON_S) -> bytes:
    return struct.pack("<IIII", seconds, 0, len(frame), len(frame)) + frame


def reply(address: str = CAMERA) -> list[bytes]:
    """The frames of one page that a client fetches from a device of Acme."""
    exchange = (
        (CLIENT, address, tcp(50000, 80, sequence=0, flags=SYN)),
        (address, CLIENT, tcp(80, 50000, sequence=0, flags=SYN_ACK)),
        (CLIENT, address, tcp(50000, 80, b"GET / HTTP/1.1\r\n\r\n", flags=PUSH)),
        (address, CLIENT, tcp(80, 50000, ACME, flags=PUSH)),
    )
    return [ethernet(0x0800, ip(source, to, 6, segment)) for source, to, segment in exchange]


def capture(*frames: bytes) -> bytes:
    """A capture in which a frame comes every second."""
    return PCAP_HEAD + b"".join(record(frame, NOON_S + number) for number, frame in enumerate(frames))


WHO_IS_THERE = arp(1, CAMERA_MAC, CAMERA)
MORNING = capture(WHO_IS_THERE, *reply())


@pytest.fixture
def morning(tmp_path: Path) -> Path:
    """A capture of five frames: an ARP request of the camera, then a page of it."""
    file = tmp_path / "morning.pcap"
    file.write_bytes(MORNING)
    return file


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_those_who_speak_in_a_capture_are_judged_by_it(
    camcensus: Camcensus, signatures: Path, morning: Path
) -> None:
    result = camcensus("listen", "--pcap", morning, "--signatures", signatures)

    camera = next(line for line in lines(result.stdout) if line.get("address") == CAMERA)
    assert result.exit_code == 0, result.stderr
    assert (camera["verdict"], camera["model"], camera["mac"]) == ("flagged", "AC-1", CAMERA_MAC)


def test_time_comes_from_the_capture(camcensus: Camcensus, signatures: Path, morning: Path) -> None:
    result = camcensus("listen", "--pcap", morning, "--signatures", signatures)

    *_, camera, coverage = lines(result.stdout)
    assert camera["observed_at"].startswith("2026-11-22T12:00:0")
    told = "5 frames from 2026-11-22T12:00:00+00:00 to 2026-11-22T12:00:04+00:00 were read"
    assert f"{morning}: {told}" in coverage["notes"][0]
    assert f"Note: {morning}: {told}" in result.stderr


def test_standard_input_may_be_a_packed_capture(camcensus: Camcensus, signatures: Path) -> None:
    result = camcensus("listen", "--pcap", "-", "--signatures", signatures, said=gzip.compress(MORNING))

    assert result.exit_code == 0, result.stderr
    assert "standard input: 5 frames" in result.stderr


def test_a_capture_that_was_cut_says_where_and_the_rest_is_used(
    camcensus: Camcensus, signatures: Path, morning: Path
) -> None:
    morning.write_bytes(MORNING[:-20])

    result = camcensus("listen", "--pcap", morning, "--signatures", signatures)

    assert result.exit_code == 4
    assert any(line.get("address") == CAMERA for line in lines(result.stdout))
    assert f"Not examined: {morning} was read up to byte " in result.stderr


def test_a_file_that_is_no_capture_is_a_usage_error(camcensus: Camcensus, tmp_path: Path) -> None:
    (tmp_path / "findings.csv").write_text("schema_version,sweep_id\r\n")

    result = camcensus("listen", "--pcap", tmp_path / "findings.csv")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "findings.csv cannot be read as a capture" in result.stderr


def test_of_several_files_the_sound_ones_are_used(
    camcensus: Camcensus, signatures: Path, morning: Path, tmp_path: Path
) -> None:
    (tmp_path / "evening.pcap").write_bytes(capture(*reply("10.0.0.151")))
    (tmp_path / "noon.pcap").write_text("no capture")
    named = [("--pcap", tmp_path / name) for name in ("noon.pcap", "morning.pcap", "evening.pcap")]

    result = camcensus("listen", *(word for pair in named for word in pair), "--signatures", signatures)

    flagged = {line["address"] for line in lines(result.stdout) if line.get("verdict") == "flagged"}
    assert (result.exit_code, flagged) == (4, {CAMERA, "10.0.0.151"})
    assert "noon.pcap cannot be read as a capture" in result.stderr


def test_a_file_that_is_missing_stops_everything_before_it_begins(
    camcensus: Camcensus, morning: Path
) -> None:
    result = camcensus("listen", "--pcap", morning, "--pcap", morning.with_name("missing.pcap"))

    assert (result.exit_code, result.stdout) == (2, "")
    assert "missing.pcap cannot be read (No such file or directory)" in result.stderr


def test_standard_input_can_be_read_once(camcensus: Camcensus) -> None:
    result = camcensus("listen", "--pcap", "-", "--pcap", "-", said=MORNING)

    assert (result.exit_code, "Standard input was named twice" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "option", [("--interface", "lo"), ("--duration", "5"), ("--write-every", "5")], ids=lambda words: words[0]
)
def test_what_a_live_link_has_is_refused_beside_a_capture(
    option: tuple[str, str], camcensus: Camcensus, morning: Path
) -> None:
    result = camcensus("listen", "--pcap", morning, *option)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{option[0]} is for a live link" in result.stderr


def test_a_default_of_the_configuration_is_not_refused(
    camcensus: Camcensus, morning: Path, tmp_path: Path
) -> None:
    (tmp_path / "census.toml").write_text('[listen]\nduration = 60\ninterface = ["eth0"]\n')

    result = camcensus("--config", tmp_path / "census.toml", "listen", "--pcap", morning)

    assert result.exit_code == 0, result.stderr


def test_control_c_ends_the_waiting_for_a_pipe_and_what_was_read_is_judged(signatures: Path) -> None:
    command = ["-m", "scanner", "listen", "--pcap", "-", "--signatures", str(signatures)]
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, *command], stdin=pipe, stdout=pipe, stderr=pipe) as running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        running.stdin.write(MORNING)
        running.stdin.flush()
        wait_until_taken(running.stdin)
        running.send_signal(signal.SIGINT)
        # The pipe stays open: nobody but the signal ends the waiting.
        *_, coverage = map(json.loads, running.stdout.read().splitlines())
        said = running.stderr.read().decode()

    assert running.returncode == 130, said
    assert "the reading was interrupted before its end" in coverage["gaps"]
    assert "Stopping: what was read is judged and written." in said


def wait_until_taken(pipe: IO[bytes]) -> None:
    """Wait until whoever reads a pipe has taken everything that was written into it."""
    unread = bytearray(4)
    while fcntl.ioctl(pipe, termios.FIONREAD, unread) == 0 and any(unread):
        time.sleep(0.01)


def test_a_terminal_shows_how_far_a_file_was_read(signatures: Path, tmp_path: Path) -> None:
    (tmp_path / "long.pcap").write_bytes(capture(*[WHO_IS_THERE] * 1000))
    command = [sys.executable, "-m", "scanner", "listen", "--pcap", str(tmp_path / "long.pcap")]

    code, shown = run_in_terminal([*command, "-o", str(tmp_path / "heard.csv")], TERM="xterm", COLUMNS="160")

    assert code == 0, shown
    assert "long.pcap" in shown.split("Address")[0]
    assert "1000 frames" in shown.split("Address")[0]
