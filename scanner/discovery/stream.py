"""Several streams as one, in the order in which their items come."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

from scanner.errors import CamcensusError
from scanner.model.sighting import Incident

T = TypeVar("T")


class _End:
    """The mark that one stream is over."""


async def merged(streams: Sequence[tuple[str | None, AsyncIterator[T]]]) -> AsyncIterator[T | Incident]:
    """Yield from all streams at once. Each comes with the interface that it alone serves, if there is one.

    A stream that fails ends alone: its CamcensusError comes out as an incident on its interface, once
    where several fail in the same words. Any other error is a fault of ours: it ends all streams and is
    raised.
    """
    queue: asyncio.Queue[T | Incident | _End] = asyncio.Queue(maxsize=1000)
    failures = set[Incident]()

    async def pump(interface: str | None, stream: AsyncIterator[T]) -> None:
        try:
            async for item in stream:
                await queue.put(item)
        except CamcensusError as error:
            failure = Incident(str(error), interface)
            if failure not in failures:
                failures.add(failure)
                await queue.put(failure)
        finally:
            await queue.put(_End())

    tasks = [asyncio.create_task(pump(interface, stream)) for interface, stream in streams]
    running = len(tasks)
    try:
        while running:
            item = await queue.get()
            if isinstance(item, _End):
                running -= 1
                _raise_first(tasks)
            else:
                yield item
        await asyncio.gather(*tasks)
    finally:
        await _cancelled(tasks, queue)


async def _cancelled(tasks: Sequence[asyncio.Task[None]], queue: asyncio.Queue[Any]) -> None:
    """End the tasks; the queue is emptied so that each has room for its end, which nobody takes any more."""
    for task in tasks:
        task.cancel()
    while not queue.empty():
        queue.get_nowait()
    await asyncio.gather(*tasks, return_exceptions=True)


def _raise_first(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error
