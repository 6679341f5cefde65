"""One interface on layer 2: raw frames out and in, through the capture program.

What is sent here was authorised by the gate before; a link sends what it is given. It reads no frame.
"""

import asyncio
import json
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Self, cast

from scanner.errors import Incomplete, NoAccess
from scanner.net.filter import ARP_FILTER, DISCOVERY_FILTER, LISTENING_FILTER, SADP_FILTER, Program
from scanner.net.record import BrokenRecord, Received, RecordReader, Status

__all__ = [
    "ARP_FILTER",
    "CAPTURE_PROGRAM",
    "DISCOVERY_FILTER",
    "LISTENING_FILTER",
    "SADP_FILTER",
    "CaptureFailed",
    "Link",
    "Vanished",
]

CAPTURE_PROGRAM = Path(__file__).with_name("programs") / "capture.py"

# Room for a /20 whose every host announces itself ten times before anybody looks.
MAX_WAITING_BYTES = 32 * 1024 * 1024
# The program starts in half a second and then writes its counters every second, so it hangs.
SILENCE_S = 10.0
CLOSE_S = 1.0

_READ_BYTES = 256 * 1024
# What Python needs for a frame beside its bytes: a tuple, a time, an entry in the queue.
_FRAME_OVERHEAD_BYTES = 200
# Whoever takes frames that are waiting already lets other tasks have their turn in between.
_FRAMES_PER_TURN = 256
_FRAMES_PER_WRITE = 512
_MAX_COMPLAINT_LETTERS = 300

_REMEDIES = {
    "no-privilege": (
        "Reading and sending frames on {interface} needs the capability CAP_NET_RAW, which this process "
        "does not have. Without it no device is found by ARP or by what it announces. Run the command "
        "as root, or give it that one capability: setpriv --inh-caps +net_raw --ambient-caps +net_raw."
    ),
    "no-interface": (
        "There is no network interface named {interface}, so its segment was not examined. "
        "Choose one of: {names}."
    ),
    "down": (
        "The interface {interface} is down, so its segment was not examined. "
        "Bring it up (ip link set {interface} up) and run again."
    ),
    "not-ethernet": (
        "The interface {interface} is not an Ethernet ({detail}), so no device on it can be found by "
        "ARP. Name the addresses to examine as targets instead."
    ),
    "no-scapy": (
        "The Python package scapy is not usable ({detail}), so no device can be found by ARP or by what "
        "it announces. Install it (pip install scapy) and run again."
    ),
    "gone": (
        "The interface {interface} vanished during the run, so what its segment said afterwards was "
        "missed. Connect it again and repeat the run."
    ),
}
_OTHER_REMEDY = (
    "The capture on {interface} failed ({detail}), so what its segment said was missed. "
    "Run again; if it fails again, report this message."
)


class Vanished(Incomplete):
    """The interface of an open link is gone; one of the same name may come again."""


class CaptureFailed(Incomplete):
    """The capture of an open link has ended by itself; ``detail`` is the cause in a few words."""

    def __init__(self, message: str, detail: str) -> None:
        super().__init__(message)
        self.detail = detail


class Link:
    """An open interface, from ``async with Link.open(...) as link``.

    ``mac`` is the interface's own address. ``dropped`` counts received frames that were lost because
    nobody took them in time, ``sent`` and ``unsent`` those given to the card and those it refused.
    ``is_up`` tells of the carrier, ``outages`` how often it was lost since. The counters are a second old.
    """

    def __init__(self, interface: str, process: Process, silence_s: float) -> None:
        self.interface = interface
        self.mac = ""
        self.sent = self.unsent = 0
        self.is_up = True
        self.outages = 0
        self._process = process
        self._input = cast(asyncio.StreamWriter, process.stdin)
        self._output = cast(asyncio.StreamReader, process.stdout)
        self._complaints = cast(asyncio.StreamReader, process.stderr)
        self._silence_s = silence_s
        self._waiting: deque[Received] = deque()
        self._waiting_bytes = 0
        self._overrun = self._kernel_dropped = 0
        self._problem = self._detail = ""
        self._has_vanished = False
        self._is_closing = False
        self._has_ended = False
        self._ready = asyncio.Event()
        self._news = asyncio.Event()
        self._reader = asyncio.create_task(self._read(), name=f"capture on {interface}")

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        interface: str,
        wanted: Program,
        *,
        promiscuous: bool = False,
        silence_s: float = SILENCE_S,
        program: Path = CAPTURE_PROGRAM,
    ) -> AsyncIterator[Self]:
        """Open an interface for the frames that ``wanted`` passes; frames can go and come at once.

        ``promiscuous`` also takes frames that are meant for other hosts. Raises NoAccess when the
        interface cannot be used, with the cause and the remedy.
        """
        settings = {"interface": interface, "filter": wanted, "promiscuous": promiscuous}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(program), json.dumps(settings)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=_READ_BYTES,
            start_new_session=True,  # Ctrl-C is for the command, which still wants what is coming in
        )
        link = cls(interface, process, silence_s)
        try:
            await link._start()
            yield link
        finally:
            await link.close()

    @property
    def dropped(self) -> int:
        """Received frames that were lost, in the kernel or waiting here."""
        return self._kernel_dropped + self._overrun

    async def send(self, frames: Iterable[bytes]) -> None:
        """Send frames in order, no faster than the interface takes them.

        Raises Incomplete when the capture has ended; some of the frames may have gone out.
        """
        for batch in _batches(frames):
            await self._write(batch)

    async def frames(self) -> AsyncIterator[Received]:
        """Yield each received frame with its time, until the link is closed; one consumer at a time.

        Frames wait between two calls. Raises Vanished or CaptureFailed when the capture ends by itself.
        """
        async for turn in self._turns():
            for _ in turn:
                yield self._take()

    async def batches(self) -> AsyncIterator[list[Received]]:
        """Yield what ``frames`` does, many at a time, and an empty list when only the counters are new.

        So the taker comes to look at ``is_up`` and ``dropped`` every second.
        """
        async for turn in self._turns():
            yield [self._take() for _ in turn]

    async def _turns(self) -> AsyncIterator[range]:
        """Yield how many frames may be taken now, whenever there is news; none after the end."""
        while True:
            self._news.clear()
            yield range(min(len(self._waiting), _FRAMES_PER_TURN))
            while self._waiting:
                await asyncio.sleep(0)
                yield range(min(len(self._waiting), _FRAMES_PER_TURN))
            if self._has_ended:
                break
            await self._news.wait()
        if self._problem:
            raise self._failure()

    async def close(self) -> None:
        """End the capture within two seconds; frames that wait can still be taken."""
        self._is_closing = True
        self._input.close()
        await asyncio.wait([self._reader], timeout=CLOSE_S)
        self._kill()
        await asyncio.wait([self._reader])
        await self._process.wait()

    async def _start(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._silence_s):
                await self._ready.wait()
        if not self.mac:
            late = self._explain("late", f"its program was not ready after {self._silence_s:g} seconds")
            raise NoAccess(self._problem or late)

    async def _write(self, batch: bytes) -> None:
        if not self._has_ended:
            self._input.write(batch)
            try:
                await self._input.drain()
                return
            except ConnectionError:
                await asyncio.wait([self._reader])
        raise self._failure()

    def _failure(self) -> Incomplete:
        if not self._problem:
            return Incomplete(f"The capture on {self.interface} was closed.")
        if self._has_vanished:
            return Vanished(self._problem)
        return CaptureFailed(self._problem, self._detail)

    async def _read(self) -> None:
        """Read records until the program ends; the only task that writes the link's state."""
        records = RecordReader()
        try:
            while piece := await self._piece():
                frames, statuses = records.feed(piece)
                self._keep(frames)
                for status in statuses:
                    self._note(status)
                self._news.set()
        except TimeoutError:
            self._give_up(f"its program was silent for {self._silence_s:g} seconds")
        except BrokenRecord as broken:
            self._give_up(f"its program wrote {broken}")
        finally:
            await self._end()

    async def _piece(self) -> bytes:
        async with asyncio.timeout(self._silence_s):
            return await self._output.read(_READ_BYTES)

    async def _end(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_S):
                status = await self._process.wait()
        except TimeoutError:
            self._kill()
            status = await self._process.wait()
        complaint = (await self._complaints.read()).decode(errors="replace")
        if not self._problem and not self._is_closing:
            last_line = complaint.strip().rpartition("\n")[2][:_MAX_COMPLAINT_LETTERS]
            detail = f"its program ended with status {status} {last_line}".strip()
            self._problem = self._explain("died", detail)
        self._has_ended = True
        self._ready.set()
        self._news.set()

    def _take(self) -> Received:
        received = self._waiting.popleft()
        self._waiting_bytes -= len(received[1]) + _FRAME_OVERHEAD_BYTES
        return received

    def _keep(self, frames: list[Received]) -> None:
        if self._waiting_bytes > MAX_WAITING_BYTES:
            self._overrun += len(frames)
            return
        self._waiting.extend(frames)
        self._waiting_bytes += sum(len(frame) + _FRAME_OVERHEAD_BYTES for _, frame in frames)

    def _note(self, status: Status) -> None:
        if status.error is not None:
            self._problem = self._explain(status.error, status.detail)
            self._has_vanished = status.error == "gone"
        if status.ready is not None:
            self.mac = status.ready
            self._ready.set()
        if status.up is not None:
            self.outages += self.is_up and not status.up
            self.is_up = status.up
        self._kernel_dropped = status.dropped or self._kernel_dropped
        self.sent = status.sent or self.sent
        self.unsent = status.unsent or self.unsent

    def _give_up(self, detail: str) -> None:
        self._problem = self._explain("broken", detail)
        self._kill()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    def _explain(self, reason: str, detail: str) -> str:
        self._detail = detail
        names = ", ".join(name for _, name in socket.if_nameindex())
        message = _REMEDIES.get(reason, _OTHER_REMEDY)
        return message.format(interface=self.interface, detail=detail, names=names)


def _batches(frames: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the program's input format, many frames in one piece."""
    source = iter(frames)
    while batch := tuple(islice(source, _FRAMES_PER_WRITE)):
        yield b"".join(len(frame).to_bytes(4) + frame for frame in batch)
