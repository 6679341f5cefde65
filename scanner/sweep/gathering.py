"""Discoverers at work: whom they meet goes into the roster, and what they miss becomes a gap."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.discovery import Discoverer
from scanner.discovery.arp import ArpSweep
from scanner.discovery.unicast import SegmentCandidates
from scanner.errors import Incomplete, NoAccess
from scanner.model.sighting import Incident
from scanner.net.interface import Interface
from scanner.net.network import Network
from scanner.sweep.plan import Observer, Progress
from scanner.sweep.roster import Record, Roster

# What is done with a host at its first sighting.
Welcome = Callable[[Record], None]


def nothing(_record: Record) -> None:
    """Do nothing with a new host."""


@dataclass(slots=True)
class Gathering:
    """The meeting of hosts; ``stop`` ends it.

    ``gaps`` are sentences about what was missed, and ``lost`` the names of interfaces on which the search by
    ARP broke off: whoever was not met there may be there all the same.
    """

    roster: Roster
    interfaces: Sequence[Interface]
    observer: Observer
    welcome: Welcome = nothing
    close_s: float = 0.0
    gaps: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    done: int = 0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Meet nobody any more."""
        self.stopping.set()

    async def run(
        self,
        discoverers: Sequence[Discoverer],
        network: Network,
        timeout_s: float | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        """Run all until they have ended, the time is over, or somebody asks to stop.

        ``close`` asks those that go on for ever to end, for which they have ``close_s``. One that fails
        does not end the others: what it would have found is a gap of the sweep.
        """
        running = {asyncio.create_task(self._discover(d, self.interfaces, network)): d for d in discoverers}
        everything = asyncio.gather(*running, return_exceptions=True)
        stopping = asyncio.create_task(self.stopping.wait())
        ends: set[asyncio.Future[Any]] = {everything, stopping}
        try:
            await asyncio.wait(ends, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            close()
            await asyncio.wait([everything], timeout=self.close_s)
        finally:
            await cancelled([stopping, *running])
        for task, discoverer in running.items():
            if failed := failure(task):
                self.gaps.append(
                    f"Discovery by {discoverer.name} failed ({failed}); what only it finds is missing."
                )

    def tell(self, stage: str) -> None:
        """Tell the observer where things stand."""
        self.observer(Progress(len(self.roster), self.done, stage))

    async def _discover(
        self, discoverer: Discoverer, interfaces: Sequence[Interface], network: Network
    ) -> None:
        """Take in what one discoverer meets; without access, go on without it and say so."""
        try:
            async for met in discoverer.discover(interfaces, network):
                if isinstance(met, Incident):
                    lost = [one for one in interfaces if one.name == met.interface]
                    if isinstance(discoverer, ArpSweep):
                        self.lost.update(one.name for one in lost)
                    await self._go_on_without(discoverer, met.text, lost, network)
                elif record := self.roster.add(met):
                    self.welcome(record)
                self.tell(f"discovery: {discoverer.name}")
        except (NoAccess, Incomplete) as error:
            await self._go_on_without(discoverer, str(error), interfaces, network)

    async def _go_on_without(
        self, discoverer: Discoverer, gap: str, lost: Sequence[Interface], network: Network
    ) -> None:
        """Note what was missed; where nobody can be found by ARP, every address is a candidate."""
        if gap not in self.gaps:
            self.gaps.append(gap)
        if isinstance(discoverer, ArpSweep):
            await self._discover(SegmentCandidates(), lost, network)


def failure(task: asyncio.Task[None]) -> str | None:
    """Return what ended a task that neither finished nor was cancelled."""
    error = None if task.cancelled() else task.exception()
    return f"{type(error).__name__}: {error}" if error else None


async def cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are gone."""
    ending = list(tasks)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
