"""A full sweep beside `nmap -sV` on the same hosts and ports: time, CPU, memory, packets, targets named."""

import csv
import io
import re
import shutil
import sys
from dataclasses import dataclass

from bench.measure import Cost, cost_of
from scanner.probes.contract import ALL_PORTS
from tests.lab import Lab, Plan
from tests.lab.personas import DEFAULT_PERSONAS
from tests.lab.plan import personas_for

NETWORK = "10.77.0.0/24"
DEVICES = 250
# nmap's share of the run; on slow devices it needs many minutes for what is measured here.
NMAP_LIMIT_S = 600.0
# nmap's names for the two makers' services.
TARGET_NAMES = re.compile(r"hikvision|dahua|hik-connect|amcrest|lorex|adt home", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One tool's figures. ``named`` counts the targets that it called by maker."""

    tool: str
    devices: int
    cost: Cost
    packets: int
    finished: int
    named: int
    targets: int
    connections_per_host: int

    @property
    def seconds_per_device(self) -> float:
        """Wall time per device that the tool finished."""
        return self.cost.wall_s / max(1, self.finished)


def measure(devices: int = DEVICES, nmap_limit_s: float = NMAP_LIMIT_S) -> list[Row]:
    """Sweep a LAN of many devices, tarpits and slow ones among them, with each tool in turn."""
    rows = [_measured("camcensus --profile fast", devices, _camcensus_command(), 300.0)]
    if shutil.which("nmap"):
        rows.append(_measured("nmap -sV", devices, _nmap_command(), nmap_limit_s))
    return rows


def _camcensus_command() -> list[str]:
    return [
        sys.executable,
        "-m",
        "scanner",
        "-q",
        "scan",
        NETWORK,
        "--profile",
        "fast",
        "--format",
        "csv",
        "-o",
        "-",
    ]


def _nmap_command() -> list[str]:
    ports = ",".join(map(str, ALL_PORTS))
    return ["nmap", "-sV", "-T4", "-n", "-p", ports, "-oX", "-", NETWORK]


def _measured(tool: str, devices: int, command: list[str], limit_s: float) -> Row:
    personas = personas_for(DEFAULT_PERSONAS, devices, 0)
    with Lab(Plan(personas=personas, announce_seconds=0)) as lab:
        before = lab.frames()
        cost = cost_of(lab.command(command), limit_s)
        after = lab.frames()
        truth = {e.address: e.verdict == "flagged" for e in lab.truth}
        peak = max(lab.connections(address).peak for address in truth)
    finished, named = (
        _read_nmap(cost.output, truth) if tool.startswith("nmap") else _read_csv(cost.output, truth)
    )
    return Row(tool, devices, cost, after.sent - before.sent, finished, named, sum(truth.values()), peak)


def _read_csv(output: str, truth: dict[str, bool]) -> tuple[int, int]:
    rows = list(csv.DictReader(io.StringIO(output)))
    flagged = {row["address"] for row in rows if row["verdict"] == "flagged"}
    return len(rows), len(flagged & {address for address, is_target in truth.items() if is_target})


def _read_nmap(output: str, truth: dict[str, bool]) -> tuple[int, int]:
    finished = named = 0
    for host in re.findall(r"<host .*?</host>", output, re.DOTALL):
        address = re.search(r'addr="([0-9.]+)"', host)
        products = " ".join(re.findall(r'(?:product|extrainfo|name)="([^"]*)"', host))
        if address and address.group(1) in truth:
            finished += 1
            named += truth[address.group(1)] and bool(TARGET_NAMES.search(products))
    return finished, named
