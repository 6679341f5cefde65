"""One sweep: discoverers meet hosts, probes examine them, the database judges them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from scanner.clock import Clock
from scanner.discovery import Discoverer
from scanner.discovery.arp import ArpSweep
from scanner.discovery.unicast import SegmentCandidates
from scanner.errors import Incomplete, NoAccess
from scanner.matching.database import Database
from scanner.matching.verdict import judge
from scanner.model.coverage import Coverage
from scanner.model.field import Field
from scanner.model.observation import Fact, Via
from scanner.model.verdict import Verdict
from scanner.net.gate import Gate
from scanner.net.interface import neighbours
from scanner.net.network import Network, opened
from scanner.sweep.examination import Examiner, why_not_assessed
from scanner.sweep.plan import Observer, Plan, Progress
from scanner.sweep.port import ConnectFinder, NmapFinder, PortFinder
from scanner.sweep.roster import Record, Roster

Begin = Callable[[Record], None]


@dataclass(slots=True)
class Sweep:
    """One run over a scope.

    ``stop`` ends it politely: nothing new is begun, open hosts are finished, and what is known is
    judged; ``abort`` does not wait for open hosts either. ``coverage`` is set once the network has been
    left, before the first verdict is yielded.
    """

    plan: Plan
    database: Database
    clock: Clock
    observer: Observer = lambda _progress: None
    roster: Roster = field(default_factory=Roster)
    gate: Gate = field(init=False)
    coverage: Coverage | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _examinations: dict[asyncio.Task[None], Record] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)
    _gaps: list[str] = field(default_factory=list)
    _done: int = 0

    def __post_init__(self) -> None:
        self.gate = Gate(self.plan.scope, self.plan.limits, self.clock)

    def stop(self) -> None:
        """Begin nothing new and finish what is open."""
        self._stopping.set()

    def abort(self) -> None:
        """Stop, and leave open hosts as they are."""
        self.stop()
        for task in self._examinations:
            task.cancel()

    async def verdicts(self) -> AsyncIterator[Verdict]:
        """Run the sweep; then yield one verdict per host, in address order."""
        started_at = self.clock.now()
        try:
            async with opened(self.gate, self.clock) as network:
                await (self._listen(network) if self.plan.is_passive else self._examine_all(network))
        finally:
            self.roster.settle()
            self.coverage = self._covered(started_at)
        for record in sorted(self.roster, key=lambda r: (r.host.address.version, int(r.host.address))):
            yield self._judge(record)

    async def _listen(self, network: Network) -> None:
        self._notes.append("nothing was sent: the verdicts rest on what devices announce")
        await self._run_discoverers(self.plan.listeners, network, None, self.plan.listen_s)

    async def _examine_all(self, network: Network) -> None:
        finder = self._port_finder(network)
        examiner = Examiner(network, self.database, finder, self.plan.probes)
        places = asyncio.Semaphore(self.plan.limits.hosts_in_flight)

        def begin(record: Record) -> None:
            task = asyncio.create_task(self._examine(record, examiner, places))
            self._examinations[task] = record

        try:
            await self._run_discoverers(self.plan.askers, network, begin, None)
            await asyncio.gather(*self._examinations, return_exceptions=True)
        finally:
            await _cancelled(self._examinations)
        self._own_up()
        self._learn_macs()
        self._notes += finder.notes()

    def _port_finder(self, network: Network) -> PortFinder:
        connecting = ConnectFinder(network, self.plan.ports)
        if self.plan.nmap_version is None:
            return connecting
        return NmapFinder(network, self.plan.ports, connecting, self.plan.nmap_version)

    async def _run_discoverers(
        self,
        discoverers: Sequence[Discoverer],
        network: Network,
        begin: Begin | None,
        timeout_s: float | None,
    ) -> None:
        """Run all until they have ended, the time is over, or somebody asks to stop.

        One that fails does not end the others: what it would have found is a gap of the sweep.
        """
        running = {asyncio.create_task(self._discover(d, network, begin)): d.name for d in discoverers}
        everything = asyncio.gather(*running, return_exceptions=True)
        stopping = asyncio.create_task(self._stopping.wait())
        ends: set[asyncio.Future[Any]] = {everything, stopping}
        try:
            await asyncio.wait(ends, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancelled([stopping, *running])
        for task, name in running.items():
            if failure := _failure(task):
                self._gaps.append(f"Discovery by {name} failed ({failure}); what only it finds is missing.")

    async def _discover(self, discoverer: Discoverer, network: Network, begin: Begin | None) -> None:
        """Take in what one discoverer meets; without access, go on without it and say so."""
        try:
            async for sighting in discoverer.discover(self.plan.interfaces, network):
                record = self.roster.add(sighting)
                self._tell(f"discovery: {discoverer.name}")
                if record and begin and self.plan.scope.permits(record.host.address):
                    begin(record)
        except (NoAccess, Incomplete) as error:
            self._gaps.append(str(error))
            if isinstance(discoverer, ArpSweep):
                await self._discover(SegmentCandidates(), network, begin)

    async def _examine(self, record: Record, examiner: Examiner, places: asyncio.Semaphore) -> None:
        record.shortfall = "interrupted"
        async with places:
            if self._stopping.is_set():
                return
            is_somebody = await examiner.examine(record, is_candidate=not record.observations)
        if not is_somebody and not record.observations:
            self.roster.forget(record.host.address)
        self._done += 1
        self._tell("examining")

    def _tell(self, stage: str) -> None:
        self.observer(Progress(len(self.roster), self._done, stage))

    def _own_up(self) -> None:
        """Mark the hosts whose examination failed through a fault of ours."""
        for task, record in self._examinations.items():
            if failure := _failure(task):
                record.shortfall = "internal error"
                self._gaps.append(f"The examination of {record.host.address} failed ({failure}).")

    def _learn_macs(self) -> None:
        """Fill in MACs that the kernel learned while we connected, where no ARP reply was seen."""
        known = neighbours()
        for record in self.roster:
            mac = known.get(record.host.address)
            if record.host.mac or mac is None:
                continue
            record.host = replace(record.host, mac=mac)
            fact = Fact(Field.MAC, mac)
            record.keep((fact.seen(record.host, "neighbour table", Via.LINK, self.clock.now()),))

    def _judge(self, record: Record) -> Verdict:
        verdict = judge(
            record.host,
            tuple(record.observations),
            self.database,
            not_assessed=self._why_not_assessed(record),
        )
        if not record.other_macs:
            return verdict
        others = ", ".join(sorted(record.other_macs))
        return replace(verdict, reason=f"{verdict.reason}; the address was also seen with MAC {others}")

    def _why_not_assessed(self, record: Record) -> str:
        if self.plan.is_passive:
            return "it was heard, but announced nothing that can be read; nothing was asked"
        if not self.plan.ports:
            return "it is there, but announces nothing that can be read; no port was asked"
        left_out = self._left_out(record)
        return f"it was not asked: {left_out}" if left_out else why_not_assessed(record)

    def _left_out(self, record: Record) -> str | None:
        if self.plan.scope.permits(record.host.address):
            return None
        return "excluded" if self.plan.scope.excludes(record.host.address) else "outside the scope"

    def _covered(self, started_at: datetime) -> Coverage:
        skipped: Counter[str] = Counter()
        inside = [r for r in self.roster if self.plan.scope.permits(r.host.address)]
        for record in self.roster:
            reason = self._left_out(record) or record.shortfall
            if reason and reason != "excluded":
                skipped[reason] += 1
        skipped["excluded"] = self.plan.scope.excluded_count
        examined = 0 if self.plan.is_passive else sum(not record.shortfall for record in inside)
        return Coverage(
            started_at=started_at,
            ended_at=self.clock.now(),
            in_scope=self.plan.scope.size,
            answered=len(inside),
            examined=examined,
            skipped={reason: count for reason, count in sorted(skipped.items()) if count},
            notes=tuple(self._notes),
            gaps=tuple(self._gaps),
            packets_sent=self.gate.ledger.totals(),
        )


def _failure(task: asyncio.Task[None]) -> str | None:
    """Return what ended a task that neither finished nor was cancelled."""
    error = None if task.cancelled() else task.exception()
    return f"{type(error).__name__}: {error}" if error else None


async def _cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are gone."""
    ending = list(tasks)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
