"""The schedules as the daemon sees them: read and marked in a thread, so that a slow disk delays no stop."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Protocol, TypeVar

from scanner.errors import CamcensusError, StorageProblem, UsageProblem
from scanner.inventory.inventory import Inventory
from scanner.inventory.timetable import Timetable
from scanner.schedule.entry import Entry

T = TypeVar("T")


class Table(Protocol):
    """Where schedules are kept. Both raise StorageProblem when they cannot be reached."""

    async def entries(self) -> tuple[Entry, ...]:
        """Return every schedule."""

    async def settle(self, due_at: Mapping[int, datetime]) -> None:
        """Note, by schedule, up to which due time it has had its sweep."""


class InventoryTable:
    """The table of an open inventory."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._timetable = Timetable(inventory.engine)

    async def entries(self) -> tuple[Entry, ...]:
        """Return every schedule."""
        return await in_background(lambda: entries(self._inventory))

    async def settle(self, due_at: Mapping[int, datetime]) -> None:
        """Note, by schedule, up to which due time it has had its sweep."""
        await in_background(lambda: self._timetable.settle(due_at))


def entries(inventory: Inventory) -> tuple[Entry, ...]:
    """Return every schedule with its site. Raises StorageProblem."""
    rows = Timetable(inventory.engine).rows()
    try:
        sites = {name: inventory.site(name) for name in {row.site for row in rows}}
    except UsageProblem as error:
        # It was whole when it was added: a newer camcensus wrote it, or the site has just been removed.
        raise StorageProblem(f"A site of the inventory cannot be used. {error}") from error
    return tuple(Entry(row, sites[row.site]) for row in rows)


async def in_background(work: Callable[[], T]) -> T:
    """Do blocking work in a thread that does not keep the process alive. Raises what camcensus names.

    A pool's thread would: the interpreter waits for it, as long as another writer holds the database.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    Thread(target=_attempt, args=(loop, work, done), daemon=True).start()
    return await done


def _attempt(loop: asyncio.AbstractEventLoop, work: Callable[[], T], done: "asyncio.Future[T]") -> None:
    """Do the work and hand over what comes of it, also where a defect ends the thread."""
    hand_over = partial(_fail, done, RuntimeError("A defect ended the thread at work on the inventory."))
    try:
        hand_over = partial(_succeed, done, work())
    except CamcensusError as problem:
        hand_over = partial(_fail, done, problem)
    finally:
        # The loop is closed when the daemon has been stopped meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(hand_over)


def _succeed(done: "asyncio.Future[T]", result: T) -> None:
    if not done.cancelled():
        done.set_result(result)


def _fail(done: "asyncio.Future[T]", problem: Exception) -> None:
    if not done.cancelled():
        done.set_exception(problem)
