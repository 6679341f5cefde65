"""The log of one sweep: hosts are acknowledged as they are finished, and findings come all at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, bindparam, select, update

from scanner.inventory import coverage as stored_coverage
from scanner.inventory.contract import Kept, Notice, Result, SweepKind, SweepState
from scanner.inventory.database import reading, writing
from scanner.inventory.entering import entered
from scanner.inventory.evidence import packed, unpacked
from scanner.inventory.outbox import put, told
from scanner.inventory.register import Entry, Register
from scanner.inventory.schema import RECORD, SWEEP
from scanner.inventory.tracking import Step, track
from scanner.model.coverage import Coverage
from scanner.model.device import Device, Place
from scanner.model.host import Host
from scanner.model.site import Site


@dataclass(frozen=True, slots=True)
class Ending:
    """How a sweep ended: all that there is to tell of it.

    ``known`` are the site's devices as they were before, ``told`` the receivers and subjects that were
    told so lately that they are not repeated. A failed sweep has its ``trouble`` and no coverage.
    """

    site: Site
    sweep: int
    uuid: str
    at: datetime
    told: frozenset[tuple[str, str]] = frozenset()
    coverage: Coverage | None = None
    known: Sequence[Device] = ()
    steps: Sequence[Step] = ()
    entries: Sequence[Entry] = ()
    trouble: str = ""


# What an ending gives to tell, and whom.
Announce = Callable[[Ending], Sequence[Notice]]


def nothing(_ending: Ending) -> Sequence[Notice]:
    """Tell nobody anything."""
    return ()


class SweepLog:
    """One sweep in the inventory, from its beginning to its end."""

    def __init__(
        self, engine: Engine, site: Site, site_id: int, number: int, uuid: str, kind: SweepKind
    ) -> None:
        self.number = number
        self.uuid = uuid
        self._engine = engine
        self._site = site
        self._site_id = site_id
        self._kind = kind

    def keep(self, hosts: Sequence[Kept]) -> tuple[Kept, ...]:
        """Store what is known of some hosts; they are acknowledged, and durable, when this returns.

        A host that has a number already is stored anew under it.
        """
        new, known = [host for host in hosts if not host.id], [host for host in hosts if host.id]
        with writing(self._engine) as connection:
            numbers = iter(self._add(connection, new))
            self._renew(connection, known)
        return tuple(host if host.id else replace(host, id=next(numbers)) for host in hosts)

    def kept(self) -> tuple[Kept, ...]:
        """Return every host that was acknowledged, in the order in which it was."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(RECORD).where(RECORD.c.sweep_id == self.number).order_by(RECORD.c.id)
            )
            return tuple(map(kept, rows))

    def finish(
        self,
        results: Sequence[Result],
        coverage: Coverage,
        covers: Callable[[Place], bool],
        announce: Announce = nothing,
        seen_at: datetime | None = None,
    ) -> tuple[Step, ...]:
        """Enter findings, devices, changes, coverage and notices in one transaction; return the steps.

        Until it is over no reader sees anything of the sweep. Hosts must have been kept before. ``seen_at``
        is when the devices were there, where that was not during the sweep: in a capture, in a file.
        """
        with writing(self._engine) as connection:
            at = seen_at or coverage.ended_at
            register = Register(connection, self._site_id, self.number, at, self._kind)
            known = register.devices()
            found = [result.found for result in results]
            steps = track(known, found, covers, self._site.gone_after, self._kind)
            entries = register.enter(steps, results)
            ending = self._ending(connection, coverage.ended_at)
            notices = announce(replace(ending, coverage=coverage, known=known, steps=steps, entries=entries))
            put(connection, self._site_id, notices, coverage.ended_at)
            self._end(connection, SweepState.FINISHED, coverage.ended_at, stored_coverage.dumped(coverage))
        return steps

    def interrupt(self, at: datetime, coverage: Coverage | None = None) -> None:
        """Mark the sweep as interrupted: what was acknowledged stays, and it can be resumed."""
        with writing(self._engine) as connection:
            told = stored_coverage.dumped(coverage) if coverage else None
            self._end(connection, SweepState.INTERRUPTED, at, told)

    def fail(self, at: datetime, trouble: str, announce: Announce = nothing) -> None:
        """Mark the sweep as failed, with the reason."""
        with writing(self._engine) as connection:
            ending = replace(self._ending(connection, at), trouble=trouble)
            put(connection, self._site_id, announce(ending), at)
            self._end(connection, SweepState.FAILED, at, None, trouble)

    def _add(self, connection: Connection, hosts: Sequence[Kept]) -> list[int]:
        return entered(connection, RECORD, [{"sweep_id": self.number, **_record(host)} for host in hosts])

    def _renew(self, connection: Connection, hosts: Sequence[Kept]) -> None:
        rows = [{"number": host.id, **_record(host)} for host in hosts]
        if rows:
            columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "number"}
            connection.execute(update(RECORD).where(RECORD.c.id == bindparam("number")).values(columns), rows)

    def _ending(self, connection: Connection, at: datetime) -> Ending:
        lately = at - timedelta(hours=self._site.notify_repeat_hours)
        return Ending(self._site, self.number, self.uuid, at, told(connection, self._site_id, lately))

    def _end(
        self, connection: Connection, state: SweepState, at: datetime, coverage: str | None, trouble: str = ""
    ) -> None:
        ended = {"state": state.value, "ended_at": at, "coverage": coverage, "trouble": trouble}
        connection.execute(update(SWEEP).where(SWEEP.c.id == self.number).values(ended))


def kept(row: Any) -> Kept:
    """Return a stored host. Raises StorageProblem when its evidence is damaged."""
    host = Host(ip_address(row.address), row.mac, row.interface, row.segment, row.name)
    observations, results = unpacked(row.evidence, row.sha256, host)
    return Kept(host, observations, row.shortfall, row.id, results)


def _record(one: Kept) -> dict[str, Any]:
    evidence, digest = packed(one.observations, one.results)
    return {
        "address": str(one.host.address),
        "mac": one.host.mac,
        "interface": one.host.interface,
        "segment": one.host.segment,
        "name": one.host.name,
        "shortfall": one.shortfall,
        "evidence": evidence,
        "sha256": digest,
    }


def complain(
    engine: Engine, site: Site, site_id: int, at: datetime, trouble: str, announce: Announce
) -> None:
    """Tell a site's receivers of a sweep that failed before it could begin."""
    with writing(engine) as connection:
        lately = at - timedelta(hours=site.notify_repeat_hours)
        ending = Ending(site, 0, str(uuid4()), at, told(connection, site_id, lately), trouble=trouble)
        put(connection, site_id, announce(ending), at)
