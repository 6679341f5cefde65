"""Host discovery of a /20 with 1,000 hosts that lose 2 % of ARP requests, beside nmap and arp-scan."""

import csv
import io
import re
import shutil
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass

from bench.measure import Cost, cost_of
from tests.lab import Lab, Plan

NETWORK = "10.80.0.0/20"
HOSTS = 1000
LOSS = 0.02
RUNS = 3
# What arp-scan sends by default at its default bandwidth of 256 kbit/s, in packets per second.
ARP_SCAN_RATE = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One tool's median over the runs."""

    tool: str
    wall_s: float
    cpu_s: float
    peak_mib: float
    found_share: float
    packets: int


def measure() -> list[Row]:
    """Discover the same crowd with each tool, several times in turn."""
    fast = _camcensus(None)
    tools: dict[str, tuple[list[str], Callable[[str], int]]] = {
        "camcensus, fast profile": (fast, _csv_rows),
    }
    if shutil.which("nmap"):
        tools["nmap -sn -n"] = (["nmap", "-sn", "-n", "-oG", "-", NETWORK], _nmap_up)
    if shutil.which("arp-scan"):
        rate = ["arp-scan", "--interface=scan0", "--quiet", "--plain"]
        tools["arp-scan, default rate"] = ([*rate, NETWORK], _lines)
        tools[f"camcensus, {ARP_SCAN_RATE} packets/s"] = (_camcensus(ARP_SCAN_RATE), _csv_rows)
        tools["arp-scan, 5000 packets/s"] = ([*rate, "--interval=200u", NETWORK], _lines)
    costs: dict[str, list[tuple[Cost, int, int]]] = {tool: [] for tool in tools}
    for _ in range(RUNS):
        for tool, (command, count) in tools.items():
            costs[tool].append(_run(command, count))
    return [_median(tool, runs) for tool, runs in costs.items()]


def _camcensus(rate: int | None) -> list[str]:
    paced = ["--max-rate", str(rate)] if rate else []
    scan = ["scan", NETWORK, "--discover-only", "--profile", "fast", *paced, "--format", "csv", "-o", "-"]
    return [sys.executable, "-m", "scanner", "-q", *scan]


def _run(command: list[str], count: Callable[[str], int]) -> tuple[Cost, int, int]:
    plan = Plan(personas=(), network=NETWORK, crowd=HOSTS, crowd_loss=LOSS, announce_seconds=0)
    with Lab(plan) as lab:
        before = lab.frames()
        cost = cost_of(lab.command(command), 300.0)
        return cost, count(cost.output), lab.frames().sent - before.sent


def _median(tool: str, runs: list[tuple[Cost, int, int]]) -> Row:
    return Row(
        tool,
        statistics.median(cost.wall_s for cost, _, _ in runs),
        statistics.median(cost.cpu_s for cost, _, _ in runs),
        max(cost.peak_mib for cost, _, _ in runs),
        statistics.median(found for _, found, _ in runs) / HOSTS,
        round(statistics.median(packets for _, _, packets in runs)),
    )


def _csv_rows(output: str) -> int:
    return sum(bool(row["mac"]) for row in csv.DictReader(io.StringIO(output)))


def _nmap_up(output: str) -> int:
    # nmap lists the machine itself as well.
    return len(re.findall(r"Status: Up", output)) - 1


def _lines(output: str) -> int:
    return len({line.split("\t")[0] for line in output.splitlines() if line[:1].isdigit()})
