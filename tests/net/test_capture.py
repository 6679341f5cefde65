"""The capture program by itself, on a real cable: its records, its rights and its end."""

import errno
import json
import mmap
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from scanner.net.filter import ARP_FILTER, Program
from scanner.net.programs import capture
from scanner.net.record import Received, RecordReader, Status
from tests.net.cable import ROOT, ip, on_a_cable, raw_socket

PROGRAM = ROOT / "scanner" / "net" / "programs" / "capture.py"
EVERYTHING: Program = ((0x06, 0, 0, 0x40000),)
# RFC 826 layout: who has 192.168.1.2, tell 192.168.1.1?
ARP_REQUEST = bytes.fromhex(
    "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 c0a80101 000000000000 c0a80102"
) + bytes(18)
# 802.1Q tag of VLAN 5, priority 3, behind an 802.1ad tag of VLAN 100.
TAGS = bytes.fromhex("88a8 0064 8100 6005")


class Capture:
    """A running capture program and what it has written so far."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin and process.stdout
        self.process = process
        self.pid = process.pid
        self.input, self.output = process.stdin, process.stdout
        self.records = RecordReader()
        self.frames: list[Received] = []
        self.statuses: list[Status] = []

    def write(self, *frames: bytes) -> None:
        self.input.write(b"".join(struct.pack("!I", len(frame)) + frame for frame in frames))
        self.input.flush()

    def read_some(self) -> bool:
        piece = os.read(self.output.fileno(), 65536)
        frames, statuses = self.records.feed(piece)
        self.frames += frames
        self.statuses += statuses
        return bool(piece)

    def next_frame(self) -> Received:
        while not self.frames:
            assert self.read_some(), "the capture ended"
        return self.frames.pop(0)

    def next_status(self) -> Status:
        while not self.statuses:
            assert self.read_some(), "the capture ended"
        return self.statuses.pop(0)

    def end(self) -> Status:
        """End the input and return the last status."""
        self.input.close()
        while self.read_some():
            pass
        return self.statuses[-1]


@contextmanager
def capturing(
    interface: str, program: Program = EVERYTHING, *, promiscuous: bool = False
) -> Iterator[Capture]:
    settings = {"interface": interface, "filter": program, "promiscuous": promiscuous}
    with subprocess.Popen(
        [sys.executable, "-I", str(PROGRAM), json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        running = Capture(process)
        assert running.next_status().ready
        yield running
        process.kill()


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def processor_seconds(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@on_a_cable
def test_a_frame_arrives_with_the_time_and_the_vlan_tags_that_the_kernel_strips(
    left: str, right: str
) -> None:
    tagged = ARP_REQUEST[:12] + TAGS + ARP_REQUEST[12:]
    with capturing(left, ARP_FILTER) as running, raw_socket(right) as peer:
        before_s = time.time()
        peer.send(ARP_REQUEST)
        peer.send(tagged)

        at_s, frame = running.next_frame()
        assert frame == ARP_REQUEST
        assert before_s <= at_s <= time.time()
        assert running.next_frame()[1] == tagged


@on_a_cable
def test_frames_on_standard_input_leave_until_it_ends_and_are_not_captured(left: str, right: str) -> None:
    too_long = bytes(4000)
    with capturing(left) as running, raw_socket(right) as peer:
        running.write(ARP_REQUEST, too_long, ARP_REQUEST)
        assert [peer.recv(100), peer.recv(100)] == [ARP_REQUEST, ARP_REQUEST]

        peer.send(ARP_REQUEST[::-1])
        assert running.next_frame()[1] == ARP_REQUEST[::-1]

        last = running.end()
        assert (last.up, last.dropped, last.sent, last.unsent) == (True, 0, 2, 1)
        assert running.process.wait(timeout=60) == 0


@on_a_cable
def test_the_open_capture_holds_no_privilege_and_uses_no_processor(left: str, right: str) -> None:
    with capturing(left) as running:
        status = status_of(running.pid)
        assert {status[name] for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {"0" * 16}
        assert status["NoNewPrivs"] == "1"

        busy_before_s = processor_seconds(running.pid)
        time.sleep(0.5)
        # Waiting in a loop would take all of it, even half of it beside others.
        assert processor_seconds(running.pid) - busy_before_s < 0.1


@on_a_cable
def test_frames_that_nobody_reads_are_dropped_and_counted(left: str, right: str) -> None:
    flood, full_frame = 15_000, ARP_REQUEST + bytes(1454)
    with capturing(left) as running, raw_socket(right) as peer:
        os.kill(running.pid, signal.SIGSTOP)
        for _ in range(flood):
            peer.send(full_frame)
        os.kill(running.pid, signal.SIGCONT)
        while (dropped := running.next_status().dropped or 0) + len(running.frames) < flood:
            pass

        assert dropped > 0
        assert dropped + len(running.frames) == flood


@on_a_cable
def test_what_has_arrived_when_the_input_ends_is_still_written(left: str, right: str) -> None:
    with capturing(left) as running, raw_socket(right) as peer:
        for _ in range(5000):
            peer.send(ARP_REQUEST)
        last = running.end()

        assert (len(running.frames), last.dropped) == (5000, 0)


def in_a_ring(frame: bytes, status: int = 0, tag: int = 0, tag_type: int = 0, way: int = 0) -> bytes:
    """Lay a frame out as linux/if_packet.h does: tpacket3_hdr, sockaddr_ll, then the frame."""
    head = struct.pack("=IIIIIIHH", 96 + len(frame), 1700000000, 250_000_000, len(frame), 0, status, 96, 0)
    head += struct.pack("=IIHH8x", 0, tag, tag_type, 0)
    address = struct.pack("=HHiHBB8s", 17, 3, 1, 1, way, 6, bytes(8))
    return (head + address).ljust(96, b"\0") + frame


def tagged(tag: str) -> bytes:
    return ARP_REQUEST[:12] + bytes.fromhex(tag) + ARP_REQUEST[12:]


@pytest.mark.parametrize(
    ("laid", "expected"),
    [
        ([in_a_ring(ARP_REQUEST)], [ARP_REQUEST]),
        ([in_a_ring(ARP_REQUEST, 0x50, 5, 0x88A8)], [tagged("88a8 0005")]),
        # Linux before 3.14 does not tell the type of a tag.
        ([in_a_ring(ARP_REQUEST, 0x10, 5)], [tagged("8100 0005")]),
        ([in_a_ring(bytes(20_000))], [bytes(9216)]),
        ([in_a_ring(ARP_REQUEST, way=4)], []),
        ([in_a_ring(b"one"), in_a_ring(b"other")], [b"one", b"other"]),
    ],
    ids=["plain", "tagged", "tag of unknown type", "too long", "sent by us", "two"],
)
def test_a_frame_in_the_ring_becomes_a_record(laid: list[bytes], expected: list[bytes]) -> None:
    ring = capture.Ring.__new__(capture.Ring)
    ring.memory = cast(mmap.mmap, b"".join(laid))

    frames, _ = RecordReader().feed(ring.records(0, len(laid)))
    assert frames == [(1700000000.25, frame) for frame in expected]


@on_a_cable
def test_frames_for_a_cut_cable_are_counted_as_unsent_and_hold_nothing_up(left: str, right: str) -> None:
    with capturing(left) as running:
        ip(f"link set {right} down")
        while running.next_status().up is not False:
            pass
        running.write(*[ARP_REQUEST] * 100)

        last = running.end()
        assert (last.sent or 0) + (last.unsent or 0) == 100
        assert running.process.wait(timeout=60) == 0


@on_a_cable
def test_input_that_is_not_frames_ends_it_with_a_reason(left: str, right: str) -> None:
    with capturing(left) as running:
        running.input.write(b"GET / HTTP/1.1\r\n\r\n")
        running.input.flush()
        while (status := running.next_status()).error is None:
            pass

        assert status.error == "bad-input"


def run_with(settings: Any) -> Status:
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), json.dumps(settings)], input=b"", capture_output=True
    )
    _, statuses = RecordReader().feed(done.stdout)
    return statuses[0]


@on_a_cable
def test_settings_that_cannot_be_met_are_refused_with_a_reason(left: str, right: str) -> None:
    good = {"interface": left, "filter": [[6, 0, 0, 65535]], "promiscuous": False}
    ip(f"link set {right} down")
    ip(f"link set {left} down")

    assert run_with({**good, "interface": "nosuch"}).error == "no-interface"
    assert run_with(good).error == "down"
    ip("link set lo up")
    assert run_with({**good, "interface": "lo", "filter": []}).error == "bad-settings"
    assert run_with({**good, "interface": "lo", "filter": [[0xFF, 0, 0, 0]]}).error == "failed"


NO_RING = cast(capture.Ring, None)


class FullCard:
    """A socket of an interface whose queue is full, and which has dropped three of five frames."""

    def __init__(self) -> None:
        self.ins = self.outs = self

    def send(self, frame: bytes) -> int:
        raise OSError(errno.ENOBUFS, "No buffer space available")

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        return struct.pack("II", 5, 3)

    def fileno(self) -> int:
        raise OSError(errno.EBADF, "Bad file descriptor")


def test_a_full_queue_is_waited_for_unless_the_cable_is_cut() -> None:
    busy = capture.Capture("lo", FullCard(), NO_RING)
    assert (busy.has_gone(ARP_REQUEST), busy.unsent) == (False, 0)

    busy.is_up = False
    assert (busy.has_gone(ARP_REQUEST), busy.unsent) == (True, 1)


def test_dropped_frames_are_added_up_because_the_kernel_forgets_them(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    busy = capture.Capture("lo", FullCard(), NO_RING)
    busy.count()
    busy.count()

    _, statuses = RecordReader().feed(capfdbinary.readouterr().out)
    assert [(status.dropped, status.up) for status in statuses] == [(3, False), (6, False)]


def test_it_leaves_nothing_in_the_home_of_its_user(tmp_path: Path) -> None:
    settings = {"interface": "lo", "filter": EVERYTHING, "promiscuous": False}
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), json.dumps(settings)],
        input=b"",
        capture_output=True,
        env={"HOME": str(tmp_path)},
    )

    assert done.stdout and done.stderr == b"" and not list(tmp_path.iterdir())


def test_an_interface_without_ethernet_headers_is_refused() -> None:
    class TunnelSocket(socket.socket):
        def getsockname(self) -> tuple[str, int, int, int, bytes]:
            return ("tun0", 3, 0, 65534, b"")  # ARPHRD_NONE, linux/if_arp.h

    with TunnelSocket() as sock, pytest.raises(capture.Stopped) as stopped:
        capture.prepare(sock, 1, [[6, 0, 0, 0]], promiscuous=False)

    assert stopped.value.reason == "not-ethernet"
