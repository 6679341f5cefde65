"""Several streams become one; an error ends them all."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from scanner.discovery.stream import merged
from scanner.errors import NoAccess


async def count(start: int, stop: int, pause_s: float = 0.0) -> AsyncIterator[int]:
    for number in range(start, stop):
        await asyncio.sleep(pause_s)
        yield number


async def fail_after(number: int) -> AsyncIterator[int]:
    yield number
    raise NoAccess("the interface is gone")


def collect(*streams: AsyncIterator[int]) -> list[int]:
    async def run() -> list[int]:
        return [item async for item in merged(streams)]

    return asyncio.run(run())


def test_every_item_of_every_stream_comes_once() -> None:
    assert sorted(collect(count(0, 50), count(100, 130))) == [*range(50), *range(100, 130)]


def test_no_stream_at_all_ends_at_once() -> None:
    assert collect() == []


def test_a_slow_stream_does_not_hold_up_a_fast_one() -> None:
    assert collect(count(0, 2, pause_s=0.05), count(100, 105))[:5] == [100, 101, 102, 103, 104]


def test_an_error_is_raised_after_what_came_before_it() -> None:
    seen: list[int] = []

    async def run() -> None:
        async for item in merged([fail_after(1), count(10, 1000, pause_s=0.01)]):
            seen.append(item)  # noqa: PERF401 - what came before the error must be kept

    with pytest.raises(NoAccess, match="interface is gone"):
        asyncio.run(run())
    assert 1 in seen


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
        stream = merged([endless()])
        async for _ in stream:
            break
        await stream.aclose()  # type: ignore[attr-defined]

    asyncio.run(run())
    assert ended == ["ended"]
