"""TCP: connect, ask one question, read until it is answered, silent, over a cap or out of time."""

import asyncio
import errno
from dataclasses import dataclass

from scanner.model.host import Endpoint
from scanner.model.limits import Limits
from scanner.model.probe import ProbeStatus
from scanner.net.exchange import Complete, Exchange
from scanner.net.gate import Gate

# Larger reads than a camera's whole reply gain nothing; the cap is checked between reads.
READ_BYTES = 16 * 1024
# A reply that pauses this long after its first bytes has said what it will say.
IDLE_S = 0.8

_REFUSED = {errno.ECONNREFUSED}
_UNREACHABLE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN}


def status_of(error: OSError) -> ProbeStatus:
    """Return the outcome that a socket error stands for."""
    if error.errno in _REFUSED:
        return ProbeStatus.REFUSED
    if error.errno in _UNREACHABLE:
        return ProbeStatus.UNREACHABLE
    if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return ProbeStatus.CONNECT_TIMEOUT
    return ProbeStatus.RESET


async def check(gate: Gate, endpoint: Endpoint) -> ProbeStatus:
    """Return ANSWERED when the port accepts a connection, which is closed at once."""
    async with gate.connection(endpoint.address, "tcp connect"):
        try:
            async with asyncio.timeout(gate.limits.connect_timeout_s):
                _, writer = await asyncio.open_connection(str(endpoint.address), endpoint.port)
        except TimeoutError:
            return ProbeStatus.CONNECT_TIMEOUT
        except OSError as error:
            return status_of(error)
        writer.transport.abort()
        return ProbeStatus.ANSWERED


async def converse(
    gate: Gate, endpoint: Endpoint, question: bytes, kind: str, complete: Complete
) -> Exchange:
    """Send one question (or nothing) and return what the peer says."""
    async with gate.connection(endpoint.address, kind):
        try:
            async with asyncio.timeout(gate.limits.connect_timeout_s):
                reader, writer = await asyncio.open_connection(str(endpoint.address), endpoint.port)
        except TimeoutError:
            return Exchange(ProbeStatus.CONNECT_TIMEOUT)
        except OSError as error:
            return Exchange(status_of(error))
        reply = _Reply(
            reader, gate.limits, min(gate.limits.max_reply_bytes, gate.remaining_bytes(endpoint.address))
        )
        try:
            writer.write(question)
            await reply.read(complete)
        finally:
            writer.transport.abort()
        gate.received(endpoint.address, len(reply.data))
        return Exchange(reply.status, bytes(reply.data), reply.detail)


@dataclass(slots=True)
class _Reply:
    """What has been read so far; kept whatever ends the reading."""

    reader: asyncio.StreamReader
    limits: Limits
    cap_bytes: int
    data: bytearray
    status: ProbeStatus = ProbeStatus.SILENT
    detail: str = ""

    def __init__(self, reader: asyncio.StreamReader, limits: Limits, cap_bytes: int) -> None:
        self.reader, self.limits, self.cap_bytes = reader, limits, cap_bytes
        self.data = bytearray()
        self.status, self.detail = ProbeStatus.SILENT, ""

    async def read(self, complete: Complete) -> None:
        """Read to the end of the reply, never longer than the probe's deadline."""
        try:
            async with asyncio.timeout(self.limits.probe_deadline_s):
                await self._read(complete)
        except TimeoutError:
            self._end(ProbeStatus.PARTIAL, "cut at the probe's deadline")
        except OSError:
            self._end(ProbeStatus.PARTIAL, "reset by the device", empty=ProbeStatus.RESET)

    async def _read(self, complete: Complete) -> None:
        while len(self.data) < self.cap_bytes:
            patience = IDLE_S if self.data else self.limits.first_byte_timeout_s
            try:
                async with asyncio.timeout(patience):
                    piece = await self.reader.read(READ_BYTES)
            except TimeoutError:
                return self._end(ProbeStatus.ANSWERED, "")
            if not piece:
                return self._end(ProbeStatus.ANSWERED, "")
            self.data += piece[: self.cap_bytes - len(self.data)]
            if complete(bytes(self.data)):
                return self._end(ProbeStatus.ANSWERED, "")
        return self._end(ProbeStatus.PARTIAL, "cut at the byte cap")

    def _end(self, status: ProbeStatus, detail: str, empty: ProbeStatus = ProbeStatus.SILENT) -> None:
        self.status = status if self.data else empty
        self.detail = detail if self.data else ""
