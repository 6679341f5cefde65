"""Syslog against real sockets on loopback."""

import asyncio
import socket

import pytest

from scanner.net.notice.contract import Undelivered
from scanner.net.notice.syslog import send_datagrams, send_stream
from tests.net.notice.receiver import LOOPBACK, Receiver, free_port, run, serving

MESSAGES = (b"<132>1 - - camcensus - new - one", b"<132>1 - - camcensus - gone - t\xc3\xb6t")


def test_each_event_is_one_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind((LOOPBACK, 0))
        receiver.settimeout(5)
        run(send_datagrams(LOOPBACK, receiver.getsockname()[1], MESSAGES))

        assert [receiver.recv(65_536) for _ in MESSAGES] == list(MESSAGES)


def test_no_datagram_of_many_is_lost_to_haste() -> None:
    many = tuple(b"%d " % number + b"a" * 2000 for number in range(300))

    async def exchange() -> None:
        loop, received = asyncio.get_running_loop(), []

        class Daemon(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: object) -> None:
                received.append(data)

        transport, _ = await loop.create_datagram_endpoint(Daemon, local_addr=(LOOPBACK, 0))
        await send_datagrams(LOOPBACK, transport.get_extra_info("sockname")[1], many)
        transport.close()
        assert received == list(many)

    run(exchange())


def test_a_refused_datagram_is_not_delivered() -> None:
    with pytest.raises(Undelivered, match="refused"):
        run(send_datagrams(LOOPBACK, free_port(), MESSAGES))


def test_a_stream_counts_its_octets() -> None:
    async def exchange() -> None:
        receiver, ended = Receiver(), asyncio.Event()

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            receiver.received.append(await reader.read())
            writer.close()
            ended.set()

        async with serving(take, receiver):
            await send_stream(LOOPBACK, receiver.port, MESSAGES)
            await ended.wait()
        # RFC 6587, 3.4.1: MSG-LEN SP SYSLOG-MSG; the length counts octets and not characters.
        assert receiver.received == [b"32 " + MESSAGES[0] + b"34 " + MESSAGES[1]]

    run(exchange())


def test_a_stream_that_nobody_takes_is_not_delivered() -> None:
    with pytest.raises(Undelivered, match="could not be reached"):
        run(send_stream(LOOPBACK, free_port(), MESSAGES))


def test_a_receiver_that_stops_reading_costs_no_more_than_the_deadline() -> None:
    async def exchange() -> None:
        receiver = Receiver()

        async def sleep(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(60)

        async with serving(sleep, receiver):
            with pytest.raises(Undelivered, match="did not take all within"):
                await send_stream(LOOPBACK, receiver.port, (b"a" * 1_000_000,) * 30, deadline_s=1.5)

    run(exchange())
