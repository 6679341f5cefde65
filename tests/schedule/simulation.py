"""A world in which hours pass in milliseconds: its loop does not wait, its clock follows the loop."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scanner.errors import StorageProblem
from scanner.inventory.contract import ScheduleRow
from scanner.model.site import Site
from scanner.schedule.child import Ended
from scanner.schedule.daemon import Daemon, Failure
from scanner.schedule.entry import Entry
from scanner.schedule.planner import Planner
from scanner.schedule.postman import Postman

NORTH = Site("north")


def utc(text: str) -> datetime:
    """Return a time such as ``2026-03-29 01:00`` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def entry(
    cron: str = "0 2 * * *",
    zone: str = "UTC",
    *,
    number: int = 1,
    site: Site = NORTH,
    jitter_s: int = 0,
    added: str = "2026-03-01 00:00",
    last: str | None = None,
) -> Entry:
    row = ScheduleRow(number, site.name, cron, zone, jitter_s, utc(added), utc(last) if last else None)
    return Entry(row, site)


class _Selector(selectors.DefaultSelector):
    """Instead of waiting it lets the time go by."""

    passed_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everything waits for something that never comes"
        self.passed_s += timeout
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._passing = _Selector()
        super().__init__(self._passing)

    def time(self) -> float:
        return self._passing.passed_s


def simulated(world: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine whose waiting takes no time."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(world)


@dataclass
class World:
    """A daemon with a clock that can jump, a table in memory, and sweeps that only take time."""

    now_at_start: datetime
    entries: list[Entry]
    sweep_s: float = 600.0
    parallel: int = 2
    codes: list[int] = field(default_factory=list)
    sweeps: list[tuple[str, datetime]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    is_table_broken: bool = False
    jumped: timedelta = timedelta(0)
    postman: Postman | None = None

    # the clock
    def now(self) -> datetime:
        return self.now_at_start + self.jumped + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    # the table
    async def read(self) -> tuple[Entry, ...]:
        if self.is_table_broken:
            raise StorageProblem("the disk is away")
        return tuple(self.entries)

    async def settle(self, due_at: Mapping[int, datetime]) -> None:
        if self.is_table_broken:
            raise StorageProblem("the disk is away")
        for index, one in enumerate(self.entries):
            mark = due_at.get(one.row.number, one.row.last_due_at)
            self.entries[index] = replace(one, row=replace(one.row, last_due_at=mark))

    # the sweeps
    async def sweep(self, site: Site) -> Ended:
        self.sweeps.append((site.name, self.now()))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.sweep_s)
        finally:
            self.at_once -= 1
        return Ended(self.codes.pop(0) if self.codes else 0, "what it said last")

    async def report(self, failure: Failure) -> None:
        self.failures.append(failure)

    # running it
    def daemon(self) -> Daemon:
        return Daemon(
            _Table(self),
            Planner(),
            self.sweep,
            self,
            parallel=self.parallel,
            report=self.report,
            postman=self.postman,
        )

    async def live(self, until: str, *events: tuple[str, Callable[[], None]]) -> None:
        """Keep the schedules until a time; each event happens at its own. Times are those of the clock."""
        daemon = self.daemon()
        running = asyncio.create_task(daemon.run())
        for at, happen in (*events, (until, daemon.stop)):
            await asyncio.sleep((utc(at) - self.now()).total_seconds())
            happen()
        await running

    def jump(self, **by: float) -> Callable[[], None]:
        def put_clock() -> None:
            self.jumped += timedelta(**by)

        return put_clock

    def begun(self) -> list[str]:
        """Return when sweeps began, to the minute, in UTC."""
        return [f"{at:%Y-%m-%d %H:%M}" for _, at in self.sweeps]


@dataclass
class _Table:
    world: World

    async def entries(self) -> tuple[Entry, ...]:
        return await self.world.read()

    async def settle(self, due_at: Mapping[int, datetime]) -> None:
        await self.world.settle(due_at)


def lived(world: World, until: str, *events: tuple[str, Callable[[], None]]) -> Sequence[str]:
    """Run a world until a time and return when its sweeps began."""
    simulated(world.live(until, *events))
    return world.begun()
