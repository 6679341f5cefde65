"""HTTP through httpx: the bytes survive whatever httpx thinks of them."""

import asyncio
import gzip
import zlib

import pytest

from scanner.errors import OutOfScope
from scanner.model.host import Endpoint
from scanner.model.limits import Limits
from scanner.model.probe import ProbeStatus
from scanner.net.exchange import Exchange
from scanner.net.http import Request
from tests.net.hostile import (
    PATIENT,
    QUICK,
    Behaviour,
    HostileHost,
    drips,
    floods,
    hostile_host,
    loopback_network,
    resets,
    says,
    stays_silent,
)

HEAD = b"HTTP/1.1 200 OK\r\nServer: DNVRS-Webs\r\nContent-Length: 5\r\n\r\n"


def fetch(behaviour: Behaviour, path: str = "/", limits: Limits = PATIENT) -> tuple[Exchange, HostileHost]:
    async def run() -> tuple[Exchange, HostileHost]:
        async with hostile_host(behaviour) as host, loopback_network(limits) as network:
            return await network.fetch(host.endpoint, Request(path), tls=False), host

    return asyncio.run(run())


def test_the_reply_is_kept_as_it_came() -> None:
    exchange, host = fetch(says(HEAD + b"hello"))

    assert exchange == Exchange(ProbeStatus.ANSWERED, HEAD + b"hello")
    assert host.connections == 1


def test_the_question_is_a_strangers_and_carries_no_credential() -> None:
    _, host = fetch(says(HEAD + b"hello"), "/doc/page/login.asp")

    request = host.asked[0]
    assert request.startswith(b"GET /doc/page/login.asp HTTP/1.1\r\n")
    assert b"accept-encoding: identity" in request.lower()
    assert b"connection: close" in request.lower()
    assert b"authorization" not in request.lower()
    assert b"cookie" not in request.lower()


def test_a_cookie_is_evidence_and_is_never_sent_back() -> None:
    reply = HEAD.replace(b"\r\n\r\n", b"\r\nSet-Cookie: WebSession=e7b8; path=/\r\n\r\n") + b"hello"

    async def ask_twice() -> tuple[Exchange, HostileHost]:
        async with hostile_host(says(reply)) as host, loopback_network() as network:
            first = await network.fetch(host.endpoint, Request("/"), tls=False)
            await network.fetch(host.endpoint, Request("/favicon.ico"), tls=False)
            return first, host

    exchange, host = asyncio.run(ask_twice())

    assert b"Set-Cookie: WebSession=e7b8" in exchange.data
    assert len(host.asked) == 2
    assert b"cookie" not in b"".join(host.asked).lower()


# Each of these makes httpx raise; the tape must hold the whole reply all the same.
@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1  200 OK\r\nServer: App-webs/\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nServer : App-webs/\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nServer: GoaHead\r\nTue, 12 Jun 2012 01:56:34 GMT\r\n\r\nbody",
        b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nServer: Hikvision-Webs",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1/\r\n\r\nbody",
        b"HTTP/1.1 302 Found\r\nLocation: javascript:alert(1)\r\n\r\nbody",
        b"<html><title>IPCam</title></html>",
        b"SSH-2.0-dropbear_2012.55\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
    ],
)
def test_a_malformed_reply_is_evidence_all_the_same(reply: bytes) -> None:
    exchange, _ = fetch(says(reply))

    assert exchange.data == reply


def test_the_rest_of_a_page_is_read_after_httpx_gave_up() -> None:
    async def in_two_pieces(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nServer : odd\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.write(b"<title>late</title>")
        await writer.drain()
        await asyncio.sleep(0.1)

    exchange, _ = fetch(in_two_pieces)

    assert exchange.data.endswith(b"<title>late</title>")


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        (stays_silent, ProbeStatus.SILENT),
        (drips(b"HTTP/1.1 200 OK\r\nX-A: "), ProbeStatus.PARTIAL),
        (drips(HEAD.replace(b"5", b"99999")), ProbeStatus.PARTIAL),
        (drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), ProbeStatus.PARTIAL),
        (floods(HEAD.replace(b"Content-Length: 5", b"Connection: close")), ProbeStatus.PARTIAL),
        (floods(b"HTTP/1.1 200 OK\r\nX-A: "), ProbeStatus.PARTIAL),
        (resets(), ProbeStatus.RESET),
    ],
    ids=["silent", "drips header", "drips body", "endless 100", "floods body", "floods header", "resets"],
)
def test_a_tarpit_is_left_at_the_deadline(behaviour: Behaviour, status: ProbeStatus) -> None:
    exchange, _ = fetch(behaviour, limits=QUICK)

    assert exchange.status is status
    assert len(exchange.data) <= QUICK.max_reply_bytes


def test_a_gzip_bomb_is_not_inflated_here(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)[: QUICK.max_reply_bytes - 100]
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    inflated: list[object] = []
    monkeypatch.setattr(zlib, "decompressobj", lambda *_: inflated.append(_))

    exchange, _ = fetch(says(head + bomb))

    assert exchange.data == head + bomb
    assert inflated == []


def test_nothing_leaves_for_an_address_outside_the_scope() -> None:
    async def run() -> None:
        async with hostile_host(says(HEAD)) as host, loopback_network() as network:
            other = Endpoint(type(host.endpoint.address)("127.0.0.2"), host.endpoint.port)
            with pytest.raises(OutOfScope):
                await network.fetch(other, Request("/"), tls=False)
            assert host.connections == 0

    asyncio.run(run())
