"""Devices that do what they should not: a census must pay no more than their own deadline for them."""

import asyncio
import gzip
import random
import socket
import struct
from dataclasses import dataclass
from functools import cache

from tests.lab.journal import Journal
from tests.lab.stream import Conversation, TcpService, Web
from tests.lab.unit import Unit

DRIP_SECONDS = 1.0
# Fast enough to fill any buffer that has no cap, slow enough to leave the lab's other devices a processor.
FLOOD_SECONDS = 0.01
FLOOD_CHUNK = b"\x00endless\xff" * 4096
# A thousand times its size on the wire, and far over what a page may need.
BOMB_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Tarpit(TcpService):
    """Accepts, and sends one byte a second for ever."""

    def conversation(self, unit: Unit, journal: Journal) -> Conversation:
        """Return the drip."""
        return _Repeating(self, unit, journal, b"H", DRIP_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endless(TcpService):
    """Sends data without end, from the first moment."""

    def conversation(self, unit: Unit, journal: Journal) -> Conversation:
        """Return the flood."""
        return _Repeating(self, unit, journal, FLOOD_CHUNK, FLOOD_SECONDS)

    def greeting(self, unit: Unit) -> bytes:
        """Begin like an honest web server."""
        del unit
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(TcpService):
    """Sends half a reply, then resets the connection."""

    def conversation(self, unit: Unit, journal: Journal) -> Conversation:
        """Return the breaker."""
        return _Resetting(self, unit, journal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage(TcpService):
    """Answers anything with the same 4 KiB of noise, and hangs up."""

    def answer(self, request: bytes, unit: Unit) -> bytes:
        """Return noise that depends on the unit alone, so that runs can be compared."""
        del request
        return random.Random(unit.mac).randbytes(4096)

    def hangs_up(self, answer: bytes) -> bool:
        """Hang up after the first answer."""
        return bool(answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class GzipBomb(Web):
    """Answers every page with a small body that inflates to 64 MiB."""

    def answer(self, request: bytes, unit: Unit) -> bytes:
        """Return the bomb."""
        del request, unit
        body = _bomb()
        head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragile(Web):
    """Serves its first ``lives`` connections, then is dead and resets every further one."""

    lives: int

    def conversation(self, unit: Unit, journal: Journal) -> Conversation:
        """Return a page server, or a corpse."""
        return _Mortal(self, unit, journal, self.lives)


class _Repeating(Conversation):
    def __init__(
        self, service: TcpService, unit: Unit, journal: Journal, piece: bytes, seconds: float
    ) -> None:
        super().__init__(service, unit, journal)
        self._piece = piece
        self._seconds = seconds
        self._can_write = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._repeat()

    def pause_writing(self) -> None:
        self._can_write = False

    def resume_writing(self) -> None:
        self._can_write = True

    def _repeat(self) -> None:
        if self.transport.is_closing():
            return
        if self._can_write:
            self.transport.write(self._piece)
        asyncio.get_running_loop().call_later(self._seconds, self._repeat)


class _Resetting(Conversation):
    def data_received(self, data: bytes) -> None:
        self.journal.note("tcp", self.service.port, self.peer, data)
        self.transport.write(b"HTTP/1.1 200 OK\r\nServer: ")
        # socket(7): lingering for zero seconds turns close into reset. The half reply must go out first.
        linger = struct.pack("ii", 1, 0)
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        asyncio.get_running_loop().call_later(0.05, self.transport.abort)


class _Mortal(_Resetting):
    def __init__(self, service: TcpService, unit: Unit, journal: Journal, lives: int) -> None:
        super().__init__(service, unit, journal)
        self._lives = lives
        self._is_dead = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._is_dead = self.journal.connections_total > self._lives

    def data_received(self, data: bytes) -> None:
        handler = _Resetting if self._is_dead else Conversation
        handler.data_received(self, data)


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(BOMB_BYTES))
