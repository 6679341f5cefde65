"""One sweep: discoverers meet hosts, probes examine them, the database judges them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from scanner.clock import Clock
from scanner.matching.database import Database
from scanner.model.coverage import Coverage
from scanner.model.field import Field
from scanner.model.observation import Fact, Via
from scanner.model.scope import EXCLUDED
from scanner.model.verdict import Verdict
from scanner.net.gate import Gate
from scanner.net.interface import neighbours
from scanner.net.network import Network, opened
from scanner.sweep.dossier import Dossier, dossiers
from scanner.sweep.examination import Examiner, why_not_assessed
from scanner.sweep.gathering import Gathering, cancelled, failure
from scanner.sweep.judgement import judged
from scanner.sweep.plan import Observer, Plan
from scanner.sweep.port import ConnectFinder, NmapFinder, PortFinder
from scanner.sweep.roster import Record, Roster, turned_away

# A second device behind the MAC that the kernel does not use for the address.
HIDDEN = "another MAC answers at its address"


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
    _gathering: Gathering = field(init=False)
    _examinations: dict[asyncio.Task[None], Record] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate = Gate(self.plan.scope, self.plan.limits, self.clock)
        self._gathering = Gathering(self.roster, self.plan.interfaces, self.observer)

    def stop(self) -> None:
        """Begin nothing new and finish what is open."""
        self._gathering.stop()

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
                await self._examine_all(network)
        finally:
            self.coverage = self._covered(started_at)
        for dossier in dossiers(self.roster):
            yield judged(dossier, self.database, self._why_not_assessed)

    async def _examine_all(self, network: Network) -> None:
        finder = self._port_finder(network)
        examiner = Examiner(network, self.database, finder, self.plan.probes)
        places = asyncio.Semaphore(self.plan.limits.hosts_in_flight)

        def begin(record: Record) -> None:
            if self.plan.scope.permits(record.host.address):
                task = asyncio.create_task(self._examine(record, examiner, places))
                self._examinations[task] = record

        self._gathering.welcome = begin
        try:
            await self._gathering.run(self.plan.askers, network, None)
            await asyncio.gather(*self._examinations, return_exceptions=True)
        finally:
            await cancelled(self._examinations)
        self._own_up()
        self._learn_macs()
        self._notes += finder.notes()

    def _port_finder(self, network: Network) -> PortFinder:
        connecting = ConnectFinder(network, self.plan.ports)
        if self.plan.nmap_version is None:
            return connecting
        return NmapFinder(network, self.plan.ports, connecting, self.plan.nmap_version)

    async def _examine(self, record: Record, examiner: Examiner, places: asyncio.Semaphore) -> None:
        record.shortfall = "interrupted"
        async with places:
            if self._gathering.stopping.is_set():
                return
            is_somebody = await examiner.examine(record, is_candidate=not record.has_shown_itself)
        if not is_somebody and not record.has_shown_itself:
            self.roster.forget(record)
        self._gathering.done += 1
        self._gathering.tell("examining")

    def _own_up(self) -> None:
        """Mark the hosts that were not examined, through a fault of ours or because another hides them."""
        for task, record in self._examinations.items():
            if failed := failure(task):
                record.shortfall = "internal error"
                self._gathering.gaps.append(f"The examination of {record.host.address} failed ({failed}).")
        begun = {id(record) for record in self._examinations.values()}
        for record in self.roster:
            if id(record) not in begun and self.plan.scope.permits(record.host.address):
                record.shortfall = HIDDEN

    def _learn_macs(self) -> None:
        """Fill in MACs that the kernel learned while we connected, where no ARP reply was seen."""
        known = neighbours()
        for record in self.roster:
            mac = known.get(record.host.address)
            if record.host.mac or mac is None:
                continue
            record.meet(replace(record.host, mac=mac))
            fact = Fact(Field.MAC, mac)
            record.keep((fact.seen(record.host, "neighbour table", Via.LINK, self.clock.now()),))

    def _why_not_assessed(self, dossier: Dossier) -> str:
        if not self.plan.ports:
            return "it is there, but announces nothing that can be read; no port was asked"
        left_out = self.plan.scope.why_left_out(dossier.host.address)
        if left_out:
            return f"it was not asked: {left_out}"
        return why_not_assessed(dossier.shortfall, dossier.results)

    def _covered(self, started_at: datetime) -> Coverage:
        skipped: Counter[str] = Counter()
        records = [record for record in self.roster if not record.host.address.is_unspecified]
        inside = [record for record in records if self.plan.scope.permits(record.host.address)]
        for record in records:
            reason = self.plan.scope.why_left_out(record.host.address) or record.shortfall
            if reason and reason != EXCLUDED:
                skipped[reason] += 1
        skipped[EXCLUDED] = self.plan.scope.excluded_count
        return Coverage(
            started_at=started_at,
            ended_at=self.clock.now(),
            in_scope=self.plan.scope.size,
            answered=len({record.host.address for record in inside}),
            examined=sum(not record.shortfall for record in inside),
            skipped={reason: count for reason, count in sorted(skipped.items()) if count},
            notes=tuple(self._notes),
            gaps=(*self._gathering.gaps, *turned_away(self.roster)),
            packets_sent=self.gate.ledger.totals(),
        )
