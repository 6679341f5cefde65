"""The daemon as a process: real signals, real children, a real inventory and a real notify socket."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.clock import SystemClock
from scanner.inventory.inventory import Inventory
from scanner.inventory.timetable import Timetable
from scanner.site.file import read
from tests.waiting import until

ROOT = Path(__file__).parents[2]
SITE = 'schema = 1\n[site]\nname = "{name}"\n[[segment]]\nname = "lan"\nnetworks = ["10.0.0.0/24"]\n'
# The daemon of ``camcensus schedule run``, with a stand-in for the sweep of a site. What it must not wait for
# takes ten minutes.
DAEMON = """
import os, sys
from scanner.cli import talk
from scanner.cli.schedule.keeping import keep
from scanner.inventory import database
from scanner.schedule import child
child.GRACE_S = float(os.environ.get("GRACE_S", child.GRACE_S))
child.KILL_S = 60.0
database.BUSY_TIMEOUT_S = 600.0
talk.begin()
keep(sys.argv[1], 2, (sys.executable, "-I", *sys.argv[2:]))
"""
# Says that it runs, and when it is told to stop, that it was interrupted.
POLITE = """
import os, pathlib, signal, sys, time
mark = pathlib.Path(sys.argv[1], sys.argv[-1])
def interrupted(*_):
    mark.with_suffix(".interrupted").touch()
    sys.exit(130)
signal.signal(signal.SIGTERM, interrupted)
mark.with_suffix(".new").write_text(str(os.getpid()))
os.rename(mark.with_suffix(".new"), mark)
sys.stderr.write('{"level": "info", "message": "sweeping"}\\n')
time.sleep(600)
"""
STUBBORN = POLITE.replace("signal.SIGTERM, interrupted", "signal.SIGTERM, signal.SIG_IGN")
SHORT = "import pathlib, sys; pathlib.Path(sys.argv[1], sys.argv[-1]).touch()"
WAITING_S = 60


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two sites that were due an hour ago."""
    path = tmp_path / "inventory.sqlite3"
    with Inventory.open(str(path), SystemClock(), read) as inventory:
        for name in ("north", "south"):
            inventory.add_site(SITE.format(name=name))
            add(inventory, name)
    return path


def add(inventory: Inventory, name: str) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    Timetable(inventory.engine).add(name, "* * * * *", "UTC", 0, yesterday)


@pytest.fixture
def notify(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(WAITING_S)
        yield sock


def start(database: Path, sweep: str, **environment: str) -> "subprocess.Popen[str]":
    folder = database.parent
    (folder / "sweep.py").write_text(sweep)
    return subprocess.Popen(
        [sys.executable, "-c", DAEMON, str(database), str(folder / "sweep.py"), str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
    )


def wait_for(*paths: Path) -> None:
    deadline = time.monotonic() + WAITING_S
    while not all(path.exists() for path in paths):
        assert time.monotonic() < deadline, f"never came: {paths}"
        time.sleep(0.02)


def wait_until_swept(daemon: "subprocess.Popen[str]", *names: str) -> None:
    """Wait until the daemon has heard sweeps say that they run; one that is only being started is killed."""
    assert daemon.stderr
    heard = ""
    while not all(f"[{name}] sweeping" in heard for name in names):
        line = daemon.stderr.readline()
        assert line, heard
        heard += line


def stop(daemon: "subprocess.Popen[str]", number: signal.Signals = signal.SIGTERM) -> None:
    """Stop the daemon, and see that it ends well."""
    daemon.send_signal(number)
    _, said = daemon.communicate(timeout=WAITING_S)
    assert daemon.returncode == 0, said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_interrupts_running_sweeps_and_does_not_wait_out_their_grace(
    database: Path, number: signal.Signals
) -> None:
    daemon = start(database, POLITE, GRACE_S="600")
    wait_until_swept(daemon, "north", "south")

    stop(daemon, number)

    assert database.with_name("north.interrupted").exists()
    assert database.with_name("south.interrupted").exists()
    with Inventory.open(str(database), SystemClock(), read) as inventory:
        assert {row.last_due_at for row in Timetable(inventory.engine).rows()} == {None}


def test_a_sweep_that_does_not_stop_is_killed(database: Path) -> None:
    marks = [database.with_name(name) for name in ("north", "south")]
    daemon = start(database, STUBBORN)
    wait_until_swept(daemon, "north", "south")

    stop(daemon)

    assert not any(Path("/proc", mark.read_text()).exists() for mark in marks)


def test_a_finished_sweep_is_marked_and_a_hangup_reads_new_schedules_at_once(database: Path) -> None:
    daemon = start(database, SHORT)
    wait_for(database.with_name("north"), database.with_name("south"))
    with Inventory.open(str(database), SystemClock(), read) as inventory:
        inventory.add_site(SITE.format(name="east"))
        add(inventory, "east")
        daemon.send_signal(signal.SIGHUP)
        wait_for(database.with_name("east"))
        # A sweep that has begun may not have ended yet, and the stop would interrupt it.
        until(lambda: all(row.last_due_at for row in Timetable(inventory.engine).rows()), "the marks")
        stop(daemon)
        north, south, _ = Timetable(inventory.engine).rows()

    now = datetime.now(UTC)
    assert all(row.last_due_at and now - row.last_due_at < timedelta(minutes=5) for row in (north, south))


def test_systemd_hears_of_the_start_the_state_the_watchdog_and_the_end(
    database: Path, notify: socket.socket
) -> None:
    daemon = start(database, POLITE, NOTIFY_SOCKET=notify.getsockname(), WATCHDOG_USEC="400000")
    heard: list[str] = []
    while heard.count("WATCHDOG=1") < 3 or not any("sweeping north, south" in one for one in heard):
        heard.append(notify.recv(4096).decode())
    stop(daemon)
    while heard[-1] != "STOPPING=1":
        heard.append(notify.recv(4096).decode())

    states = [one for one in heard if one != "WATCHDOG=1"]
    assert states[0] == "READY=1"
    assert states[1].startswith("STATUS=2 schedules; sweeping north, south; next due 2")


def test_a_database_that_another_program_holds_does_not_delay_the_stop(database: Path) -> None:
    daemon = start(database, SHORT)
    holder = Inventory.open(str(database), SystemClock(), read)
    with holder, holder.engine.begin():
        wait_for(database.with_name("north"), database.with_name("south"))
        time.sleep(0.3)  # by now the daemon waits to mark them as finished
        stop(daemon)
