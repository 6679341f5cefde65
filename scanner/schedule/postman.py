"""The messages that wait for their receivers, delivered when an attempt is due.

Works beside the sweeps: neither waits for the other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from scanner.clock import Clock
from scanner.errors import StorageProblem
from scanner.notify import pause

# Sweeps by hand leave messages, too, and for a message a minute is nothing.
LOOK_S = 60.0
# After a delivery, so that one that cannot even begin does not start process after process.
REST_S = 15.0

# Returns when each receiver for whom something waits is due to be tried. Raises StorageProblem.
Attempts = Callable[[], Awaitable[Sequence[datetime]]]
# Empties the outbox as far as receivers let it; when cancelled it ends within two seconds.
Deliver = Callable[[], Awaitable[object]]


class Postman:
    """Empties the outbox of an inventory, one delivery at a time."""

    def __init__(self, attempts: Attempts, deliver: Deliver, clock: Clock) -> None:
        self._attempts = attempts
        self._deliver = deliver
        self._clock = clock
        self._news = asyncio.Event()

    def look(self) -> None:
        """Look into the outbox now: something may have been put there."""
        self._news.set()

    async def run(self) -> None:
        """Deliver whenever an attempt is due, until cancelled."""
        while True:
            self._news.clear()
            wait_s = await self._until_due()
            if wait_s > 0.0:
                await self._wait(wait_s)
            else:
                await self._deliver()
                await asyncio.sleep(REST_S)

    async def _until_due(self) -> float:
        """Return for how long nothing is due, at most ``LOOK_S``."""
        try:
            attempts = await self._attempts()
        except StorageProblem:
            # Whoever reads the schedules of the same inventory says so.
            return LOOK_S
        now = self._clock.now()
        return min((pause.until(at, now) for at in attempts), default=LOOK_S)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, LOOK_S)):
                await self._news.wait()
