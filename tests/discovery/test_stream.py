"""Several streams become one; one that fails ends alone, and a fault of ours ends them all."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from scanner.discovery.stream import merged
from scanner.errors import NoAccess
from scanner.model.sighting import Incident


async def count(start: int, stop: int, pause_s: float = 0.0) -> AsyncIterator[int]:
    for number in range(start, stop):
        await asyncio.sleep(pause_s)
        yield number


async def fail_after(number: int, error: Exception) -> AsyncIterator[int]:
    yield number
    raise error


GONE = "The interface is gone."


def collect(*streams: AsyncIterator[int]) -> list[int | Incident]:
    return collect_named(*[(None, stream) for stream in streams])


def collect_named(*streams: tuple[str | None, AsyncIterator[int]]) -> list[int | Incident]:
    async def run() -> list[int | Incident]:
        return [item async for item in merged(streams)]

    return asyncio.run(run())


def test_every_item_of_every_stream_comes_once() -> None:
    assert {*collect(count(0, 50), count(100, 130))} == {*range(50), *range(100, 130)}
    assert len(collect(count(0, 50), count(100, 130))) == 80


def test_no_stream_at_all_ends_at_once() -> None:
    assert collect() == []


def test_a_slow_stream_does_not_hold_up_a_fast_one() -> None:
    async def run() -> list[int | Incident]:
        fast_is_over = asyncio.Event()

        async def slow() -> AsyncIterator[int]:
            await fast_is_over.wait()
            yield 0

        came: list[int | Incident] = []
        async for item in merged([(None, slow()), (None, count(100, 105))]):
            came.append(item)
            if item == 104:
                fast_is_over.set()
        return came

    assert asyncio.run(run()) == [100, 101, 102, 103, 104, 0]


def test_a_stream_that_fails_ends_alone_and_becomes_an_incident_on_its_interface() -> None:
    failing = fail_after(1, NoAccess(GONE))

    came = collect_named(("eth0", failing), ("eth1", count(10, 20, pause_s=0.005)))

    assert came.index(1) < came.index(Incident(GONE, "eth0")) < came.index(19)
    assert len(came) == 12


def test_streams_that_fail_in_the_same_words_on_one_interface_are_told_once() -> None:
    streams = [(name, fail_after(1, NoAccess(GONE))) for name in ("eth0", "eth0", "eth1", None)]

    incidents = [item for item in collect_named(*streams) if isinstance(item, Incident)]

    assert incidents == [Incident(GONE, "eth0"), Incident(GONE, "eth1"), Incident(GONE)]


def test_a_fault_of_ours_is_raised_after_what_came_before_it() -> None:
    seen: list[int | Incident] = []

    async def run() -> None:
        failing = fail_after(1, ZeroDivisionError("a fault of ours"))
        async for item in merged([("eth0", failing), (None, count(10, 1000, pause_s=0.01))]):
            seen.append(item)  # noqa: PERF401 - what came before the error must be kept

    with pytest.raises(ZeroDivisionError, match="a fault of ours"):
        asyncio.run(run())
    assert 1 in seen


def test_a_reader_that_leaves_while_much_is_waiting_is_not_held_up() -> None:
    async def run() -> None:
        stream = merged([(None, count(0, 5000)), (None, count(0, 5000))])
        async for _ in stream:
            await asyncio.sleep(0.2)  # by now the streams wait for room
            break
        async with asyncio.timeout(60):
            await stream.aclose()  # type: ignore[attr-defined]

    asyncio.run(run())


def test_a_reader_that_leaves_early_ends_the_streams() -> None:
    ended: list[str] = []

    async def endless() -> AsyncIterator[int]:
        try:
            while True:
                await asyncio.sleep(0)
                yield 1
        finally:
            ended.append("ended")

    async def run() -> None:
        stream = merged([(None, endless())])
        async for _ in stream:
            break
        await stream.aclose()  # type: ignore[attr-defined]

    asyncio.run(run())
    assert ended == ["ended"]
