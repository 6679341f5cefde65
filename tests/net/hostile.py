"""A loopback server that behaves as badly as it is told, and remembers what it was asked."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from scanner.clock import SystemClock
from scanner.model.host import Endpoint
from scanner.model.limits import FAST, Limits
from scanner.model.scope import Range, Scope
from scanner.net.gate import Gate
from scanner.net.network import Network, opened

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LOOPBACK = ip_address("127.0.0.1")
# Longer than anybody on loopback needs, however busy the machine is.
PATIENT = replace(
    FAST, connect_timeout_s=60.0, first_byte_timeout_s=60.0, probe_deadline_s=60.0, max_reply_bytes=64 * 1024
)
# For peers of whom nothing more is to come: each costs this much.
QUICK = replace(PATIENT, connect_timeout_s=2.0, first_byte_timeout_s=2.0, probe_deadline_s=3.0)


@dataclass
class HostileHost:
    """Where it listens, and the first bytes of every connection."""

    endpoint: Endpoint
    asked: list[bytes] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def hostile_host(
    behaviour: Behaviour, tls: ssl.SSLContext | None = None, question_s: float = 60.0
) -> AsyncIterator[HostileHost]:
    """Serve one behaviour on a free loopback port, once asked or when ``question_s`` are over."""
    host = HostileHost(Endpoint(LOOPBACK, 0))
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host.connections += 1
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            async with asyncio.timeout(question_s):
                host.asked.append(await reader.read(65536))
        except TimeoutError:
            host.asked.append(b"")
        try:
            await behaviour(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    host.endpoint = Endpoint(LOOPBACK, server.sockets[0].getsockname()[1])
    try:
        yield host
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


@asynccontextmanager
async def loopback_network(limits: Limits = PATIENT) -> AsyncIterator[Network]:
    """Open a network whose scope is 127.0.0.1 alone."""
    scope = Scope((Range.of(LOOPBACK, LOOPBACK),))
    clock = SystemClock()
    async with opened(Gate(scope, limits, clock), clock) as network:
        yield network


def says(reply: bytes) -> Behaviour:
    """Answer with fixed bytes and close."""

    async def behave(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()
        writer.write_eof() if writer.can_write_eof() else None
        await asyncio.sleep(0.05)

    return behave


def drips(start: bytes, drop: bytes = b"x", every_s: float = 0.05) -> Behaviour:
    """Answer one byte at a time, for ever."""

    async def behave(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(every_s)

    return behave


def floods(start: bytes, piece: bytes = b"A" * 65536) -> Behaviour:
    """Answer as fast as the socket takes it, for ever."""

    async def behave(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()

    return behave


def resets(start: bytes = b"") -> Behaviour:
    """Send something, then reset the connection."""

    async def behave(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await writer.drain()
        await asyncio.sleep(0.05)
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        writer.transport.abort()

    return behave


async def stays_silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Accept, and say nothing."""
    await asyncio.sleep(600)
