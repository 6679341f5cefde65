"""The daemon: starts each sweep when it is due, until it is told to stop.

It waits on the monotonic clock, never for long, and plans anew from the wall clock every time it wakes.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from scanner.clock import Clock
from scanner.errors import Incomplete, Locked, StorageProblem
from scanner.model.site import Site
from scanner.net.systemd import Supervisor
from scanner.schedule.book import Book
from scanner.schedule.child import Ended
from scanner.schedule.planner import Plan, Planner, Run
from scanner.schedule.postman import Postman
from scanner.schedule.table import Table

_LOGGER = logging.getLogger("scanner.schedule")

# Two segments at once keep a small machine's processor and its links below half.
DEFAULT_PARALLEL = 2
RELOAD_S = 60.0
# How late a clock that was put forward is noticed at most.
MAX_WAIT_S = 15.0
# Where a deadline and the clock disagree by a breath, the clock is looked at again, but not in a spin.
MIN_WAIT_S = 0.05
# Whoever holds a site's lock is a sweep, and one of an ordinary segment is over by then.
LOCK_RETRY_S = 600.0
# Clocks are slewed and processes are delayed by less.
MIN_JUMP = timedelta(seconds=5)

# A sweep that found what --fail-on names, or not everything, has done its work.
_DONE = frozenset({0, 3, Incomplete.exit_code})


@dataclass(frozen=True, slots=True)
class Failure:
    """A sweep that did not do its work."""

    site: Site
    at: datetime
    code: int
    trouble: str


# Runs a site's sweep to its end; when cancelled it ends it within two seconds.
Sweep = Callable[[Site], Awaitable[Ended]]
Report = Callable[[Failure], Awaitable[None]]


async def nobody(_failure: Failure) -> None:
    """Tell nobody of a failure; the log has it."""


class Daemon:
    """Keeps the schedules of one table. ``report`` is told of every sweep that failed.

    ``postman`` works beside the sweeps as long as the daemon runs, and looks up after each of them.
    """

    def __init__(
        self,
        table: Table,
        planner: Planner,
        sweep: Sweep,
        clock: Clock,
        *,
        parallel: int = DEFAULT_PARALLEL,
        report: Report = nobody,
        postman: Postman | None = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        self._book = Book(table)
        self._planner = planner
        self._sweep = sweep
        self._clock = clock
        self._parallel = parallel
        self._report = report
        self._postman = postman
        self._supervisor = supervisor or Supervisor()
        self._stop = asyncio.Event()
        self._news = asyncio.Event()
        self._running: dict[str, asyncio.Task[None]] = {}
        # Sites that another sweep holds, and when they are tried again on the monotonic clock.
        self._locked: dict[str, float] = {}
        self._reload_at = clock.monotonic()
        self._defect: BaseException | None = None
        self._status = ""

    async def run(self) -> None:
        """Keep the schedules until ``stop``; then end running sweeps. Raises what is a defect."""
        work = [asyncio.create_task(self._work()), asyncio.create_task(self._feed_watchdog())]
        if self._postman:
            work.append(asyncio.create_task(self._postman.run()))
        stop = asyncio.create_task(self._stop.wait())
        await asyncio.wait([*work, stop], return_when=asyncio.FIRST_COMPLETED)
        self._supervisor.tell("STOPPING=1")
        if self._running:
            _LOGGER.info("Stopping; running sweeps are interrupted: %s", ", ".join(sorted(self._running)))
        for task in (*work, stop, *self._running.values()):
            task.cancel()
        ended = await asyncio.gather(*work, *self._running.values(), return_exceptions=True)
        for outcome in (self._defect, *ended):
            if isinstance(outcome, Exception):
                raise outcome

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def reload(self) -> None:
        """Read the table now."""
        self._reload_at = self._clock.monotonic()
        self._news.set()

    def hold_signals(self) -> None:
        """Let SIGTERM and SIGINT stop, and SIGHUP reload, while the running loop lasts."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self.reload)

    async def _work(self) -> None:
        await self._refresh()
        self._supervisor.tell("READY=1")
        while True:
            self._news.clear()
            await self._refresh()
            plan = self._planner.plan(self._book.entries, self._busy(), self._clock.now())
            for run in plan.ready[: self._parallel - len(self._running)]:
                self._start(run)
            self._tell_status(plan)
            await self._wait(plan)

    async def _refresh(self) -> None:
        """Read the table when it is time."""
        if self._clock.monotonic() >= self._reload_at:
            self._reload_at = self._clock.monotonic() + RELOAD_S
            await self._book.refresh(self._clock.now())

    def _busy(self) -> set[str]:
        now = self._clock.monotonic()
        return {*self._running, *(name for name, until in self._locked.items() if until > now)}

    def _start(self, run: Run) -> None:
        name = run.site.name
        _LOGGER.info("[%s] The sweep begins that was due at %s.", name, max(run.due_at.values()))
        task = asyncio.create_task(self._keep(run), name=f"sweep of {name}")
        self._running[name] = task
        task.add_done_callback(lambda task: self._ended(name, task))

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        del self._running[name]
        self._news.set()
        if self._postman:
            self._postman.look()
        if not task.cancelled() and task.exception() is not None:
            self._defect = task.exception()
            self.stop()

    async def _keep(self, run: Run) -> None:
        """Sweep one site and see what came of it. Cancelled, nothing is marked: it is due again."""
        name = run.site.name
        ended = await self._sweep(run.site)
        if ended.code == Locked.exit_code and name not in self._locked:
            _LOGGER.warning("[%s] Another sweep holds the site; tried again in %d s.", name, LOCK_RETRY_S)
            self._locked[name] = self._clock.monotonic() + LOCK_RETRY_S
            return
        self._locked.pop(name, None)
        await self._book.settle(run.due_at)
        if ended.code in _DONE:
            _LOGGER.info("[%s] The sweep has ended with exit code %d.", name, ended.code)
        else:
            await self._fail(run.site, ended)

    async def _fail(self, site: Site, ended: Ended) -> None:
        how = f"exit code {ended.code}" if ended.code >= 0 else f"signal {-ended.code}"
        trouble = f"The sweep ended with {how}. {ended.trouble}".rstrip()
        _LOGGER.error("[%s] %s", site.name, trouble)
        try:
            await self._report(Failure(site, self._clock.now(), ended.code, trouble))
        except StorageProblem as problem:
            _LOGGER.warning("[%s] Nobody could be told of the failed sweep. %s", site.name, problem)

    async def _wait(self, plan: Plan) -> None:
        """Wait until something is due, something happens, or it is time to look at the clocks."""
        before, started = self._clock.now(), self._clock.monotonic()
        timeout_s = min(MAX_WAIT_S, max(MIN_WAIT_S, self._reload_at - started))
        if plan.wake_at is not None:
            timeout_s = min(timeout_s, max(MIN_WAIT_S, (plan.wake_at - before).total_seconds()))
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        jump = self._clock.now() - before - timedelta(seconds=self._clock.monotonic() - started)
        if abs(jump) >= MIN_JUMP:
            moved_s = round(jump.total_seconds())
            _LOGGER.warning("The clock was put by %+d s; what is due is worked out anew.", moved_s)

    async def _feed_watchdog(self) -> None:
        if self._supervisor.watchdog_s is None:
            await asyncio.Event().wait()
        else:
            while True:
                self._supervisor.tell("WATCHDOG=1")
                await asyncio.sleep(self._supervisor.watchdog_s / 2)

    def _tell_status(self, plan: Plan) -> None:
        sweeping = f"sweeping {', '.join(sorted(self._running))}; " if self._running else ""
        at = plan.wake_at.strftime("%Y-%m-%d %H:%M:%S UTC") if plan.wake_at else "never"
        status = f"{len(self._book.entries)} schedules; {sweeping}next due {at}"
        if status != self._status:
            self._supervisor.tell(f"STATUS={status}")
            self._status = status
