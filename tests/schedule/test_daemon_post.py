"""The daemon as a process with messages to deliver: real children, a real inventory, real sockets."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any

import pytest

from scanner.clock import SystemClock
from scanner.inventory.contract import NoticeRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.outbox import Outbox
from scanner.inventory.timetable import Timetable
from scanner.net.notice import webhook
from scanner.notify.notice import announce
from scanner.site.file import read

ROOT = Path(__file__).parents[2]
SITE = """
schema = 1
[site]
name = "depot"
[[segment]]
name = "lan"
networks = ["10.0.0.0/24"]
[[notify]]
name = "noc"
way = "webhook"
url = "http://127.0.0.1:{port}/"
on = ["failed"]
"""
# The daemon of ``camcensus schedule run``, where no sweep may be made.
DAEMON = """
import sys
from scanner.cli import talk
from scanner.cli.schedule.keeping import keep
talk.begin()
keep(sys.argv[1], 2, (sys.executable, sys.argv[2]))
"""
# camcensus, but for its sweeps.
NO_SWEEP = """
import sys
from scanner.cli import main
sys.exit(5) if sys.argv[1] == "scan" else main()
"""
WAITING_S = 30


class Hook(ThreadingHTTPServer):
    """A receiver that has its port and refuses connections, until it ``comes_up``."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer, bind_and_activate=False)
        self.server_bind()
        self.told: Queue[dict[str, Any]] = Queue()
        self.answers = Event()
        self.answers.set()

    def comes_up(self) -> None:
        self.server_activate()
        Thread(target=self.serve_forever, daemon=True).start()


class _Answer(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        self.server.told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.answers.wait()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as hook:
        yield hook
        hook.answers.set()


@pytest.fixture
def inventory(tmp_path: Path, hook: Hook) -> Iterator[Inventory]:
    with Inventory.open(str(tmp_path / "inventory.sqlite3"), SystemClock(), read) as inventory:
        inventory.add_site(SITE.format(port=hook.server_port))
        yield inventory


@contextmanager
def daemon(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Keep the schedules; stopped in the end, and killed if that does not help."""
    (folder / "camcensus.py").write_text(NO_SWEEP)
    process = subprocess.Popen(
        [sys.executable, "-c", DAEMON, str(folder / "inventory.sqlite3"), str(folder / "camcensus.py")],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=WAITING_S)
        assert process.returncode == 0, said
    finally:
        process.kill()
        process.wait()


def message(inventory: Inventory) -> NoticeRow:
    (row,) = Outbox(inventory.engine).notices()
    return row


def wait_until(inventory: Inventory, is_so: Callable[[NoticeRow], bool]) -> None:
    deadline = time.monotonic() + WAITING_S
    while not is_so(message(inventory)):
        assert time.monotonic() < deadline, message(inventory)
        time.sleep(0.05)


def leave_message(inventory: Inventory) -> None:
    inventory.complain(inventory.site("depot"), "The interface eth0 vanished.", announce)


def test_an_idle_daemon_tells_a_receiver_that_was_down_when_it_is_back(
    tmp_path: Path, inventory: Inventory, hook: Hook
) -> None:
    leave_message(inventory)
    with daemon(tmp_path):
        wait_until(inventory, lambda row: "could not be reached" in row.trouble)
        hook.comes_up()
        told = hook.told.get(timeout=WAITING_S)
        wait_until(inventory, lambda row: row.delivered_at is not None)

    assert [event["reason"] for event in told["events"]] == ["The interface eth0 vanished."]
    assert hook.told.empty()


def test_a_message_that_is_due_later_goes_out_then_and_not_before(
    tmp_path: Path, inventory: Inventory, hook: Hook
) -> None:
    hook.comes_up()
    leave_message(inventory)
    due_at = datetime.now(UTC) + timedelta(seconds=4)
    Outbox(inventory.engine).postponed(message(inventory).number, "it was down", due_at)
    with daemon(tmp_path):
        hook.told.get(timeout=WAITING_S)
        assert datetime.now(UTC) >= due_at
        wait_until(inventory, lambda row: row.delivered_at is not None)


def test_a_sweep_that_could_not_begin_is_told_of_at_once(
    tmp_path: Path, inventory: Inventory, hook: Hook
) -> None:
    hook.comes_up()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    Timetable(inventory.engine).add("depot", "* * * * *", "UTC", 0, yesterday)
    with daemon(tmp_path):
        told = hook.told.get(timeout=WAITING_S)

    assert [event["reason"] for event in told["events"]] == ["The sweep ended with exit code 5."]


def test_a_receiver_that_never_answers_does_not_delay_the_stop_and_its_message_waits(
    tmp_path: Path, inventory: Inventory, hook: Hook
) -> None:
    hook.answers.clear()
    hook.comes_up()
    leave_message(inventory)
    with daemon(tmp_path) as process:
        hook.told.get(timeout=WAITING_S)
        process.send_signal(signal.SIGTERM)
        process.wait(webhook.DEADLINE_S / 2)

    assert message(inventory).delivered_at is None
