"""The listener on a real cable that is cut, pulled out and flooded, and whose capture is killed."""

import asyncio
import os
import signal
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from scanner.clock import SystemClock
from scanner.discovery import post
from scanner.discovery.contract import Met
from scanner.discovery.listener import Listener
from scanner.model.sighting import Incident, Sighting
from scanner.net import link
from scanner.net.interface import Interface, named
from scanner.net.network import Network
from scanner.protocols import arp
from tests.net.cable import ip, on_a_cable, raw_socket, sent_frames

# Source: scanner.protocols.arp, which test_arp.py holds against RFC 826.
ROUTER = IPv4Address("10.9.0.254")
QINQ = bytes.fromhex("88a8 0064 8100 6005")


def request_of(last_octet: int) -> bytes:
    """The ARP request of one host of many."""
    sender = IPv4Address(f"10.9.0.{last_octet}")
    return next(arp.requests(f"02:00:00:00:00:{last_octet:02x}", sender, [ROUTER]))


class Audience:
    """A listening in progress and what it has told so far."""

    def __init__(self, *interfaces: Interface) -> None:
        self.listener = Listener()
        network = cast(Network, SimpleNamespace(clock=SystemClock()))
        self.stream = self.listener.discover(interfaces, network)
        self.told: list[Met] = []
        self.task = asyncio.create_task(self._attend())

    async def _attend(self) -> None:
        async for met in self.stream:
            self.told.append(met)

    @property
    def incidents(self) -> list[str]:
        return [met.text for met in self.told if isinstance(met, Incident)]

    def hosts(self) -> set[str]:
        return {str(met.host.address) for met in self.told if isinstance(met, Sighting)}

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 60) -> None:
        async with asyncio.timeout(timeout_s):
            while not is_so():
                await asyncio.sleep(0.02)

    async def hears(self, interface: str, last_octet: int) -> None:
        """Speak on an interface until what is said there is heard."""
        with raw_socket(interface) as peer:

            def speak() -> bool:
                peer.send(request_of(last_octet))
                return f"10.9.0.{last_octet}" in self.hosts()

            await self.until(speak)

    async def hears_once(self, interface: str, last_octet: int) -> None:
        """Speak once on an open link, and wait until that, and so everything before it, is heard."""
        with raw_socket(interface) as peer:
            peer.send(request_of(last_octet))
        await self.until(lambda: f"10.9.0.{last_octet}" in self.hosts())

    async def end(self) -> None:
        self.listener.stop()
        async with asyncio.timeout(60):
            await self.task


@asynccontextmanager
async def listening(*interfaces: Interface) -> AsyncIterator[Audience]:
    """Listen, and end the listening politely, with all the time that a busy machine takes for it."""
    link.CLOSE_S = 30.0
    audience = Audience(*interfaces)
    try:
        yield audience
        await audience.end()
    finally:
        audience.task.cancel()


def capture_pid() -> int:
    tasks = Path("/proc/self/task").iterdir()
    (pid,) = {int(pid) for task in tasks for pid in (task / "children").read_text().split()}
    return pid


@on_a_cable
async def test_it_hears_an_announcement_sends_nothing_and_counts(left: str, right: str) -> None:
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)

    assert sent_frames(left) == 0
    assert audience.incidents == []
    (tally,) = audience.listener.tallies()
    assert (tally.interface, tally.heard, tally.dropped, tally.outages) == (left, 1, 0, 0)
    assert tally.frames >= 1


@on_a_cable
async def test_what_arrives_before_the_end_is_still_heard(left: str, right: str) -> None:
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        with raw_socket(right) as peer:
            for last_octet in range(2, 200):
                peer.send(request_of(last_octet))
            await asyncio.sleep(0.05)

    assert len(audience.hosts()) == 199


@on_a_cable
async def test_a_frame_with_two_vlan_tags_is_of_its_own_segment(left: str, right: str) -> None:
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        with raw_socket(right) as peer:
            request = request_of(2)
            peer.send(request[:12] + QINQ + request[12:])
            await audience.until(lambda: "10.9.0.2" in audience.hosts())

    segments = {met.host.segment for met in audience.told if isinstance(met, Sighting)}
    assert segments == {None, "vlan 100.5"}


def segment(source: int, destination: int, sequence: int, flags: int, payload: bytes = b"") -> bytes:
    """A TCP segment (RFC 9293) between a server, 10.9.0.80, and its client, 10.9.0.90, in VLAN 7."""
    way = (80, 90) if source == 80 else (90, 80)
    macs = b"".join(bytes([2, 0, 0, 0, 0, octet]) for octet in reversed(way))
    addresses = b"".join(bytes([10, 9, 0, octet]) for octet in way)
    tcp = struct.pack("!HHIIBBHHH", source, destination, sequence, 501, 0x50, flags, 512, 0, 0) + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0)
    return macs + bytes.fromhex("8100 0007 0800") + head + addresses + tcp


@on_a_cable
async def test_on_a_mirror_port_it_hears_what_a_server_says_to_another(left: str, right: str) -> None:
    reply = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: 0\r\n\r\n"
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        with raw_socket(right) as peer:
            peer.send(segment(40000, 80, 500, 0x02))
            peer.send(segment(80, 40000, 900, 0x12))
            peer.send(segment(40000, 80, 501, 0x10))
            peer.send(segment(80, 40000, 901, 0x18, reply))
            peer.send(segment(80, 40000, 901 + len(reply), 0x11))

    (heard,) = [met for met in audience.told[1:] if isinstance(met, Sighting)]
    assert (str(heard.host.address), heard.host.segment) == ("10.9.0.80", "vlan 7")
    assert "App-webs/" in {seen.value for seen in heard.observations}


@on_a_cable
async def test_a_cut_cable_is_told_when_it_is_mended_and_for_how_long_it_was(left: str, right: str) -> None:
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        ip(f"link set {right} down")
        await audience.until(lambda: audience.listener.tallies()[0].outages == 1)
        assert audience.incidents == []

        ip(f"link set {right} up")
        await audience.until(lambda: len(audience.incidents) == 1)
        await audience.hears(right, 2)

    (incident,) = audience.told[1:2]
    assert incident == Incident(audience.incidents[0])
    assert f"{left} had no link for about" in audience.incidents[0]
    assert "was missed" in audience.incidents[0]


@on_a_cable
async def test_a_cable_that_is_still_cut_is_told_at_the_end(left: str, right: str) -> None:
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        ip(f"link set {left} down")
        await audience.until(lambda: audience.listener.tallies()[0].outages == 1)

    (told,) = audience.incidents
    assert f"{left} had no link for about" in told


@on_a_cable
async def test_an_interface_that_vanishes_is_waited_for_and_heard_again(left: str, right: str) -> None:
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        ip(f"link del {left}")
        await audience.until(lambda: len(audience.incidents) == 1)
        assert f"{left} vanished" in audience.incidents[0]

        ip(f"link add {left} type veth peer name {right}")
        await asyncio.sleep(0.1)
        ip(f"link set {right} up")
        ip(f"link set {left} up")
        await audience.hears(right, 2)

    assert [met.interface for met in audience.told if isinstance(met, Incident)] == [None, None]
    assert "for about" in audience.incidents[1]
    (tally,) = audience.listener.tallies()
    assert (tally.outages, tally.heard >= 2) == (1, True)


@on_a_cable
async def test_waiting_for_an_interface_can_be_stopped(left: str, right: str) -> None:
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        ip(f"link del {left}")
        await audience.until(lambda: len(audience.incidents) == 1)

    vanished, closing = audience.incidents
    assert "vanished" in vanished and "for about" in closing


@on_a_cable
async def test_a_killed_capture_is_started_again(left: str, right: str) -> None:
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        os.kill(capture_pid(), signal.SIGKILL)
        await audience.hears(right, 2)

    failed, ended = audience.incidents
    assert "started again" in failed and "ended with status -9" in failed
    assert f"{left} had no capture for about" in ended
    assert audience.listener.tallies()[0].outages == 1


@on_a_cable
async def test_a_capture_that_dies_again_and_again_is_given_up(left: str, right: str) -> None:
    post.MAX_RESTARTS, post.FIRST_PAUSE_S = 1, 0.05
    async with listening(named(left)) as audience:
        for last_octet in (1, 2):
            await audience.hears(right, last_octet)
            os.kill(capture_pid(), signal.SIGKILL)
        await audience.until(audience.task.done)

    last = audience.told[-1]
    assert isinstance(last, Incident) and last.interface == left
    assert "ended with status -9" in last.text
    assert audience.listener.tallies()[0].outages == 2


@on_a_cable
async def test_lost_frames_are_counted_and_told_while_it_listens(left: str, right: str) -> None:
    post.LOSS_INTERVAL_S = 0.5
    flood, full_frame = 15_000, request_of(3) + bytes(1450)
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        await audience.hears_once(right, 2)
        before = audience.listener.tallies()[0].frames
        os.kill(capture_pid(), signal.SIGSTOP)
        with raw_socket(right) as peer:
            for _ in range(flood):
                peer.send(full_frame)
        os.kill(capture_pid(), signal.SIGCONT)
        await audience.until(lambda: bool(audience.incidents))

    (tally,) = audience.listener.tallies()
    assert tally.dropped > 0
    assert tally.frames - before + tally.dropped == flood
    assert audience.incidents[0].startswith(f"{tally.dropped:,} frames on {left}")


@on_a_cable
async def test_lost_frames_before_a_restart_are_told_at_the_end(left: str, right: str) -> None:
    async with listening(named(left)) as audience:
        await audience.hears(right, 1)
        os.kill(capture_pid(), signal.SIGSTOP)
        with raw_socket(right) as peer:
            for _ in range(15_000):
                peer.send(request_of(3) + bytes(1450))
        os.kill(capture_pid(), signal.SIGCONT)
        await audience.until(lambda: audience.listener.tallies()[0].dropped > 0)
        os.kill(capture_pid(), signal.SIGKILL)
        await audience.until(lambda: len(audience.incidents) == 2)

    (tally,) = audience.listener.tallies()
    assert audience.incidents[-1].startswith(f"{tally.dropped:,} frames on {left}")


@on_a_cable
async def test_an_interface_that_is_not_there_does_not_end_the_others(left: str, right: str) -> None:
    async with listening(replace(named(left), name="nosuch0"), named(left)) as audience:
        await audience.until(lambda: bool(audience.incidents))
        await audience.hears(right, 1)

    (incident,) = [met for met in audience.told if isinstance(met, Incident)]
    assert [tally.outages for tally in audience.listener.tallies()] == [1, 0]
    assert incident.interface == "nosuch0" and "no network interface named nosuch0" in incident.text


def test_a_listener_that_never_listened_has_counted_nothing() -> None:
    listener = Listener()
    listener.stop()

    assert listener.tallies() == ()
