"""One question to many hosts, and only those that were asked are heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address

from scanner.clock import SystemClock
from scanner.model.scope import Range, Scope
from scanner.net.exchange import Datagram
from scanner.net.gate import Gate
from scanner.net.network import opened
from scanner.net.udp import MAX_PER_SENDER
from tests.net.hostile import QUICK

ASKED = ip_address("127.0.9.1")
SECOND = ip_address("127.0.9.2")
EAVESDROPPER = ip_address("127.0.9.3")


class Responder(asyncio.DatagramProtocol):
    """Answers every datagram a number of times."""

    def __init__(self, answer: bytes, times: int) -> None:
        self.answer, self.times, self.asked = answer, times, list[bytes]()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked.append(data)
        for _ in range(self.times):
            self.transport.sendto(self.answer, addr)  # type: ignore[attr-defined]


@asynccontextmanager
async def responder(address: str, port: int, answer: bytes, times: int = 1) -> AsyncIterator[Responder]:
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Responder(answer, times), local_addr=(address, port)
    )
    try:
        yield protocol
    finally:
        transport.close()


def scatter(answer: bytes, times: int = 1) -> tuple[list[Datagram], dict[str, list[bytes]]]:
    """Ask two of three responders; return the answers, and what each responder was asked."""

    async def run() -> tuple[list[Datagram], dict[str, list[bytes]]]:
        limits = replace(QUICK, discovery_wait_s=0.3)
        clock = SystemClock()
        scope = Scope((Range.of(ASKED, SECOND),))
        async with (
            responder(str(ASKED), 37810, answer, times) as first,
            responder(str(SECOND), 37810, answer) as second,
            responder(str(EAVESDROPPER), 37810, answer) as third,
            opened(Gate(scope, limits, clock), clock) as network,
        ):
            targets = [ASKED, SECOND, EAVESDROPPER]
            got = [d async for d in network.scatter(targets, 37810, b"search", "dhip")]
            return got, {"first": first.asked, "second": second.asked, "third": third.asked}

    return asyncio.run(run())


def test_every_asked_host_gets_the_question_once_and_its_answer_is_heard() -> None:
    got, asked = scatter(b"here")

    assert {(d.sender, d.port, d.data) for d in got} == {(ASKED, 37810, b"here"), (SECOND, 37810, b"here")}
    assert asked["first"] == asked["second"] == [b"search"]


def test_an_address_outside_the_scope_is_not_asked() -> None:
    _, asked = scatter(b"here")

    assert asked["third"] == []


def test_a_flood_from_one_sender_is_cut() -> None:
    got, _ = scatter(b"again and again", times=100)

    assert sum(d.sender == ASKED for d in got) == MAX_PER_SENDER
    assert any(d.sender == SECOND for d in got)


def test_an_empty_datagram_is_no_answer() -> None:
    got, _ = scatter(b"")

    assert got == []
