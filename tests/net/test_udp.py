"""One question to many hosts, and only those that were asked are heard."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from ipaddress import ip_address
from socket import AF_INET, SOCK_DGRAM, socket
from threading import Timer

from scanner.clock import SystemClock
from scanner.model.host import Address
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
        limits = replace(QUICK, discovery_wait_s=1.0)
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


def test_answers_that_come_in_one_burst_while_the_program_is_busy_are_all_heard() -> None:
    # 45 hosts with three answers each fill the usual buffer of 208 KiB one and a half times.
    street = [ip_address(f"127.0.10.{number}") for number in range(1, 46)]
    scope = Scope((Range.of(street[0], street[-1]),))

    async def run() -> list[Datagram]:
        clock = SystemClock()
        asyncio.get_running_loop().call_later(0.3, time.sleep, 0.6)
        async with opened(Gate(scope, replace(QUICK, discovery_wait_s=4.0), clock), clock) as network:
            return [one async for one in network.scatter(street, 37810, b"search", "dhip")]

    with answering_after(0.5, street, b"x" * 1400, times=3):
        got = asyncio.run(run())

    assert Counter(one.sender for one in got) == dict.fromkeys(street, 3)


@contextmanager
def answering_after(seconds: float, street: Sequence[Address], answer: bytes, times: int) -> Iterator[None]:
    """Answer for every host at once, so many seconds from now."""
    with ExitStack() as stack:
        hosts = [stack.enter_context(socket(AF_INET, SOCK_DGRAM)) for _ in street]
        for host, address in zip(hosts, street, strict=True):
            host.bind((str(address), 37810))

        def answer_all() -> None:
            for host in hosts:
                _, asker = host.recvfrom(100)
                for _ in range(times):
                    host.sendto(answer, asker)

        timer = Timer(seconds, answer_all)
        timer.start()
        yield
        timer.join()
