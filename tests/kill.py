"""kill -9 at random moments of sweeps on a virtual LAN, each time held against what must survive.

    python -m tests.kill [--count 50] [--seed 0]

After every kill the database opens and is whole, and has every host that was acknowledged. About half the
interrupted sweeps are then finished, and of the others the resumption is killed, too. No host that was
finished before a kill gets another connection until its sweep has ended, by the journals of the devices.
"""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click
from sqlalchemy import select

from scanner.clock import SystemClock
from scanner.inventory.contract import SweepRow, SweepState
from scanner.inventory.inventory import Inventory
from scanner.inventory.schema import RECORD
from scanner.site.file import read
from scanner.sweep.roster import UNFINISHED
from tests.acknowledging import BEGUN
from tests.lab import Lab, Plan

PROJECT = Path(__file__).parents[1]
PERSONAS = ("hik-ipc", "dahua-ipc", "nginx", "axis", "hik-nvr", "cisco-switch", "windows", "dahua-nvr")
# Some kills come while camcensus still starts, which takes about so long; the others during the sweep.
EARLY_SHARE, EARLY_S = 0.1, 1.0
SITE = """
schema = 1
[site]
name = "depot"
profile = "fast"
[[segment]]
name = "cctv"
networks = ["10.77.0.0/27"]
"""


@dataclass(slots=True)
class Trial:
    """A lab, an inventory in a directory, and what is known of the sweep that is under way.

    ``asked`` is how often each finished host had been connected to when the kill came. ``left_open`` counts
    the kills that came in the middle of a sweep, ``spared`` the finished hosts that resumptions left alone.
    """

    lab: Lab
    directory: Path
    random: Random
    length_s: float = 0.0
    kills: int = 0
    left_open: int = 0
    spared: int = 0
    acknowledged: set[str] = field(default_factory=set)
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.directory / "inventory.sqlite3"

    def begin(self) -> None:
        """Make the inventory, and measure how long an undisturbed sweep takes."""
        with self.inventory() as inventory:
            inventory.add_site(SITE)
        self.finish("scan", "--site", "depot")
        self.measure(self.last_sweep())

    def measure(self, whole: SweepRow) -> None:
        """Take the length of a sweep that nobody disturbed: how busy the machine is changes all the time."""
        assert whole.ended_at is not None
        self.length_s = (whole.ended_at - whole.started_at).total_seconds()

    def inventory(self) -> Inventory:
        return Inventory.open(str(self.database), SystemClock(), read)

    def strike(self) -> None:
        """Kill one sweep, which is a new one or the resumption of the last, and look at what is left."""
        last = self.last_sweep()
        arguments = ("scan", "--resume", str(last.number)) if is_open(last) else ("scan", "--site", "depot")
        self.acknowledged |= self.killed(arguments)
        self.kills += 1
        self.check_whole()
        struck = self.last_sweep()
        if not is_open(struck):
            # It ended before the kill came, or had not begun yet.
            if not is_open(last) and struck.number > last.number:
                self.measure(struck)
            self.acknowledged.clear()
            self.asked.clear()
            return
        self.left_open += 1
        stored = self.stored()
        assert set(stored) >= self.acknowledged, (stored, self.acknowledged)
        for address, shortfall in stored.items():
            if shortfall not in UNFINISHED:
                self.asked.setdefault(address, self.lab.connections(address).total)
        if self.random.random() < 0.5:
            self.complete()

    def complete(self) -> None:
        """Resume the sweep that is open, and hold it against the journals."""
        last = self.last_sweep()
        if not is_open(last):
            return
        self.finish("scan", "--resume", str(last.number))
        assert self.last_sweep().state is SweepState.FINISHED
        again = {one: self.lab.connections(one).total for one in self.asked}
        assert again == self.asked
        self.spared += len(again)
        with self.inventory() as inventory:
            found = {row.address for row in inventory.findings(sweep=last.number)}
        assert found == {row.address for row in self.lab.truth}
        self.acknowledged.clear()
        self.asked.clear()

    def check_whole(self) -> None:
        with sqlite3.connect(self.database) as connection:
            assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        connection.close()

    def last_sweep(self) -> SweepRow:
        with self.inventory() as inventory:
            return inventory.sweeps()[-1]

    def stored(self) -> dict[str, str]:
        """Return why each stored host of the last sweep is not finished; empty where it is."""
        number = self.last_sweep().number
        with self.inventory() as inventory, inventory.engine.connect() as connection:
            rows = connection.execute(
                select(RECORD.c.address, RECORD.c.shortfall).where(RECORD.c.sweep_id == number)
            )
            return {row.address: row.shortfall for row in rows}

    def finish(self, *arguments: str) -> None:
        done = subprocess.run(
            self.command(arguments, None), capture_output=True, text=True, env=self.environment(), timeout=200
        )
        assert done.returncode == 0, done.stderr

    def killed(self, arguments: Sequence[str]) -> set[str]:
        """Run camcensus, kill it at some moment, and return the hosts that it had acknowledged."""
        is_early, share = self.random.random() < EARLY_SHARE, self.random.random()
        told, pipe = os.pipe()
        with subprocess.Popen(
            self.command(arguments, pipe),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
            pass_fds=(pipe,),
        ) as running:
            os.close(pipe)
            with os.fdopen(told) as lines:
                if not is_early:
                    assert lines.readline().strip() == BEGUN
                time.sleep(share * (EARLY_S if is_early else self.length_s))
                running.kill()
                return set(lines.read().split()) - {BEGUN}

    def command(self, arguments: Sequence[str], pipe: int | None) -> list[str]:
        start = ("tests.acknowledging", str(pipe)) if pipe is not None else ("scanner",)
        return self.lab.command([sys.executable, "-m", *start, "-q", *arguments])

    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(PROJECT), "CAMCENSUS_DB": str(self.database)}


def is_open(sweep: SweepRow) -> bool:
    return sweep.state is SweepState.INTERRUPTED


def strikes(count: int, seed: int, directory: Path, hits: int = 0) -> Trial:
    """Kill so many sweeps, finish what is open in the end, and return the trial; raises AssertionError.

    Where fewer than ``hits`` kills came in the middle of a sweep, or fewer finished hosts were spared, it
    goes on, but kills at most four times as many.
    """
    with Lab(Plan(personas=PERSONAS)) as lab:
        trial = Trial(lab, directory, Random(seed))
        trial.begin()
        while trial.kills < count or (trial.kills < 4 * count and min(trial.left_open, trial.spared) < hits):
            trial.strike()
        trial.complete()
    return trial


@click.command(help=(__doc__ or "").partition("\n")[0])
@click.option("--count", default=50, show_default=True, help="How many sweeps to kill.")
@click.option("--seed", default=0, show_default=True, help="Draws the moments; the same ones every time.")
def main(count: int, seed: int) -> None:
    """Kill sweeps and say how it went."""
    began_s = time.monotonic()
    with TemporaryDirectory() as directory:
        trial = strikes(count, seed, Path(directory))
        with trial.inventory() as inventory:
            states = [sweep.state.value for sweep in inventory.sweeps()]
    took_s = time.monotonic() - began_s
    click.echo(
        f"{trial.kills} kills in {took_s:.0f} s, {trial.left_open} of them in the middle of a sweep. "
        f"{len(states)} sweeps, all {', '.join(set(states))}; {trial.spared} finished hosts were not asked "
        "again."
    )


if __name__ == "__main__":
    main()
