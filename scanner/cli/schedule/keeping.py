"""The daemon, put together: the inventory's schedules, the machine's clocks, and camcensus for each sweep."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta

from scanner.cli.inventory import opened
from scanner.cli.invocation import Invocation
from scanner.cli.notify.flush import flush
from scanner.cli.talk import LogFormat, Loudness
from scanner.clock import SystemClock
from scanner.inventory.contract import SweepState
from scanner.inventory.inventory import Inventory
from scanner.model.site import Site
from scanner.net.systemd import Supervisor
from scanner.notify.notice import announce
from scanner.schedule import child
from scanner.schedule.child import Ended
from scanner.schedule.daemon import Daemon, Failure
from scanner.schedule.planner import Planner
from scanner.schedule.table import InventoryTable, in_background

_LOGGER = logging.getLogger("scanner.schedule")

# A sweep that fails on its way tells of it itself, and its process ends right after.
SELF_TOLD = timedelta(minutes=1)

# Returns the command line that sweeps a site.
Command = Callable[[Site], Sequence[str]]


def keep(db: str | None, parallel: int, command: Command) -> None:
    """Keep the schedules of an inventory that exists, until a signal ends it. Raises StorageProblem.

    Receivers of a site are told of a sweep that failed, also where it could not even begin.
    """
    environment = dict(os.environ)
    if db is not None:
        # Not in the command line, which everybody on the machine can read: a URL may hold a password.
        environment["CAMCENSUS_DB"] = db

    async def sweep(site: Site) -> Ended:
        def say(level: int, text: str) -> None:
            _LOGGER.log(level, "[%s] %s", site.name, text)

        return await child.run(command(site), environment, say)

    async def report(failure: Failure) -> None:
        await in_background(lambda: tell(inventory, failure))

    async def serve() -> None:
        daemon = Daemon(
            InventoryTable(inventory),
            Planner(),
            sweep,
            SystemClock(),
            parallel=parallel,
            report=report,
            supervisor=Supervisor.of(os.environ),
        )
        daemon.hold_signals()
        await daemon.run()

    with opened(db) as inventory:
        asyncio.run(serve())


def tell(inventory: Inventory, failure: Failure) -> None:
    """Tell a site's receivers of a failed sweep, unless it has done so itself. Raises StorageProblem."""
    last = inventory.sweeps(failure.site.name)[-1:]
    is_told = any(
        one.state is SweepState.FAILED and one.ended_at and failure.at - one.ended_at < SELF_TOLD
        for one in last
    )
    if not is_told:
        inventory.complain(failure.site, failure.trouble, announce)
    flush(inventory, failure.site.name)


def sweep_command(invocation: Invocation) -> Command:
    """Return what sweeps a site as this invocation would: with its configuration, heard line by line."""
    loudness = "--verbose" if invocation.loudness is Loudness.VERBOSE else "--quiet"
    config = ("--config", str(invocation.config_file.absolute())) if invocation.config_file else ()
    options = (*config, loudness, "--log-format", LogFormat.JSON.value)
    return lambda site: (sys.executable, "-m", "scanner", *options, "scan", "--site", site.name)
