"""A link on a real cable, and with capture programs that fail, hang and lie."""

import asyncio
import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from scanner.errors import Incomplete, NoAccess
from scanner.net import link as link_module
from scanner.net.link import (
    ARP_FILTER,
    CAPTURE_PROGRAM,
    DISCOVERY_FILTER,
    SADP_FILTER,
    CaptureFailed,
    Link,
    Vanished,
)
from scanner.net.record import Received
from scanner.protocols import arp, frame
from tests.net.cable import ip, on_a_cable, raw_socket, reception, sent_frames

PEER = IPv4Address("10.9.0.2")
OWN = IPv4Address("10.9.0.1")
# A layer-2 SADP inquiry. Source: the dissector and the builder in MatrixEditor/hiktools agree on it.
SADP_INQUIRY = bytes.fromhex(
    "ffffffffffff 020000000001 8033"
    "21020142 0000115e 0604 03 00 a5ff 020000000001 c0a8010a ffffffffffff 00000000 00000000"
) + bytes(28)


async def first(link: Link, timeout_s: float = 60) -> Received:
    async with asyncio.timeout(timeout_s):
        async for received in link.frames():
            return received
    raise AssertionError("the link ended")


async def until(link: Link, *, is_up: bool) -> None:
    async with asyncio.timeout(60):
        while link.is_up is not is_up:
            await asyncio.sleep(0.02)


@on_a_cable
async def test_an_arp_request_goes_out_and_the_kernel_at_the_other_end_answers(left: str, right: str) -> None:
    ip(f"addr add {PEER}/24 dev {right}")
    async with Link.open(left, ARP_FILTER) as link:
        before_s = time.time()
        await link.send(arp.requests(link.mac, OWN, [PEER]))
        at_s, data = await first(link)

        heard = frame.parse(data)
        assert heard is not None
        reply = arp.read_packet(heard.payload)
        assert reply is not None and reply.operation is arp.Operation.REPLY
        assert (reply.sender_address, reply.target_mac) == (PEER, link.mac)
        assert heard.source_mac == reply.sender_mac != link.mac
        assert before_s <= at_s <= time.time()


@on_a_cable
async def test_only_what_the_filter_passes_comes_in(left: str, right: str) -> None:
    request = next(arp.requests("02:00:00:00:00:09", PEER, [OWN]))
    with raw_socket(right) as peer:
        async with Link.open(left, SADP_FILTER) as sadp_link, Link.open(left, ARP_FILTER) as arp_link:
            for sent in (request, SADP_INQUIRY, request[:12] + b"\x81\x00\x00\x07" + request[12:]):
                peer.send(sent)

            assert (await first(sadp_link))[1] == SADP_INQUIRY
            assert [(await first(arp_link))[1][12:14] for _ in range(2)] == [b"\x08\x06", b"\x81\x00"]


def join_multicast(own: IPv4Address) -> socket.socket:
    joined = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    group = IPv4Address("239.255.255.250").packed
    joined.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + own.packed)
    return joined


@on_a_cable
async def test_listening_promiscuously_sends_nothing_and_hears_frames_for_others(
    left: str, right: str
) -> None:
    ip(f"addr add {OWN}/24 dev {left}")
    stranger = bytes.fromhex("020000000077 020000000009 0806") + bytes(46)
    with raw_socket(right) as peer:
        async with Link.open(left, DISCOVERY_FILTER, promiscuous=True) as link:
            peer.send(stranger)

            assert (await first(link))[1] == stranger
            assert reception(left) == (1, 1)
            await asyncio.sleep(0.5)
        async with Link.open(left, DISCOVERY_FILTER):
            assert reception(left) == (1, 0)
    assert sent_frames(left) == 0

    with join_multicast(OWN):  # what a listener must not do: the kernel reports it
        async with asyncio.timeout(60):
            while sent_frames(left) == 0:
                await asyncio.sleep(0.05)


@on_a_cable
async def test_a_cut_cable_is_noticed_and_the_link_goes_on_when_it_is_mended(left: str, right: str) -> None:
    request = next(arp.requests("02:00:00:00:00:09", PEER, [OWN]))
    async with Link.open(left, ARP_FILTER) as link:
        ip(f"link set {left} down")
        await until(link, is_up=False)
        assert link.outages == 1

        ip(f"link set {left} up")
        await until(link, is_up=True)
        with raw_socket(right) as peer:
            peer.send(request)
        assert (await first(link))[1] == request


@on_a_cable
async def test_an_interface_that_vanishes_ends_the_frames_with_the_reason(left: str, right: str) -> None:
    async with Link.open(left, ARP_FILTER) as link:
        ip(f"link del {left}")

        with pytest.raises(Vanished, match=f"{left} vanished"):
            await first(link)
        with pytest.raises(Incomplete, match=f"{left} vanished"):
            await link.send([SADP_INQUIRY])


@on_a_cable
async def test_both_ends_may_send_a_flood_before_anybody_reads(left: str, right: str) -> None:
    link_module.CLOSE_S, flood = 30.0, 15_000
    async with Link.open(left, ARP_FILTER) as one, Link.open(right, ARP_FILTER) as other:
        frames = list(arp.requests(one.mac, OWN, [PEER])) * flood
        async with asyncio.timeout(60):
            await asyncio.gather(one.send(frames), other.send(frames))
            while one.sent + other.sent < 2 * flood:
                await asyncio.sleep(0.1)
        await asyncio.gather(one.close(), other.close())

        for link in (one, other):
            received = [frame async for _, frame in link.frames()]
            assert len(received) + link.dropped >= flood * 0.9  # what was in flight at the end is gone
            assert set(received) == set(frames)


def keep_only_capabilities(mask: int) -> None:
    """Take every other capability away from the programs that this process will start."""
    libc = ctypes.CDLL(None)
    for capability in range(41):
        if not mask >> capability & 1:
            libc.prctl(24, capability, 0, 0, 0)  # linux/prctl.h PR_CAPBSET_DROP


@on_a_cable
async def test_without_the_right_to_open_raw_sockets_the_error_names_it(left: str, right: str) -> None:
    keep_only_capabilities(0)

    with pytest.raises(NoAccess, match="CAP_NET_RAW") as refused:
        async with Link.open(left, ARP_FILTER):
            pass
    assert refused.value.exit_code == 5 and left in str(refused.value)


@on_a_cable
async def test_that_right_alone_is_enough(left: str, right: str) -> None:
    keep_only_capabilities(1 << 13)  # linux/capability.h CAP_NET_RAW
    request = next(arp.requests("02:00:00:00:00:09", PEER, [OWN]))

    async with Link.open(left, ARP_FILTER, promiscuous=True) as link:
        with raw_socket(right) as peer:
            peer.send(request)
            await link.send([request])
            assert peer.recv(100) == request
        assert (await first(link))[1] == request
        # It could not become another user, so this shows that it gave up the right itself.
        (capture,) = children()
        assert "CapEff:\t0000000000000000" in Path(f"/proc/{capture}/status").read_text()


# What runs beside the tests of this file, such as a database server of others.
bystanders: set[int] = set()


@pytest.fixture(autouse=True)
def seen_before() -> Iterator[None]:
    bystanders.update(children())
    yield
    bystanders.clear()


def children() -> set[int]:
    tasks = Path("/proc/self/task").iterdir()
    running = {int(pid) for task in tasks for pid in (task / "children").read_text().split()}
    return running - bystanders


@on_a_cable
async def test_a_killed_capture_ends_frames_and_sending_with_the_reason(left: str, right: str) -> None:
    async with Link.open(left, ARP_FILTER) as link:
        os.kill(children().pop(), signal.SIGKILL)

        with pytest.raises(Incomplete, match="ended with status -9"):
            await first(link)
        with pytest.raises(Incomplete, match="ended with status -9"):
            await link.send([SADP_INQUIRY] * 100_000)


@on_a_cable
async def test_a_capture_that_hangs_is_noticed_while_sending(left: str, right: str) -> None:
    # Long enough for the program to start, however busy the machine is.
    async with Link.open(left, ARP_FILTER, silence_s=8.0) as link:
        os.kill(children().pop(), signal.SIGSTOP)

        with pytest.raises(Incomplete, match=r"silent for 8 seconds"):
            await link.send([SADP_INQUIRY] * 100_000)
    assert not children()


def test_an_unknown_interface_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(NoAccess, match=r"no network interface named nosuch0.*Choose one of: .*lo"):
        asyncio.run(use("nosuch0", silence_s=10.0))


async def use(
    interface: str = "lo", program: Path = CAPTURE_PROGRAM, silence_s: float = 60.0
) -> list[Received]:
    """Open a link, and return what comes until it ends."""
    async with Link.open(interface, ARP_FILTER, program=program, silence_s=silence_s) as link:
        return [received async for received in link.frames()]


@pytest.fixture
def liar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return a maker of capture programs that do as they are told; most do not end by themselves."""
    monkeypatch.setattr(link_module, "CLOSE_S", 0.3)

    def make(deeds: str) -> Path:
        program = tmp_path / "liar.py"
        program.write_text(PREAMBLE + deeds)
        return program

    return make


PREAMBLE = """
import json, os, struct, sys, time
def record(body): os.write(1, struct.pack("!I", len(body)) + body)
def status(**said): record(b"S" + json.dumps(said).encode())
def frame(data): record(struct.pack("!cd", b"F", 1.0) + data)
"""
READY = "status(ready='02:00:00:00:00:01'); time.sleep(0.2)\n"


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("no-privilege", "needs the capability CAP_NET_RAW"),
        ("down", "ip link set lo up"),
        ("not-ethernet", "Name the addresses to examine"),
        ("no-scapy", "pip install scapy"),
        ("gone", "Connect it again"),
        ("never heard of", "report this message"),
    ],
)
def test_every_reason_has_a_remedy(liar: Callable[[str], Path], error: str, remedy: str) -> None:
    with pytest.raises(NoAccess, match=remedy):
        asyncio.run(use(program=liar(f"status(error={error!r}, detail='in detail')")))


def test_a_program_that_cannot_start_is_reported_with_its_last_words(liar: Callable[[str], Path]) -> None:
    with pytest.raises(NoAccess, match="ended with status 1 RuntimeError: no such luck"):
        asyncio.run(use(program=liar("raise RuntimeError('no such luck')")))


def test_a_program_that_never_becomes_ready_is_given_up(liar: Callable[[str], Path]) -> None:
    busy = "for _ in range(6000):\n    status(up=True)\n    time.sleep(0.1)"

    with pytest.raises(NoAccess, match="not ready after 1 seconds"):
        asyncio.run(use(program=liar(busy), silence_s=1.0))


@pytest.mark.parametrize(
    ("deeds", "reason"),
    [
        ("os.write(1, b'HTTP/1.1 200 OK'); time.sleep(600)", "a record of 1213486160 bytes"),
        ("record(b'?'); time.sleep(600)", "a record of unknown kind 63"),
        ("os.close(1); time.sleep(600)", "ended with status -9"),
        ("status(error='odd', detail='something new')", "something new"),
        ("sys.exit(0)", "ended with status 0"),
    ],
)
def test_a_program_that_breaks_the_rules_ends_the_frames_with_the_reason(
    liar: Callable[[str], Path], deeds: str, reason: str
) -> None:
    with pytest.raises(Incomplete, match=reason):
        asyncio.run(use(program=liar(READY + deeds)))


def test_a_program_that_falls_silent_ends_the_frames_with_the_reason(liar: Callable[[str], Path]) -> None:
    with pytest.raises(Incomplete, match="silent for 3 seconds"):
        asyncio.run(use(program=liar(READY + "time.sleep(600)"), silence_s=3.0))


def test_a_program_that_ignores_the_end_of_its_input_is_killed(liar: Callable[[str], Path]) -> None:
    async def close() -> list[Received]:
        deaf = liar(READY + "time.sleep(600)")
        async with Link.open("lo", ARP_FILTER, program=deaf, silence_s=600) as link:
            await link.close()
            return [received async for received in link.frames()]

    assert asyncio.run(close()) == []
    assert not children()


def test_frames_that_wait_too_long_for_a_taker_are_counted_as_dropped(
    liar: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "MAX_WAITING_BYTES", 100_000)
    flood = "for _ in range(3000): frame(bytes(1000))\nstatus(up=True, dropped=7)\nsys.stdin.read()"

    async def overrun() -> tuple[int, int]:
        async with Link.open("lo", ARP_FILTER, program=liar(READY + flood)) as link:
            while link.dropped + len(link._waiting) < 3000 + 7:
                await asyncio.sleep(0.05)
            await link.close()
            return link.dropped, len([received async for received in link.frames()])

    dropped, taken = asyncio.run(overrun())
    assert taken < 1000 and dropped + taken == 3000 + 7


def test_frames_that_are_taken_make_room_for_more(
    liar: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "MAX_WAITING_BYTES", 100_000)
    bursts = "for _ in range(200):\n    frame(bytes(1000))\n    time.sleep(0.001)\nstatus(up=True, dropped=0)"

    async def take() -> tuple[int, int]:
        async with Link.open("lo", ARP_FILTER, program=liar(READY + bursts)) as link:
            taken = 0
            with pytest.raises(Incomplete, match="ended with status 0"):
                async for _ in link.frames():
                    taken += 1
            return taken, link.dropped

    assert asyncio.run(take()) == (200, 0)


def test_batches_come_with_frames_and_without_when_only_the_counters_are_new(
    liar: Callable[[str], Path],
) -> None:
    deeds = "frame(b'one'); frame(b'other'); time.sleep(0.3); status(up=False, dropped=3); time.sleep(0.3)"

    async def take() -> list[tuple[list[bytes], bool, int]]:
        seen = []
        async with Link.open("lo", ARP_FILTER, program=liar(READY + deeds)) as link:
            with pytest.raises(CaptureFailed) as ended:
                async for batch in link.batches():
                    frames = [frame for _, frame in batch]
                    seen.append((frames, link.is_up, link.dropped))
        assert ended.value.detail == "its program ended with status 0"
        return seen

    seen = asyncio.run(take())
    # Two writes of the program may be read one by one.
    assert [frame for frames, _, _ in seen for frame in frames] == [b"one", b"other"]
    assert ([], False, 3) in seen


def test_a_closed_link_refuses_to_send(liar: Callable[[str], Path]) -> None:
    async def send() -> None:
        async with Link.open("lo", ARP_FILTER, program=liar(READY + "sys.stdin.read()")) as link:
            await link.close()
            await link.send([SADP_INQUIRY])

    with pytest.raises(Incomplete, match="was closed"):
        asyncio.run(send())


def test_a_task_that_waits_for_frames_can_be_cancelled(liar: Callable[[str], Path]) -> None:
    async def cancel() -> None:
        waiting = asyncio.create_task(use(program=liar(READY + "sys.stdin.read()"), silence_s=60))
        await asyncio.sleep(0.5)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(cancel())
    assert not children()
