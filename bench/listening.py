"""Live listening on a virtual cable: frames taken in and dropped at a steady rate, and what that costs.

As a program, python -m bench.listening RATE SECONDS, it measures one rate in a network namespace of its
own and prints one JSON object.
"""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from bench.flood import FIRST_HOST, ROUTER
from scanner.clock import SystemClock
from scanner.discovery.contract import Met, Tally
from scanner.discovery.listener import Listener
from scanner.net.interface import named
from scanner.net.network import Network
from scanner.protocols import arp
from tests.lab.namespace import leave_machine_network

RATE, SECONDS = 20_000, 10.0
# Beyond the aim, each rate twice the last, until frames are lost or the sender cannot keep up.
SEARCH_SECONDS = 4.0
MAX_RATE = 1_280_000
KEEPS_UP = 0.95
ENDS = ("listens", "speaks")
# The counters are a second old.
SETTLE_S = 1.5


@dataclass(frozen=True, slots=True)
class Row:
    """One rate. ``dropped`` is the listener's own count; shares are of one core, while frames came."""

    rate: int
    seconds: float
    sent: int
    taken: int
    dropped: int
    listener_share: float
    capture_share: float

    @property
    def is_without_loss(self) -> bool:
        """Whether every frame that was sent was taken in."""
        return self.taken == self.sent and not self.dropped

    @property
    def has_kept_up(self) -> bool:
        """Whether the sender sent as fast as it should."""
        return self.sent >= self.rate * self.seconds * KEEPS_UP


def measure(rate: int = RATE, seconds: float = SECONDS, search_seconds: float = SEARCH_SECONDS) -> list[Row]:
    """Return the aimed rate, then its doubles up to the first one that is too much."""
    rows = [_measured(rate, seconds)]
    while rows[-1].is_without_loss and rows[-1].has_kept_up and rows[-1].rate * 2 <= MAX_RATE:
        rows.append(_measured(rows[-1].rate * 2, search_seconds))
    return rows


def _measured(rate: int, seconds: float) -> Row:
    command = [sys.executable, "-m", "bench.listening", str(rate), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Row(**json.loads(done.stdout))


def lay_cable() -> None:
    """Connect the two ends, without addresses and with IPv6 off: the kernel itself says nothing."""
    _ip(f"link add {ENDS[0]} type veth peer name {ENDS[1]}")
    for end in ENDS:
        Path(f"/proc/sys/net/ipv6/conf/{end}/disable_ipv6").write_text("1")
        _ip(f"link set {end} up")


def _ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], check=True, capture_output=True)


async def listen_to_flood(rate: int, seconds: float) -> Row:
    """Listen at one end of the cable while a program sends at the other."""
    listener = Listener()
    network = cast(Network, SimpleNamespace(clock=SystemClock()))
    hearing = asyncio.create_task(_exhausted(listener.discover([named(ENDS[0])], network)))
    await _until_heard(listener)
    (capture,) = children()
    before = _tally(listener)
    listener_s, capture_s = time.process_time(), processor_s(capture)
    sent, elapsed_s = await _flood(rate, seconds)
    await asyncio.sleep(SETTLE_S)
    listener_s, capture_s = time.process_time() - listener_s, processor_s(capture) - capture_s
    listener.stop()
    await hearing
    after = _tally(listener)
    return Row(
        rate,
        elapsed_s,
        sent,
        after.frames - before.frames,
        after.dropped,
        listener_s / elapsed_s,
        capture_s / elapsed_s,
    )


async def _exhausted(told: AsyncIterator[Met]) -> None:
    async for _ in told:
        pass


async def _until_heard(listener: Listener) -> None:
    """Speak until it is heard: then the capture program is there, and nothing is in flight."""
    (request,) = arp.requests("02:00:00:00:00:01", ROUTER, [FIRST_HOST])
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as speaker:
        speaker.bind((ENDS[1], 0))
        while not _tally(listener).frames:
            speaker.send(request)
            await asyncio.sleep(0.1)
    await asyncio.sleep(SETTLE_S)


async def _flood(rate: int, seconds: float) -> tuple[int, float]:
    command = (sys.executable, "-m", "bench.flood", ENDS[1], str(rate), str(seconds))
    sender = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    output, _ = await sender.communicate()
    said = json.loads(output)
    return said["sent"], said["elapsed_s"]


def _tally(listener: Listener) -> Tally:
    (tally,) = listener.tallies()
    return tally


def children() -> list[int]:
    """Return the processes that this one has started. Source: proc(5)."""
    tasks = Path("/proc/self/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


def processor_s(pid: int) -> float:
    """Return how long a process has run on a processor. Source: proc(5), schedstat, in nanoseconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def main(rate: int, seconds: float) -> None:
    """Measure one rate and print it."""
    leave_machine_network()
    lay_cable()
    print(json.dumps(asdict(asyncio.run(listen_to_flood(rate, seconds)))))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
