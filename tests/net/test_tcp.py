"""One question over TCP: every way a device can answer costs at most its own deadline."""

import asyncio

import pytest

from scanner.model.host import Endpoint
from scanner.model.limits import Limits
from scanner.model.probe import ProbeStatus
from scanner.net.exchange import Exchange, never
from tests.net.hostile import (
    LOOPBACK,
    PATIENT,
    QUICK,
    Behaviour,
    drips,
    floods,
    hostile_host,
    loopback_network,
    resets,
    says,
    stays_silent,
)

# An RTSP challenge as a camera of 2019 sent it (public player log).
CHALLENGE = (
    b'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="IP Camera(C5654)"\r\n\r\n'
)


def converse(behaviour: Behaviour, limits: Limits = PATIENT) -> tuple[Exchange, bytes]:
    question = b"OPTIONS * RTSP/1.0\r\n\r\n"

    async def run() -> tuple[Exchange, bytes]:
        async with hostile_host(behaviour) as host, loopback_network(limits) as network:
            exchange = await network.converse(host.endpoint, question, "rtsp request")
            return exchange, host.asked[0] if host.asked else b""

    return asyncio.run(run())


def test_a_reply_comes_back_as_it_was_sent() -> None:
    exchange, asked = converse(says(CHALLENGE))

    assert asked == b"OPTIONS * RTSP/1.0\r\n\r\n"
    assert exchange == Exchange(ProbeStatus.ANSWERED, CHALLENGE)


def test_a_complete_reply_is_not_waited_on() -> None:
    async def run() -> Exchange:
        async with hostile_host(drips(CHALLENGE, b"")) as host, loopback_network() as network:
            ends_head = b"\r\n\r\n"
            return await network.converse(host.endpoint, b"?", "rtsp request", lambda data: ends_head in data)

    # At the deadline it would be partial.
    assert asyncio.run(run()) == Exchange(ProbeStatus.ANSWERED, CHALLENGE)


@pytest.mark.parametrize(
    ("behaviour", "status", "start"),
    [
        (stays_silent, ProbeStatus.SILENT, b""),
        (says(b""), ProbeStatus.SILENT, b""),
        (drips(CHALLENGE), ProbeStatus.PARTIAL, CHALLENGE),
        (floods(CHALLENGE), ProbeStatus.PARTIAL, CHALLENGE),
        (resets(), ProbeStatus.RESET, b""),
    ],
    ids=["silent", "closes", "drips", "floods", "resets"],
)
def test_a_bad_peer_is_left_and_its_evidence_is_kept(
    behaviour: Behaviour, status: ProbeStatus, start: bytes
) -> None:
    exchange, _ = converse(behaviour, QUICK)

    assert exchange.status is status
    assert exchange.data.startswith(start)
    assert len(exchange.data) <= QUICK.max_reply_bytes


def test_a_closed_port_is_refused() -> None:
    async def run() -> tuple[ProbeStatus, Exchange]:
        async with hostile_host(says(b"")) as host:
            closed = Endpoint(LOOPBACK, host.endpoint.port)
        async with loopback_network() as network:
            return await network.check_port(closed), await network.converse(closed, b"", "banner", never)

    checked, exchange = asyncio.run(run())

    assert checked is ProbeStatus.REFUSED
    assert exchange.status is ProbeStatus.REFUSED


def test_a_port_check_sends_no_payload() -> None:
    async def run() -> tuple[ProbeStatus, bytes]:
        async with hostile_host(says(b"")) as host, loopback_network() as network:
            status = await network.check_port(host.endpoint)
            await asyncio.sleep(0.4)
            return status, b"".join(host.asked)

    assert asyncio.run(run()) == (ProbeStatus.ANSWERED, b"")
