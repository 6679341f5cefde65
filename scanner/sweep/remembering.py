"""A run on its way into the inventory: hosts are acknowledged as they are finished, findings all at once.

Whatever becomes of the database, the run goes on: what could not be stored is tried again with the next
batch and at the end, and only then is it a failure.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from scanner.errors import StorageProblem
from scanner.export.row import strongest
from scanner.inventory.contract import Kept, Result
from scanner.inventory.tracking import SERIAL_FIELDS, UUID_FIELDS, Step, identities
from scanner.model.coverage import Coverage
from scanner.model.device import Found, Identity, Place
from scanner.model.host import Host
from scanner.model.site import Site
from scanner.policy.advisory import AdvisoryResult
from scanner.sweep.dossier import is_telling
from scanner.sweep.judgement import Judged
from scanner.sweep.roster import Record

if TYPE_CHECKING:
    from scanner.inventory.sweep_log import Announce, SweepLog

# A disk needs milliseconds for a durable transaction, a network some more: fifty hosts at once cost next to
# nothing each, and a power cut costs the work of one second at most.
BATCH_HOSTS = 50
BATCH_S = 1.0

Advisories = Mapping[Host, Sequence[AdvisoryResult]]
# Takes the reason why hosts could not be stored.
Complain = Callable[[str], None]


def silently(_reason: str) -> None:
    """Say nothing."""


def nowhere(_place: Place) -> bool:
    """Cover no place, so that nobody is missed."""
    return False


@dataclass(slots=True)
class Remembering:
    """One run of one sweep, and what of it is in the inventory.

    ``put`` takes a host that is finished and never waits; ``run``, which goes on until ``close``, stores it.
    ``trouble`` is why hosts are waiting that should have been stored.
    """

    log: "SweepLog"
    site: Site
    complain: Complain = silently
    trouble: StorageProblem | None = None
    _waiting: dict[Record, None] = field(default_factory=dict)
    _stored: dict[Record, tuple[int, tuple[int, int, str]]] = field(default_factory=dict)
    _is_due: asyncio.Event = field(default_factory=asyncio.Event)
    _is_closed: bool = False

    def take_up(self, kept: Sequence[Kept], records: Sequence[Record | None]) -> None:
        """Know what an earlier run of the same sweep has stored, and as which records it goes on."""
        for one, record in zip(kept, records, strict=True):
            if record is not None:
                self._stored[record] = (one.id, record.state)

    def put(self, record: Record) -> None:
        """Have a host stored that is finished."""
        self._waiting[record] = None
        if len(self._waiting) >= BATCH_HOSTS:
            self._is_due.set()

    async def run(self) -> None:
        """Store what is put, in batches, until everything is stored after ``close``."""
        while not self._is_closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(BATCH_S):
                    await self._is_due.wait()
            self._is_due.clear()
            await self.flush()
        await self.flush()

    def hurry(self) -> None:
        """Have ``run`` store now what is waiting."""
        self._is_due.set()

    def close(self) -> None:
        """Let ``run`` end."""
        self._is_closed = True
        self._is_due.set()

    async def flush(self) -> None:
        """Store what is waiting; after a failure it waits on."""
        while batch := list(islice(self._waiting, BATCH_HOSTS)):
            states = [record.state for record in batch]
            try:
                stored = await asyncio.to_thread(self.log.keep, [self._kept(record) for record in batch])
            except StorageProblem as problem:
                self._complain(problem)
                return
            self.trouble = None
            for record, state, one in zip(batch, states, stored, strict=True):
                self._stored[record] = (one.id, state)
                self._waiting.pop(record)

    async def put_all(self, records: Iterable[Record]) -> None:
        """Store everybody of whom more is known than is stored. Raises StorageProblem."""
        for record in records:
            if record.is_somebody and self._stored.get(record, (0, None))[1] != record.state:
                self._waiting[record] = None
        await self.flush()
        if self.trouble is not None:
            raise self.trouble

    def results(self, judged: Iterable[Judged], advisories: Advisories) -> list[Result]:
        """Return what was found, each device with the hosts that were stored of it."""
        return [self._result(one, advisories.get(one.verdict.host, ())) for one in judged]

    async def finish(
        self,
        judged: Sequence[Judged],
        coverage: Coverage,
        advisories: Advisories,
        covers: Callable[[Place], bool],
        announce: "Announce",
        seen_at: datetime | None = None,
    ) -> Sequence[Step]:
        """Store everybody as they are known now, then the findings; return what became of each device.

        Raises StorageProblem.
        """
        await self.put_all(record for one in judged for record in one.dossier.records)
        results = self.results(judged, advisories)
        return await asyncio.to_thread(self.log.finish, results, coverage, covers, announce, seen_at)

    def _kept(self, record: Record) -> Kept:
        number = self._stored[record][0] if record in self._stored else 0
        results = tuple(replace(result, observations=()) for result in record.results)
        return Kept(record.host, record.observations, record.shortfall, number, results)

    def _result(self, judged: Judged, advisories: Sequence[AdvisoryResult]) -> Result:
        verdict, records = judged.verdict, judged.dossier.records
        kept = tuple(Kept(one.host, (), id=self._stored[one][0]) for one in records if one in self._stored)
        found = Found(place_of(verdict.host, self.site), verdict, known_by(judged))
        return Result(found, kept, strongest(verdict.matches), tuple(map(str, advisories)))

    def _complain(self, problem: StorageProblem) -> None:
        if self.trouble is None:
            self.complain(str(problem))
        self.trouble = problem


def place_of(host: Host, site: Site) -> Place:
    """Return where a host stands; the segment is empty where nobody has mapped it."""
    segment = site.segment_of(host.address, host.segment)
    return Place(segment.name if segment else "", host.address)


def known_by(judged: Judged) -> frozenset[Identity]:
    """Return what a device is known by; defaults that makers leave in do not count."""
    bearing = SERIAL_FIELDS | UUID_FIELDS
    shown = ((seen.field, seen.value) for seen in judged.dossier.observations if seen.field in bearing)
    return identities(judged.verdict, (one for one in shown if is_telling(one[1])))
