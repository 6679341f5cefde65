"""The inventory with three years of nightly sweeps in it: what writing costs, and how long answers take.

On SQLite and, where its server is installed, on PostgreSQL, each with its usual settings.
"""

import pickle
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

from sqlalchemy import text

from bench.history import Night, NightClock, Seen, crowd, enter, nights
from bench.measure import Cost, cost_of
from scanner.inventory.database import reading
from scanner.inventory.inventory import Inventory
from scanner.site.file import read
from tests.inventory import server
from tests.lab import Lab, Plan
from tests.lab.personas import DEFAULT_PERSONAS
from tests.lab.plan import LAN_NETWORK, personas_for

SWEEPS, DEVICES, HOSTS = 1000, 250, 65_000
RUNS = 3
COMMAND_LIMIT_S = 120.0
CROWD_NETWORK = "10.128.0.0/16"
NIGHTLY, LARGE = "depot", "campus"
_SITE_FILE = """
schema = 1
[site]
name = "{name}"
[[segment]]
name = "all"
networks = ["{network}"]
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One command: how many rows it reads, the median of its times, and its largest peak."""

    name: str
    rows: int
    wall_s: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of database. ``night_s`` is what entering one sweep of the history took."""

    database: str
    night_s: float
    crowd_s: float
    size_mib: float
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """All figures; ``scan_s`` is how long the sweep took on the network that the history repeats."""

    sweeps: int
    devices: int
    hosts: int
    scan_s: float
    rows: tuple[Row, ...]


def measure(sweeps: int = SWEEPS, devices: int = DEVICES, hosts: int = HOSTS) -> Result:
    """Sweep a LAN once, enter that as many times, and ask for it."""
    with tempfile.TemporaryDirectory(prefix="camcensus-bench-") as name:
        directory = Path(name)
        seen, scan_s = _observed(devices, directory / "seen")
        history, large = nights(seen), crowd(seen, IPv4Network(CROWD_NETWORK), hosts)
        rows = [
            _measured(kind, place, history, large, sweeps, directory / "exported.csv")
            for kind, place in _databases(directory)
        ]
    return Result(sweeps, devices, hosts, scan_s, tuple(rows))


def _observed(devices: int, path: Path) -> tuple[list[Seen], float]:
    """Return what a real sweep sees, and how long it took."""
    with Lab(Plan(personas=personas_for(DEFAULT_PERSONAS, devices), announce_seconds=0)) as lab:
        command = [sys.executable, "-m", "bench.observing", LAN_NETWORK, str(path)]
        scan_s = float(lab.run(command, check=True).stdout)
    return pickle.loads(path.read_bytes()), scan_s


def _databases(directory: Path) -> Iterator[tuple[str, str]]:
    """Yield kind and place of each database, which is there until the next is asked for."""
    yield "SQLite", str(directory / "inventory.sqlite3")
    if server.is_installed():
        with server.running() as sockets:
            yield "PostgreSQL", server.new_database(sockets)


def _measured(
    kind: str, place: str, history: Sequence[Night], large: Night, sweeps: int, output: Path
) -> Row:
    clock = NightClock()
    with Inventory.open(place, clock, read) as inventory:
        for name, network in ((NIGHTLY, LAN_NETWORK), (LARGE, CROWD_NETWORK)):
            inventory.add_site(_SITE_FILE.format(name=name, network=network))
        with _timed() as history_s:
            for number in range(sweeps):
                enter(inventory, inventory.site(NIGHTLY), history[number % len(history)], clock)
        with _timed() as crowd_s:
            enter(inventory, inventory.site(LARGE), large, clock)
        size_mib = _size_mib(inventory)
    devices, hosts = len(history[0].kept), len(large.kept)
    nightly, once = ("--db", place, "--site", NIGHTLY), ("--db", place, "--site", LARGE)
    answers = (
        _answer("`devices`", devices, RUNS, "devices", *nightly, "--format", "csv"),
        _answer("`diff last-1 last`", 2 * devices, RUNS, "diff", "last-1", "last", *nightly),
        _answer("`devices`, as a table", hosts, 1, "devices", *once, "--format", "table"),
        _answer("`export` of one sweep", hosts, RUNS, "export", *once, "-o", str(output)),
        _answer("`export` of the history", sweeps * devices, 1, "export", *nightly, "-o", str(output)),
    )
    return Row(kind, history_s[0] / sweeps, crowd_s[0], size_mib, answers)


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Yield a list that holds, once the block has ended, how many seconds it took."""
    took_s: list[float] = []
    began_s = time.perf_counter()
    yield took_s
    took_s.append(time.perf_counter() - began_s)


def _size_mib(inventory: Inventory) -> float:
    statement = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if inventory.engine.dialect.name == "postgresql":
        statement = "SELECT pg_database_size(current_database())"
    with reading(inventory.engine) as connection:
        return int(connection.execute(text(statement)).scalar_one()) / 1024 / 1024


def _answer(name: str, rows: int, runs: int, *arguments: str) -> Answer:
    costs = [_cost(*arguments) for _ in range(runs)]
    return Answer(
        name, rows, statistics.median(cost.wall_s for cost in costs), max(cost.peak_mib for cost in costs)
    )


def _cost(*arguments: str) -> Cost:
    cost = cost_of([sys.executable, "-m", "scanner", "-q", *arguments], COMMAND_LIMIT_S)
    if cost.exit_code:
        raise RuntimeError(f"camcensus {' '.join(arguments)} ended with {cost.exit_code}")
    return cost
