"""UDP: one question to a host or a group, and the answers that come within a bounded time."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import IPv4Address, ip_address

from scanner.model.host import Address, Endpoint
from scanner.net.exchange import Datagram

# A jumbo frame's payload: no discovery answer is larger, and python-zeroconf cuts there too.
MAX_DATAGRAM_BYTES = 9000
# A flood must not fill memory: one /20 of cameras answering twice fits.
MAX_DATAGRAMS = 10_000
# A street of cameras answers a group's question within milliseconds, each in two fragments: the usual
# buffer of 208 KiB overflows at thirty. The system may grant less.
RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024
# Read at one go before anybody else has a turn: asyncio reads one datagram a turn, and on a busy loop the
# time for answers ends before their turn has come.
MAX_AT_ONCE = 1000
# One host answers a discovery question once or twice per protocol; more is a flood.
MAX_PER_SENDER = 20


class _Inbox:
    """Collects datagrams of one or more sockets in one bounded queue."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Datagram | None] = asyncio.Queue(MAX_DATAGRAMS)
        self._per_sender: dict[str, int] = {}

    def keep(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep a datagram unless it is empty or its sender floods."""
        seen = self._per_sender.get(addr[0], 0)
        if not data or seen >= MAX_PER_SENDER or self.queue.full():
            return
        self._per_sender[addr[0]] = seen + 1
        sender = ip_address(addr[0].partition("%")[0])
        self.queue.put_nowait(Datagram(data[:MAX_DATAGRAM_BYTES], sender, addr[1]))

    def end(self) -> None:
        """Tell the reader that nothing more will come."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)

    def rest(self) -> Iterator[Datagram]:
        """Yield what came in time and has not been taken yet."""
        while not self.queue.empty():
            if datagram := self.queue.get_nowait():
                yield datagram


class _Mouth(asyncio.DatagramProtocol):
    """Puts all that waits at a socket into an inbox as soon as anything does."""

    def __init__(self, inbox: _Inbox, sock: socket.socket) -> None:
        self._inbox, self._socket = inbox, sock

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep a datagram, and those behind it."""
        self._inbox.keep(data, addr)
        for _ in range(MAX_AT_ONCE):
            try:
                further, sender = self._socket.recvfrom(MAX_DATAGRAM_BYTES)
            except OSError:
                return
            self._inbox.keep(further, sender)

    def error_received(self, exc: Exception) -> None:
        """Ignore ICMP errors: a closed port is the same as silence here."""


async def scatter(to: AsyncIterator[Endpoint], question: bytes, wait_s: float) -> AsyncIterator[Datagram]:
    """Send one datagram to each endpoint that ``to`` yields, and yield the answers as they come.

    Ends ``wait_s`` after the last question. Only addresses that were asked are heard.
    """
    inbox, asked = _Inbox(), set[Address]()
    sender = asyncio.create_task(_send_each(inbox, to, question, wait_s, asked))
    try:
        while (datagram := await inbox.queue.get()) is not None:
            if datagram.sender in asked:
                yield datagram
        await sender
    finally:
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)


async def _send_each(
    inbox: _Inbox, to: AsyncIterator[Endpoint], question: bytes, wait_s: float, asked: set[Address]
) -> None:
    """Send to everyone, wait for the last answers, then end the inbox."""
    async with AsyncExitStack() as sockets:
        transports: dict[int, asyncio.DatagramTransport] = {}
        try:
            async for endpoint in to:
                version = endpoint.address.version
                if version not in transports:
                    opened = _endpoint(inbox, _unicast_socket(endpoint.address))
                    transports[version] = await sockets.enter_async_context(opened)
                asked.add(endpoint.address)
                transports[version].sendto(question, (str(endpoint.address), endpoint.port))
            await asyncio.sleep(wait_s if asked else 0)
        finally:
            inbox.end()


async def shout(
    own: IPv4Address, everybody: Endpoint, question: bytes, wait_s: float
) -> AsyncIterator[Datagram]:
    """Ask a group, or by broadcast, where we have the address ``own``; yield answers within ``wait_s``.

    Listens on the sending socket, for unicast answers, and on the group's port, because some devices
    answer to the group. Our own datagrams are dropped.
    """
    inbox = _Inbox()
    async with (
        _endpoint(inbox, _asking_socket(own)) as asker,
        _endpoint(inbox, _joined_socket(own, everybody)),
    ):
        asker.sendto(question, (str(everybody.address), everybody.port))
        async for datagram in _heard(inbox, wait_s):
            if datagram.sender != own:
                yield datagram


async def _heard(inbox: _Inbox, wait_s: float) -> AsyncIterator[Datagram]:
    """Yield what comes within a time, also where whoever takes it needs longer."""
    now_s = asyncio.get_running_loop().time
    ends_at_s = now_s() + wait_s
    while (left_s := ends_at_s - now_s()) > 0:
        try:
            datagram = await asyncio.wait_for(inbox.queue.get(), left_s)
        except TimeoutError:
            break
        if datagram:
            yield datagram
    for datagram in inbox.rest():
        yield datagram


@asynccontextmanager
async def _endpoint(inbox: _Inbox, sock: socket.socket) -> AsyncIterator[asyncio.DatagramTransport]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Mouth(inbox, sock), sock=sock
    )
    try:
        yield transport
    finally:
        transport.close()


def _socket(family: socket.AddressFamily) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    return sock


def _unicast_socket(address: Address) -> socket.socket:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    sock = _socket(family)
    sock.bind(("0.0.0.0" if address.version == 4 else "::", 0))
    return sock


def _asking_socket(own: IPv4Address) -> socket.socket:
    sock = _unicast_socket(own)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own.packed)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    return sock


def _joined_socket(own: IPv4Address, everybody: Endpoint) -> socket.socket:
    sock = _socket(socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((str(everybody.address), everybody.port))
    if everybody.address.is_multicast:
        membership = everybody.address.packed + own.packed
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    return sock
