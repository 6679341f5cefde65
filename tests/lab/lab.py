"""The virtual LAN as seen from outside its server: bring it up, run commands in it, read its journals."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.lab.control import SOCKET_NAME, call
from tests.lab.errors import LabError, NamespacesRefused
from tests.lab.journal import Received
from tests.lab.lan import BRIDGE
from tests.lab.plan import Expected, Plan
from tests.lab.state import READY, REFUSED, STATE_NAME, State

PROJECT = Path(__file__).parents[2]
LOG_NAME = "server.log"
STOP_SECONDS = 60.0
STOP_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Frames:
    """How many frames the scanner's interfaces have sent and received since the lab came up."""

    sent: int
    received: int


@dataclass(frozen=True, slots=True)
class Connections:
    """How many TCP connections a device has had, and how many of them at once."""

    total: int
    peak: int


class Lab:
    """A lab in a process of its own, found again through its state directory.

    As a context manager it comes up on entry and goes down on exit::

        with Lab(Plan(personas=("hik-ipc", "nginx"))) as lab:
            lab.run(["ip", "neighbour"])
    """

    def __init__(self, plan: Plan | None = None, directory: Path | None = None) -> None:
        self.plan = plan or Plan()
        self.directory = (
            directory or Path(tempfile.gettempdir()) / f"camcensus-lab-{os.getpid()}-{id(self):x}"
        )
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()

    def up(self) -> None:
        """Start the server and wait until every device answers; raises ``LabError`` with the reason."""
        state = State.read(self.directory)
        if state and state.is_running():
            raise LabError(f"a lab is up already in {self.directory}: take it down first")
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.directory.stat().st_uid != os.geteuid():
            raise LabError(f"{self.directory} belongs to somebody else: choose another with --state")
        outcome = self._start_server()
        if outcome == READY:
            return
        if not outcome:
            raise LabError(f"the lab did not start; see {self.directory / LOG_NAME}")
        self._remove_files()
        if outcome.startswith(REFUSED):
            raise NamespacesRefused(outcome.removeprefix(REFUSED))
        raise LabError(outcome)

    def down(self) -> list[str]:
        """Stop everything that ``up`` started; return what was recorded, as ``WRITTEN DROPPED`` frames."""
        state = State.read(self.directory)
        if state is None:
            raise LabError(f"no lab is up in {self.directory}")
        try:
            return call(self.directory, "stop") if state.is_running() else []
        finally:
            self._wait_for_end(state)
            self._remove_files()

    def command(self, command: Sequence[str]) -> list[str]:
        """Return the command that runs ``command`` where the scanner stands."""
        state = State.read(self.directory)
        if state is None or not state.is_running():
            raise LabError(f"no lab is up in {self.directory}")
        if state.scanner_descriptor is None:
            return list(command)
        if shutil.which("nsenter") is None:
            raise LabError("nsenter (Debian package util-linux) is missing")
        process = Path(f"/proc/{state.pid}")
        enter = ["nsenter", f"--net={process}/fd/{state.scanner_descriptor}"]
        user = process / "ns/user"
        if user.readlink() != Path("/proc/self/ns/user").readlink():
            enter += [f"--user={user}", "--preserve-credentials"]
        return [*enter, "--", *command]

    def run(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command where the scanner stands, with its output captured; as ``subprocess.run``."""
        defaults = {"capture_output": True, "text": True}
        completed: subprocess.CompletedProcess[str]
        completed = subprocess.run(self.command(command), **{**defaults, **options})
        return completed

    @property
    def truth(self) -> tuple[Expected, ...]:
        """What a census should find, one row per address."""
        rows = call(self.directory, "truth")["devices"]
        return tuple(Expected.from_json(row) for row in rows)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What this lab cannot show, in sentences; empty with namespaces."""
        return tuple(call(self.directory, "truth")["left_out"])

    def address(self, persona: str) -> str:
        """Return the address of the first device of a persona."""
        for row in self.truth:
            if row.persona == persona:
                return row.address
        raise LabError(f"no {persona} is in this lab")

    def received(self, address: str) -> tuple[Received, ...]:
        """Return everything that a device was sent on its open ports, oldest first."""
        entries = call(self.directory, "received", address=address)["entries"]
        return tuple(Received.from_json(entry) for entry in entries)

    def connections(self, address: str) -> Connections:
        """Return how often, and how often at once, a device was connected to."""
        journal = call(self.directory, "received", address=address)
        return Connections(journal["connections_total"], journal["connections_peak"])

    def frames(self) -> Frames:
        """Return the counters of the scanner's interfaces, taken together."""
        return Frames(**call(self.directory, "frames"))

    def record(self, path: Path, segment: str = BRIDGE) -> None:
        """Write every frame on a segment into a pcap file, from now until ``down``."""
        call(self.directory, "record", path=str(path.absolute()), segment=segment)

    def plug(self, persona: str, address: str = "", number: int | None = None) -> str:
        """Connect one more device and return its address.

        ``number`` 0 is the first unit of its kind, with the MAC and serial number that it had before;
        without it the unit is a new one. Without an address it gets the first free one.
        """
        place: str = call(self.directory, "plug", persona=persona, address=address, number=number)
        return place

    def unplug(self, address: str) -> None:
        """Take a device off the LAN."""
        call(self.directory, "unplug", address=address)

    def renumber(self, address: str, new: str) -> None:
        """Give the same unit another address, as a DHCP server would."""
        call(self.directory, "renumber", address=address, new=new)

    def swap(self, address: str) -> None:
        """Put another unit of the same kind in a device's place: another MAC, another serial number."""
        call(self.directory, "swap", address=address)

    def upgrade(self, address: str, version: str, built: str = "") -> None:
        """Give a device another firmware, on every protocol that shows it; the unit stays the same.

        ``built`` is the ISO date of its build. Raises ``LabError`` for a kind that shows no firmware.
        """
        call(self.directory, "upgrade", address=address, version=version, built=built)

    def cut(self, segment: str, *, visibly: bool = False) -> None:
        """Cut a segment off, as when a cable between two switches is pulled: nobody sees a carrier go.

        ``visibly``: the cable of the scanner, or of the router, is pulled, and its interface has no carrier.
        """
        call(self.directory, "cut", segment=segment, visibly=visibly)

    def restore(self, segment: str) -> None:
        """Connect a segment again."""
        call(self.directory, "restore", segment=segment)

    def status(self) -> dict[str, Any]:
        """Return what is running."""
        status: dict[str, Any] = call(self.directory, "status")
        return status

    def _start_server(self) -> str:
        """Start the server and return the one line that it says."""
        with (self.directory / LOG_NAME).open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.lab.server"],
                cwd=self.directory,
                env={**os.environ, "PYTHONPATH": str(PROJECT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                text=True,
            )
        self._process = process
        assert process.stdin and process.stdout
        with process.stdin as plan:
            plan.write(self.plan.to_json() + "\n")
        with process.stdout as said:
            outcome = said.readline().strip()
        if outcome != READY:
            process.wait()
        return outcome

    def _remove_files(self) -> None:
        for name in (STATE_NAME, SOCKET_NAME, LOG_NAME):
            (self.directory / name).unlink(missing_ok=True)
        if not any(self.directory.iterdir()):
            self.directory.rmdir()

    def _wait_for_end(self, state: State) -> None:
        """Wait until the server is gone; one that hangs is killed, and only ever that process."""
        deadline = time.monotonic() + STOP_SECONDS
        while state.is_running():
            if time.monotonic() > deadline:
                os.kill(state.pid, signal.SIGKILL)
            time.sleep(STOP_POLL_SECONDS)
        if self._process:
            self._process.wait()
