"""The daemon, put together: the inventory's schedules, the machine's clocks, and camcensus for the work."""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scanner.cli.inventory import opened
from scanner.cli.invocation import Invocation
from scanner.cli.talk import LogFormat, Loudness
from scanner.clock import SystemClock
from scanner.inventory.contract import SweepState
from scanner.inventory.inventory import Inventory
from scanner.inventory.outbox import Outbox
from scanner.model.site import Site
from scanner.net.systemd import Supervisor
from scanner.notify.notice import announce
from scanner.schedule import child
from scanner.schedule.child import Ended
from scanner.schedule.daemon import Daemon, Failure
from scanner.schedule.planner import Planner
from scanner.schedule.postman import Postman
from scanner.schedule.table import InventoryTable, in_background

_LOGGER = logging.getLogger("scanner.schedule")

# A sweep that fails on its way tells of it itself, and its process ends right after.
SELF_TOLD = timedelta(minutes=1)


def keep(db: str | None, parallel: int, program: Sequence[str]) -> None:
    """Keep the schedules of an inventory that exists, until a signal ends it. Raises StorageProblem.

    ``program`` is the command line of camcensus without a command. Receivers of a site are told of a sweep
    that failed, also where it could not even begin.
    """
    environment = dict(os.environ)
    if db is not None:
        # Not in the command line, which everybody on the machine can read: a URL may hold a password.
        environment["CAMCENSUS_DB"] = db
    with opened(db) as inventory:
        asyncio.run(_serve(_Work(inventory, program, environment), parallel))


@dataclass(frozen=True, slots=True)
class _Work:
    """What the daemon has done: by camcensus in processes of its own, and in the inventory."""

    inventory: Inventory
    program: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)

    async def sweep(self, site: Site) -> Ended:
        return await self._run(f"[{site.name}] ", "scan", "--site", site.name)

    async def deliver(self) -> Ended:
        return await self._run("", "notify", "send")

    async def attempts(self) -> Sequence[datetime]:
        return await in_background(Outbox(self.inventory.engine).attempts)

    async def report(self, failure: Failure) -> None:
        await in_background(lambda: tell(self.inventory, failure))

    async def _run(self, about: str, *command: str) -> Ended:
        def say(level: int, text: str) -> None:
            _LOGGER.log(level, "%s%s", about, text)

        return await child.run((*self.program, *command), self.environment, say)


async def _serve(work: _Work, parallel: int) -> None:
    clock = SystemClock()
    daemon = Daemon(
        InventoryTable(work.inventory),
        Planner(),
        work.sweep,
        clock,
        parallel=parallel,
        report=work.report,
        postman=Postman(work.attempts, work.deliver, clock),
        supervisor=Supervisor.of(os.environ),
    )
    daemon.hold_signals()
    await daemon.run()


def tell(inventory: Inventory, failure: Failure) -> None:
    """Leave word of a failed sweep for its site's receivers, unless it has done so. Raises StorageProblem."""
    last = inventory.sweeps(failure.site.name)[-1:]
    is_told = any(
        one.state is SweepState.FAILED and one.ended_at and failure.at - one.ended_at < SELF_TOLD
        for one in last
    )
    if not is_told:
        inventory.complain(failure.site, failure.trouble, announce)


def program(invocation: Invocation) -> Sequence[str]:
    """Return camcensus as this invocation runs it: with its configuration, heard line by line."""
    loudness = "--verbose" if invocation.loudness is Loudness.VERBOSE else "--quiet"
    config = ("--config", str(invocation.config_file.absolute())) if invocation.config_file else ()
    options = (*config, loudness, "--log-format", LogFormat.JSON.value)
    return (sys.executable, "-m", "scanner", *options)
