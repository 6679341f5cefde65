"""Emptying the outbox: every receiver by itself, oldest notice first, again and again, for a limited time.

What does not arrive stays where it is. A receiver that is down holds up neither the sweep nor the others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from scanner.clock import Clock
from scanner.export.escape import shorten
from scanner.inventory.contract import NoticeRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.outbox import Outbox, Receiver
from scanner.model.site import NotifyTarget
from scanner.net.notice.contract import Rejected, Undelivered
from scanner.notify import pause
from scanner.notify.digest import Digest, loaded
from scanner.notify.receiver import Means, send

# How long new attempts are begun; the last one may take its own deadline (at most 20 s) on top.
PATIENCE_S = 15.0
# An attempt in progress is left alone so long: more than any sender's deadline (at most 20 s).
ATTEMPT = timedelta(seconds=60)
# Long enough for a receiver that breaks before a holiday; what is older is in the inventory, and no news.
GIVE_UP_AFTER = timedelta(days=7)
# A receiver's last words, which no database has to swallow raw.
MAX_CHARACTERS = 500

Send = Callable[[NotifyTarget, Digest, Means], Awaitable[str]]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class Tally:
    """What became of the notices: how many arrived, and a sentence for each that was given up.

    Of a receiver for whom several still wait, ``waiting`` has the oldest: the others wait behind it.
    """

    delivered: int = 0
    waiting: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Delivery:
    """One flush of an inventory's outbox. ``environment`` holds the secrets that site files name."""

    inventory: Inventory
    clock: Clock
    environment: Mapping[str, str] = field(repr=False)
    send: Send = send
    sleep: Sleep = asyncio.sleep
    random: Random = field(default_factory=Random)
    patience_s: float = PATIENCE_S
    _outbox: Outbox = field(init=False)
    _ends_at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._outbox = Outbox(self.inventory.engine)

    async def flush(self, site: str | None = None) -> Tally:
        """Deliver what waits for the receivers of one site or of all; return what became of it.

        Raises StorageProblem when the database fails.
        """
        tally = Tally()
        self._ends_at = self.clock.monotonic() + self.patience_s
        serving = [
            asyncio.create_task(self._serve(receiver, tally)) for receiver in self._outbox.receivers(site)
        ]
        try:
            await asyncio.gather(*serving)
        finally:
            for task in serving:
                task.cancel()
        return tally

    async def _serve(self, receiver: Receiver, tally: Tally) -> None:
        """Deliver to one receiver until nothing waits, or what waits is not due in time."""
        while row := self._outbox.next(receiver):
            pause_s = pause.until(row.next_attempt_at, self.clock.now())
            if self.clock.monotonic() + pause_s >= self._ends_at:
                tally.waiting.append(_told(row, row.trouble or "there was no time to try"))
                return
            await self.sleep(pause_s)
            await self._attempt(row, tally)

    async def _attempt(self, row: NoticeRow, tally: Tally) -> None:
        now = self.clock.now()
        if not self._outbox.take(row, now + ATTEMPT):
            return
        try:
            target = self._target(row)
            remark = await self.send(target, loaded(row.notice.payload), Means(self.environment, now))
        except Undelivered as error:
            self._postpone(row, error, tally)
        else:
            self._outbox.delivered(row.number, self.clock.now(), shorten(remark, MAX_CHARACTERS))
            tally.delivered += 1

    def _postpone(self, row: NoticeRow, error: Undelivered, tally: Tally) -> None:
        """Leave a notice for later, unless the receiver will never take it or it has waited too long."""
        now, trouble = self.clock.now(), shorten(str(error), MAX_CHARACTERS)
        if isinstance(error, Rejected) or now - row.created_at >= GIVE_UP_AFTER:
            self._outbox.given_up(row.number, now, trouble)
            tally.given_up.append(_told(row, trouble))
            return
        asked_s = min(error.retry_after_s or 0.0, pause.MAX_PAUSE_S)
        pause_s = max(pause.after(row.attempts + 1, self.random), asked_s)
        self._outbox.postponed(row.number, trouble, now + timedelta(seconds=pause_s))

    def _target(self, row: NoticeRow) -> NotifyTarget:
        """Return the receiver as the site file has it now. Raises Rejected when it is not there any more."""
        site = self.inventory.site(row.site)
        target = next((one for one in site.notify if one.name == row.notice.target), None)
        if target is None:
            raise Rejected("the site file does not name this receiver any more")
        return target


def _told(row: NoticeRow, trouble: str) -> str:
    at: datetime = row.created_at
    return f"{row.site}, {row.notice.target}: the message of {at:%Y-%m-%d %H:%M} UTC: {trouble}"
