"""A capture of two million frames, 95 % of it bulk TCP, read by camcensus and by tshark."""

import csv
import io
import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Cost, cost_of
from bench.traffic import BULK_PER_FRAME, FLOWS, HOSTS, write

__all__ = ["BULK_SHARE", "FLOWS", "HOSTS", "Result", "Row", "measure"]

FRAMES = 2_000_000
BULK_SHARE = BULK_PER_FRAME / (BULK_PER_FRAME + 1)
LIMIT_S = 600.0
# tshark's share of the run: it is given as many frames as it should read in this time.
PEER_S = 120.0
# Frames from which its rate is guessed; small enough to be read in seconds, large against its start.
PEER_TRIAL_FRAMES = 40_000
# Done, flagged something, left something out.
GOOD_EXITS = (0, 3, 4)


@dataclass(frozen=True, slots=True)
class Row:
    """One tool's figures; ``hosts`` is how many it told of, None where it does not tell."""

    tool: str
    frames: int
    cost: Cost
    hosts: int | None = None

    @property
    def rate(self) -> float:
        """Frames per second of wall time, its start included."""
        return self.frames / self.cost.wall_s

    @property
    def core_rate(self) -> float:
        """Frames per second of processor time, which a busy machine hardly changes."""
        return self.frames / self.cost.cpu_s


@dataclass(frozen=True, slots=True)
class Result:
    """The steps of our own way, half and all of the capture, and the peer if it is installed."""

    file_mib: float
    steps: tuple[Row, Row]
    half: Row
    whole: Row
    peer: tuple[Row, Row] | None


def measure(frames: int = FRAMES, peer_s: float = PEER_S) -> Result:
    """Write the capture into a temporary directory and have it read by each tool in turn."""
    with tempfile.TemporaryDirectory() as directory:
        path, half = Path(directory) / "whole.pcap", Path(directory) / "half.pcap"
        write(path, frames)
        write(half, frames // 2)
        return Result(
            path.stat().st_size / 1024 / 1024,
            (_step("reading frames alone", path, "--deaf"), _step("reading and hearing", path)),
            _listened(half, frames // 2),
            _listened(path, frames),
            _peer(path, frames, peer_s) if shutil.which("tshark") else None,
        )


def _step(name: str, path: Path, *options: str) -> Row:
    cost = _checked(cost_of([sys.executable, "-m", "bench.hear", str(path), *options], LIMIT_S), (0,))
    return Row(name, int(cost.output), cost)


def _listened(path: Path, frames: int) -> Row:
    command = ["-q", "listen", "--pcap", str(path), "--format", "csv", "-o", "-"]
    cost = _checked(cost_of([sys.executable, "-m", "scanner", *command], LIMIT_S), GOOD_EXITS)
    hosts = sum(1 for _ in csv.DictReader(io.StringIO(cost.output)))
    return Row("camcensus listen --pcap", frames, cost, hosts)


def _peer(path: Path, frames: int, seconds: float) -> tuple[Row, Row]:
    """Have tshark read half and all of what it can in its time, from the front of the capture."""
    trial = _dissected(path, min(frames, PEER_TRIAL_FRAMES))
    possible = min(frames, int(trial.rate * seconds))
    return _dissected(path, possible // 2), _dissected(path, possible)


def _dissected(path: Path, frames: int) -> Row:
    # It writes gigabytes; the shell gives way to it, so that the figures are its own.
    command = shlex.join(["tshark", "-T", "json", "-r", str(path), "-c", str(frames)])
    cost = _checked(cost_of(["sh", "-c", f"exec {command} > /dev/null"], LIMIT_S), (0,))
    return Row("tshark -T json", frames, cost)


def _checked(cost: Cost, exits: tuple[int, ...]) -> Cost:
    if cost.was_cut or cost.exit_code not in exits:
        raise RuntimeError(f"a tool failed, so its figures mean nothing: exit code {cost.exit_code}")
    return cost
