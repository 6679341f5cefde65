"""One sweep: discoverers meet hosts, probes examine them, the database judges them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from scanner.clock import Clock
from scanner.errors import CamcensusError
from scanner.matching.database import Database
from scanner.model.coverage import Coverage
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Observation, Via
from scanner.model.probe import ProbeResult
from scanner.model.scope import EXCLUDED
from scanner.model.sighting import Sighting
from scanner.model.verdict import Verdict
from scanner.net.gate import Gate
from scanner.net.interface import neighbours
from scanner.net.network import Network, opened
from scanner.sweep.dossier import Dossier, dossiers
from scanner.sweep.examination import Examiner, why_not_assessed
from scanner.sweep.gathering import Gathering, cancelled, failure
from scanner.sweep.judgement import Judged, judged
from scanner.sweep.plan import Observer, Plan
from scanner.sweep.port import ConnectFinder, NmapFinder, PortFinder
from scanner.sweep.roster import INTERRUPTED, UNFINISHED, Record, Roster, turned_away

# A second device behind the MAC that the kernel does not use for the address.
HIDDEN = "another MAC answers at its address"


class Remembered(Protocol):
    """A host as an earlier run of the same sweep left it."""

    @property
    def host(self) -> Host:
        """The host."""

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What was seen of it."""

    @property
    def results(self) -> tuple[ProbeResult, ...]:
        """How every exchange with it ended."""

    @property
    def shortfall(self) -> str:
        """Why it was not examined to the end."""


def nobody(_record: Record) -> None:
    """Tell nobody of a finished host."""


@dataclass(slots=True)
class Sweep:
    """One run over a scope.

    ``stop`` ends it politely: nothing new is begun, open hosts are finished, and what is known is
    judged; ``abort`` does not wait for open hosts either. ``coverage`` is known once the network has been
    left, before the first verdict is yielded. ``finished`` is told of every host that needs no more
    questions.
    """

    plan: Plan
    database: Database
    clock: Clock
    observer: Observer = lambda _progress: None
    roster: Roster = field(default_factory=Roster)
    gate: Gate = field(init=False)
    finished: Callable[[Record], None] = nobody
    _gathering: Gathering = field(init=False)
    _examinations: dict[asyncio.Task[None], Record] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)
    _unfinished: list[Record] = field(default_factory=list)
    _stopped_by: str = INTERRUPTED
    _coverage: Coverage | None = None

    def __post_init__(self) -> None:
        self.gate = Gate(self.plan.scope, self.plan.limits, self.clock)
        self._gathering = Gathering(self.roster, self.plan.interfaces, self.observer)

    @property
    def coverage(self) -> Coverage:
        """How much was looked at."""
        if self._coverage is None:
            raise CamcensusError("The sweep ended without saying what it covered. Report this as a defect.")
        return self._coverage

    @property
    def lost_interfaces(self) -> frozenset[str]:
        """The interfaces on which the search for hosts broke off."""
        return frozenset(self._gathering.lost)

    def take_up(self, hosts: Iterable[Remembered]) -> tuple[Record | None, ...]:
        """Go on where an earlier run ended; return a record for each host, None without room for it.

        The gate lets nothing pass any more to those that were finished; the others are examined first.
        """
        records = tuple(map(self._restored, hosts))
        finished = [one for one in records if one and one.shortfall not in UNFINISHED]
        self._unfinished = [one for one in records if one and one.shortfall in UNFINISHED]
        left = {record.host.address for record in finished} - {one.host.address for one in self._unfinished}
        self.gate.scope = self.plan.scope.without(left)
        self._notes.append(
            f"resumed: {len(finished)} hosts were finished before and were not asked again; what was sent "
            "and how long it took is that of this run"
        )
        return records

    def _restored(self, one: Remembered) -> Record | None:
        record = self.roster.restore(Sighting(one.host, one.observations))
        if record is not None:
            record.results.extend(one.results)
            record.shortfall = one.shortfall
        return record

    def observe(self, observer: Observer) -> None:
        """Tell another observer from now on where things stand."""
        self._gathering.observer = observer

    def stop(self, why: str = INTERRUPTED) -> None:
        """Begin nothing new and finish what is open; ``why`` is what hosts are left out for."""
        if not self._gathering.stopping.is_set():
            self._stopped_by = why
        self._gathering.stop()

    def abort(self) -> None:
        """Stop, and leave open hosts as they are."""
        self.stop()
        for task in self._examinations:
            task.cancel()

    async def verdicts(self) -> AsyncIterator[Verdict]:
        """Run the sweep; then yield one verdict per host, in address order."""
        async for one in self.judged():
            yield one.verdict

    async def judged(self) -> AsyncIterator[Judged]:
        """Run the sweep; then yield every device with its verdict, in address order."""
        started_at = self.clock.now()
        try:
            async with opened(self.gate, self.clock) as network:
                await self._examine_all(network)
        finally:
            self._coverage = self._covered(started_at)
        for dossier in dossiers(self.roster):
            yield Judged(dossier, judged(dossier, self.database, self._why_not_assessed))

    async def _examine_all(self, network: Network) -> None:
        finder = self._port_finder(network)
        examiner = Examiner(network, self.database, finder, self.plan.probes)
        places = asyncio.Semaphore(self.plan.limits.hosts_in_flight)

        def begin(record: Record) -> None:
            if self.gate.scope.permits(record.host.address):
                # Before the task runs: one that is cancelled early never does.
                record.shortfall = INTERRUPTED
                task = asyncio.create_task(self._examine(record, examiner, places))
                self._examinations[task] = record

        for record in self._unfinished:
            begin(record)
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
        async with places:
            if self._gathering.stopping.is_set():
                record.shortfall = self._stopped_by
                return
            record.results.clear()
            is_somebody = await examiner.examine(record, is_candidate=not record.has_shown_itself)
        if not is_somebody and not record.has_shown_itself:
            self.roster.forget(record)
        else:
            self.finished(record)
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
            if id(record) not in begun and self.gate.scope.permits(record.host.address):
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
            outcomes=_outcomes(self.roster),
        )


def _outcomes(records: Iterable[Record]) -> dict[str, dict[str, int]]:
    """Count how the exchanges of each probe ended."""
    counted: dict[str, Counter[str]] = {}
    for record in records:
        for result in record.results:
            counted.setdefault(result.probe, Counter())[result.status.value] += 1
    return {probe: dict(sorted(counted[probe].items())) for probe in sorted(counted)}
