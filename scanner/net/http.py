"""HTTP through httpx, on a guarded transport that keeps the bytes as they came.

httpx refuses about half of the malformed replies that cameras send, and its timeouts are per read.
So it asks the question and drives the connection, while a tape under it records every byte, counts
them, pins the peer and ends the reading; the tape, not httpx's reading of it, is the evidence.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from scanner import USER_AGENT
from scanner.model.host import Endpoint
from scanner.model.probe import ProbeStatus
from scanner.net.exchange import Exchange
from scanner.net.gate import Gate
from scanner.net.tcp import IDLE_S, READ_BYTES
from scanner.net.tls import permissive_context

HEADERS = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class Request:
    """A question without credentials: there is no place to put any."""

    path: str
    method: str = "GET"
    body: bytes = b""
    content_type: str = ""


class _TapeFull(Exception):
    """The reply reached its cap; what is on the tape is kept."""


@dataclass(slots=True)
class _Tape:
    """The bytes of one reply, and the only peer it may come from."""

    peer: tuple[str, int]
    cap_bytes: int
    deadline_at: float  # on the event loop's clock
    data: bytearray = field(default_factory=bytearray)
    is_connected: bool = False

    def record(self, piece: bytes) -> None:
        """Keep bytes up to the cap; raise _TapeFull once it is reached."""
        self.data += piece[: self.cap_bytes - len(self.data)]
        if len(self.data) >= self.cap_bytes:
            raise _TapeFull


_current: ContextVar[_Tape] = ContextVar("tape")


class _TapedStream(httpcore.AsyncNetworkStream):
    """A stream that records what is read."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, tape: _Tape) -> None:
        self._stream, self._tape = stream, tape

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read and record."""
        piece = await self._stream.read(max_bytes, timeout)
        self._tape.record(piece)
        return piece

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write the request."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Read what is still coming, then close: h11 gives up at the first malformed header."""
        left_s = self._tape.deadline_at - asyncio.get_running_loop().time()
        try:
            # A peer that has said nothing yet has had its time for a first byte.
            async with asyncio.timeout(min(IDLE_S, left_s) if self._tape.data else 0):
                while piece := await self._stream.read(READ_BYTES):
                    self._tape.record(piece)
        except (TimeoutError, _TapeFull, httpcore.NetworkError, httpcore.TimeoutException):
            pass
        finally:
            await self._stream.aclose()

    async def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Return the same tape over TLS; the encrypted bytes are not recorded."""
        return _TapedStream(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._tape)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection pool asks about the stream."""
        return self._stream.get_extra_info(info)


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to the peer that the current tape names."""

    def __init__(self) -> None:
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Open the one connection that the gate authorised."""
        tape = _current.get()
        if (host, port) != tape.peer:
            raise httpcore.ConnectError(f"refused to connect to {host}:{port}")
        stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        tape.is_connected = True
        return _TapedStream(stream, tape)

    async def sleep(self, seconds: float) -> None:
        """Wait, as the connection pool asks."""
        await asyncio.sleep(seconds)


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over the guarded backend; no connection is ever used twice."""

    def __init__(self) -> None:
        super().__init__(verify=permissive_context(), trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=permissive_context(),
            network_backend=_GuardedBackend(),
            max_connections=None,
            max_keepalive_connections=0,
        )


@asynccontextmanager
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Open the one client of a sweep: no proxies, no cookies kept, no redirects, no credentials."""
    # httpx keeps cookies unless its jar refuses them, and would send the next question as a session's.
    refusing = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    async with httpx.AsyncClient(
        transport=_GuardedTransport(),
        trust_env=False,
        follow_redirects=False,
        headers=HEADERS,
        cookies=refusing,
    ) as opened:
        yield opened


async def fetch(
    gate: Gate, asker: httpx.AsyncClient, endpoint: Endpoint, request: Request, *, tls: bool
) -> Exchange:
    """Ask one question and return the reply's bytes as they came, TLS taken off."""
    async with gate.connection(endpoint.address, "https request" if tls else "http request"):
        limits = gate.limits
        cap_bytes = min(limits.max_reply_bytes, gate.remaining_bytes(endpoint.address))
        deadline_at = asyncio.get_running_loop().time() + limits.probe_deadline_s
        tape = _Tape((str(endpoint.address), endpoint.port), cap_bytes, deadline_at)
        _current.set(tape)
        built = _build(asker, endpoint, request, tls, limits.connect_timeout_s, limits.first_byte_timeout_s)
        try:
            async with asyncio.timeout_at(deadline_at):
                failure = await _send(asker, built)
        except TimeoutError:
            failure = ProbeStatus.SILENT
        gate.received(endpoint.address, len(tape.data))
        return _outcome(tape, failure)


def _build(
    asker: httpx.AsyncClient, endpoint: Endpoint, request: Request, tls: bool, connect_s: float, read_s: float
) -> httpx.Request:
    host = f"[{endpoint.address}]" if endpoint.address.version == 6 else str(endpoint.address)
    scheme = "https" if tls else "http"
    return asker.build_request(
        request.method,
        f"{scheme}://{host}:{endpoint.port}{request.path}",
        content=request.body or None,
        headers={"Content-Type": request.content_type} if request.content_type else None,
        timeout=httpx.Timeout(read_s, connect=connect_s),
    )


async def _send(asker: httpx.AsyncClient, built: httpx.Request) -> ProbeStatus | None:
    """Send and read; return what went wrong, or None."""
    try:
        response = await asker.send(built, stream=True)
        try:
            async for _ in response.aiter_raw():
                pass
        finally:
            await response.aclose()
    except _TapeFull:
        return ProbeStatus.PARTIAL
    except httpx.ConnectTimeout:
        return ProbeStatus.CONNECT_TIMEOUT
    except httpx.ConnectError:
        return ProbeStatus.REFUSED
    except httpx.TimeoutException:
        return ProbeStatus.SILENT
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        return ProbeStatus.RESET
    return None


def _outcome(tape: _Tape, failure: ProbeStatus | None) -> Exchange:
    data = bytes(tape.data)
    if not data:
        if tape.is_connected and failure is ProbeStatus.REFUSED:
            return Exchange(ProbeStatus.NOT_UNDERSTOOD, detail="the TLS handshake failed")
        return Exchange(failure or ProbeStatus.SILENT)
    if failure in (ProbeStatus.SILENT, ProbeStatus.PARTIAL):
        detail = "cut at the byte cap" if failure is ProbeStatus.PARTIAL else "cut at the probe's deadline"
        return Exchange(ProbeStatus.PARTIAL, data, detail)
    return Exchange(ProbeStatus.ANSWERED, data)
