"""Syslog: one message per event, by UDP (RFC 5426) or by TCP with octet counting (RFC 6587, 3.4.1).

Syslog has no receipt. UDP is delivered when no refusal came back, TCP when the system has taken it all;
what a receiver loses afterwards is lost.
"""

import asyncio
import socket
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

from scanner.model.traffic import Reach, Traffic
from scanner.net.notice.contract import Undelivered, Way

SYSLOG = Way(
    "syslog",
    (
        Traffic(
            Reach.UNICAST, "udp host:port of the site file", "one datagram per event", "RFC 5424, RFC 5426"
        ),
        Traffic(
            Reach.UNICAST,
            "tcp host:port of the site file",
            "one connection per sweep, octet counting",
            "RFC 6587, 3.4.1",
        ),
    ),
)

DEADLINE_S = 10.0
# A refusal (ICMP port unreachable) comes back within a round trip.
_REFUSAL_WAIT_S = 0.3
# Linux's default socket buffer holds 48 datagrams of 2 KiB (measured); the next ones fall on the floor.
_BURST = 20
_BURST_PAUSE_S = 0.02


class _Refusal(asyncio.DatagramProtocol):
    """Learns when the receiver's machine says that nobody listens."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def error_received(self, exc: Exception) -> None:
        """Keep the refusal."""
        self.error = exc


def host_name() -> str:
    """Return what this machine calls itself, as syslog names the sender."""
    return socket.gethostname()


async def send_datagrams(
    host: str, port: int, messages: Sequence[bytes], deadline_s: float = DEADLINE_S
) -> None:
    """Send each message as one datagram. Raises Undelivered."""
    await _within(deadline_s, _datagrams(host, port, messages))


async def send_stream(
    host: str, port: int, messages: Sequence[bytes], deadline_s: float = DEADLINE_S
) -> None:
    """Send all messages over one connection, each behind its length. Raises Undelivered."""
    await _within(deadline_s, _stream(host, port, messages))


async def _datagrams(host: str, port: int, messages: Sequence[bytes]) -> None:
    loop = asyncio.get_running_loop()
    transport, refusal = await loop.create_datagram_endpoint(_Refusal, remote_addr=(host, port))
    try:
        for number, message in enumerate(messages, start=1):
            transport.sendto(message)
            if number % _BURST == 0:
                await asyncio.sleep(_BURST_PAUSE_S)
        await asyncio.sleep(_REFUSAL_WAIT_S)
    finally:
        transport.close()
    if refusal.error is not None:
        raise Undelivered(f"it could not be reached ({refusal.error})")


async def _stream(host: str, port: int, messages: Sequence[bytes]) -> None:
    _, writer = await asyncio.open_connection(host, port)
    try:
        for message in messages:
            writer.write(b"%d " % len(message) + message)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
    finally:
        with suppress(OSError):
            writer.transport.abort()


async def _within(deadline_s: float, sending: Coroutine[Any, Any, None]) -> None:
    try:
        async with asyncio.timeout(deadline_s):
            await sending
    except TimeoutError as error:
        raise Undelivered(f"it did not take all within {deadline_s:g} seconds") from error
    except (OSError, UnicodeError) as error:
        raise Undelivered(f"it could not be reached ({error})") from error
