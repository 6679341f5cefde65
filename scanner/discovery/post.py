"""A listening post: one interface, heard through every mishap of its link."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass

from scanner.clock import Clock
from scanner.discovery.contract import Met, Tally
from scanner.errors import CamcensusError, Incomplete, NoAccess
from scanner.hearing.ear import Ear
from scanner.model.sighting import Incident
from scanner.net.interface import interfaces
from scanner.net.link import LISTENING_FILTER, CaptureFailed, Link, Vanished

# Sixteen seconds of pauses in all: what kills a capture for longer than that, waiting does not heal.
MAX_RESTARTS = 5
FIRST_PAUSE_S = 0.5
# A capture that has served for this long was in order: its end is a new mishap.
STEADY_S = 60.0
# Cables are plugged in by hand; asking the kernel for its interfaces costs a millisecond.
LOOK_INTERVAL_S = 1.0
# Frames are lost in bursts: told one by one they would bury everything else.
LOSS_INTERVAL_S = 60.0


@dataclass(frozen=True, slots=True)
class _Silence:
    """A time in which nothing could be heard, and why, as a sentence about the interface goes on."""

    since_s: float
    because: str


class Post:
    """Listens on one interface, whose link may come and go, and sends nothing.

    Hears only what reaches this port. A link that is lost for less than a second may go unnoticed.
    """

    def __init__(self, interface: str, clock: Clock) -> None:
        self.interface = interface
        self._clock = clock
        self._ear = Ear(interface)
        self._stopping = asyncio.Event()
        self._link: Link | None = None
        self._has_been_open = False
        self._silence: _Silence | None = None
        self._outages = self._link_outages = 0
        self._dropped_before = self._dropped_told = 0
        self._losses_due_s = 0.0

    def stop(self) -> None:
        """End politely: what has arrived is still heard, and what was lost is said."""
        self._stopping.set()

    def tally(self) -> Tally:
        """Return the counters."""
        ear = self._ear
        return Tally(self.interface, ear.frame_count, ear.heard_count, self._dropped, self._outages)

    async def listen(self) -> AsyncIterator[Met]:
        """Yield what is heard, and an incident for what could not be, until ``stop``.

        Raises NoAccess when the interface cannot be opened at the start, and Incomplete when its capture
        fails again and again; what was heard until then has been yielded.
        """
        end: CamcensusError | None = None
        self._losses_due_s = self._clock.monotonic() + LOSS_INTERVAL_S
        try:
            async for met in self._sessions():
                yield met
        except (NoAccess, Incomplete) as error:
            end = error
        for sighting in self._ear.close():
            yield sighting
        if self._silence and not end:
            yield self._ended(self._silence)
        for incident in self._losses():
            yield incident
        if end:
            raise end

    async def _sessions(self) -> AsyncIterator[Met]:
        """Open the link, again and again where it ends by itself."""
        failures = 0
        while not self._stopping.is_set():
            opened_at_s = self._clock.monotonic()
            try:
                async with Link.open(self.interface, LISTENING_FILTER, promiscuous=True) as link:
                    async for met in self._hear(link):
                        yield met
                continue
            except Vanished:
                failures, interruption = 0, self._vanished()
            except (NoAccess, Incomplete) as error:
                was_steady = self._clock.monotonic() - opened_at_s >= STEADY_S
                failures = 1 if was_steady else failures + 1
                interruption = self._failed(error)
                if not self._has_been_open or failures > MAX_RESTARTS:
                    raise
            yield interruption
            await self._pause(FIRST_PAUSE_S * 2 ** (failures - 1) if failures else 0.0)
            await self._until_up()

    async def _hear(self, link: Link) -> AsyncIterator[Met]:
        """Yield what comes over one link until it is closed or ends by itself."""
        self._link, self._link_outages, self._has_been_open = link, 0, True
        closing = asyncio.create_task(self._close_when_stopping(link))
        try:
            async for batch in link.batches():
                for sighting in self._ear.hear(batch):
                    yield sighting
                for incident in self._looked_after(link):
                    yield incident
        finally:
            closing.cancel()
            self._dropped_before += link.dropped
            self._link = None

    async def _close_when_stopping(self, link: Link) -> None:
        await self._stopping.wait()
        await link.close()

    def _looked_after(self, link: Link) -> Iterator[Incident]:
        """Notice what has happened to the link since the last look."""
        if link.outages > self._link_outages:
            self._link_outages = link.outages
            self._fall_silent("had no link")
        if link.is_up and self._silence:
            yield self._ended(self._silence)
            self._silence = None
        if self._clock.monotonic() >= self._losses_due_s:
            self._losses_due_s = self._clock.monotonic() + LOSS_INTERVAL_S
            yield from self._losses()

    def _vanished(self) -> Incident:
        self._fall_silent("was gone")
        return Incident(
            f"The interface {self.interface} vanished, so what its segment says is missed until it is "
            "back under the same name. Connect it again; listening then goes on by itself."
        )

    def _failed(self, error: CamcensusError) -> Incident:
        self._fall_silent("had no capture")
        cause = error.detail if isinstance(error, CaptureFailed) else str(error)
        return Incident(
            f"The capture on {self.interface} failed and is being started again, and what its segment "
            f"says until then is missed. If that happens often, report the cause: {cause}"
        )

    def _fall_silent(self, because: str) -> None:
        if self._silence is None:
            self._outages += 1
            self._silence = _Silence(self._clock.monotonic(), because)

    def _ended(self, silence: _Silence) -> Incident:
        elapsed_s = max(1, round(self._clock.monotonic() - silence.since_s))
        return Incident(
            f"The interface {self.interface} {silence.because} for about {elapsed_s} s, and what its "
            "segment said in that time was missed. Listen longer, so that devices repeat it."
        )

    def _losses(self) -> Iterator[Incident]:
        count = self._dropped - self._dropped_told
        if not count:
            return
        self._dropped_told += count
        yield Incident(
            f"{count:,} frames on {self.interface} came faster than they could be taken in and were lost, "
            "and what they said is missing. Mirror less traffic to this interface, or use a faster machine."
        )

    @property
    def _dropped(self) -> int:
        return self._dropped_before + (self._link.dropped if self._link else 0)

    async def _until_up(self) -> None:
        while not self._stopping.is_set() and not self._is_up():
            await self._pause(LOOK_INTERVAL_S)

    def _is_up(self) -> bool:
        return any(known.name == self.interface and known.is_up for known in interfaces())

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
