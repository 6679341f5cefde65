"""The inventory as a whole: sites, sweeps, devices and findings."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack
from uuid import uuid4

from sqlalchemy import Engine, Select, delete, insert, select, update

from scanner.clock import Clock
from scanner.errors import UsageProblem
from scanner.inventory import lock, owner, query, sweep_log
from scanner.inventory.contract import (
    ChangeRow,
    DeviceRow,
    FindingRow,
    IdentityRow,
    Kept,
    SweepKind,
    SweepRow,
    SweepState,
    Versions,
)
from scanner.inventory.database import open_database, reading, writing
from scanner.inventory.schema import FINDING, RECORD, SITE, SWEEP
from scanner.inventory.sweep_log import Announce, SweepLog, kept
from scanner.model.site import Site

T = TypeVar("T")

# Turns the text of a site file into the site; it was checked when it was added.
ReadSite = Callable[[str], Site]


class Inventory:
    """An open inventory; a context manager that closes it.

    Everything raises StorageProblem when the database fails. Names and numbers that are not there raise
    UsageProblem with those that are.
    """

    def __init__(self, engine: Engine, clock: Clock, read_site: ReadSite) -> None:
        self.engine = engine
        self._clock = clock
        self._read_site = read_site

    @classmethod
    def open(cls, place: str | None, clock: Clock, read_site: ReadSite, *, must_exist: bool = False) -> Self:
        """Open the inventory at a path or URL, or at its usual place; see ``open_database``."""
        return cls(open_database(place, clock.now(), must_exist=must_exist), clock, read_site)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engine.dispose()

    def sites(self) -> tuple[Site, ...]:
        """Return every site, by name."""
        with reading(self.engine) as connection:
            texts = connection.execute(select(SITE.c.definition).order_by(SITE.c.name)).scalars().all()
        return tuple(map(self._read_site, texts))

    def site(self, name: str) -> Site:
        """Return one site."""
        return self._read_site(self.site_text(name))

    def site_text(self, name: str) -> str:
        """Return the site file of one site."""
        return str(self._site_row(name).definition)

    def has_site(self, name: str) -> bool:
        """Whether there is a site of that name."""
        with reading(self.engine) as connection:
            return connection.execute(select(SITE.c.id).where(SITE.c.name == name)).first() is not None

    def locked(self, site: str, wait_s: float = 0.0) -> AbstractContextManager[None]:
        """Hold the lock of one site, which the sweep of another process may have; see ``lock.held``."""
        return lock.held(self.engine, int(self._site_row(site).id), site, self._clock, wait_s)

    def add_site(self, text: str) -> Site:
        """Add a site by its file; raises UsageProblem when there is one of that name."""
        site, now = self._read_site(text), self._clock.now()
        row = {"name": site.name, "definition": text, "added_at": now, "changed_at": now}
        with writing(self.engine) as connection:
            if connection.execute(select(SITE.c.id).where(SITE.c.name == site.name)).first():
                raise UsageProblem(
                    f"There is a site named {site.name} already, so nothing was added. "
                    "Change it with: camcensus site edit."
                )
            connection.execute(insert(SITE).values(row))
        return site

    def change_site(self, name: str, text: str) -> Site:
        """Replace a site's file, which may give it another name."""
        site = self._read_site(text)
        number = self._site_row(name).id
        row = {"name": site.name, "definition": text, "changed_at": self._clock.now()}
        with writing(self.engine) as connection:
            taken = select(SITE.c.id).where((SITE.c.name == site.name) & (SITE.c.id != number))
            if connection.execute(taken).first():
                raise UsageProblem(f"There is another site named {site.name}, so nothing was changed.")
            connection.execute(update(SITE).where(SITE.c.id == number).values(row))
        return site

    def remove_site(self, name: str) -> None:
        """Remove a site with its sweeps, devices and findings."""
        number = self._site_row(name).id
        with writing(self.engine) as connection:
            connection.execute(delete(SITE).where(SITE.c.id == number))

    def begin_sweep(
        self,
        site: Site,
        kind: SweepKind,
        plan: Mapping[str, Any],
        versions: Versions,
        owned_by: str = "",
        started_at: datetime | None = None,
    ) -> SweepLog:
        """Begin a sweep of a site, by default now and as this process.

        ``plan`` is what it takes to resume it.
        """
        site_id, uuid = self._site_row(site.name).id, str(uuid4())
        row = {
            "uuid": uuid,
            "site_id": site_id,
            "kind": kind.value,
            "state": SweepState.RUNNING.value,
            "owner": owned_by or owner.mine(),
            "started_at": started_at or self._clock.now(),
            "plan": json.dumps(plan),
            "program_version": versions.program,
            "signatures_version": versions.signatures,
            "registry_date": versions.registry.isoformat() if versions.registry else None,
            "policies_version": versions.policies,
        }
        with writing(self.engine) as connection:
            number = connection.execute(insert(SWEEP).values(row).returning(SWEEP.c.id)).scalar_one()
        return SweepLog(self.engine, site, site_id, number, uuid, kind)

    def complain(self, site: Site, trouble: str, announce: Announce) -> None:
        """Tell a site's receivers of a sweep that could not even begin."""
        number = self._site_row(site.name).id
        sweep_log.complain(self.engine, site, number, self._clock.now(), trouble, announce)

    def resume_sweep(self, reference: str, owned_by: str = "") -> tuple[SweepRow, SweepLog]:
        """Take up a scan that has not ended. Raises UsageProblem for another sweep, or one that has.

        A sweep that seems to run is taken up, too: whoever calls this holds the site's lock.
        """
        row = self.sweep(reference)
        if row.kind is not SweepKind.SCAN:
            raise UsageProblem(
                f"Sweep {row.number} is a {row.kind.value} and no scan, so there is nothing to resume. "
                "Begin it anew."
            )
        if row.state in (SweepState.FINISHED, SweepState.FAILED):
            raise UsageProblem(
                f"Sweep {row.number} is {row.state.value}, so there is nothing to resume. Start a new one: "
                f"camcensus scan --site {row.site}."
            )
        self._check_newest(row)
        taken = {"state": SweepState.RUNNING.value, "owner": owned_by or owner.mine(), "ended_at": None}
        with writing(self.engine) as connection:
            connection.execute(update(SWEEP).where(SWEEP.c.id == row.number).values(taken))
        site_id = self._site_row(row.site).id
        return row, SweepLog(self.engine, self.site(row.site), site_id, row.number, row.uuid, row.kind)

    def _check_newest(self, row: SweepRow) -> None:
        """Raise UsageProblem when a later scan of the site has finished: history does not run backwards."""
        newer = [one for one in self.sweeps(row.site) if one.number > row.number]
        done = [one for one in newer if one.kind is SweepKind.SCAN and one.state is SweepState.FINISHED]
        if done:
            raise UsageProblem(
                f"Sweep {done[-1].number} of {row.site} has finished since sweep {row.number} was "
                "interrupted, so what that one saw is out of date and was not taken up. Start a new one: "
                f"camcensus scan --site {row.site}."
            )

    def sweeps(self, site: str | None = None) -> tuple[SweepRow, ...]:
        """Return sweeps, oldest first."""
        with reading(self.engine) as connection:
            return tuple(map(_sweep, connection.execute(query.sweeps(self._site_id(site)))))

    def sweep(self, reference: str, site: str | None = None) -> SweepRow:
        """Return one sweep: by its number, the beginning of its UUID, or ``last`` and ``last-1``.

        The last ones are those that have finished.
        """
        row = self._one_sweep(query.sweep_named(reference, self._site_id(site)))
        if row is None:
            raise UsageProblem(
                f"There is no sweep {reference!r}. camcensus sweeps lists them; 'last' is the latest one."
            )
        return row

    def sweep_to_resume(self, reference: str) -> SweepRow:
        """Return one sweep as ``sweep`` does, but ``last`` is the latest scan that has not ended."""
        if reference != query.LAST:
            return self.sweep(reference)
        row = self._one_sweep(query.last_unfinished())
        if row is None:
            raise UsageProblem("No sweep was interrupted, so there is nothing to resume.")
        return row

    def last_sweep(self, site: str) -> SweepRow | None:
        """Return the latest finished sweep of a site, or None while there is none."""
        return self._one_sweep(query.sweep_named(query.LAST, self._site_id(site)))

    def last_scan(self, site: str) -> SweepRow | None:
        """Return the latest finished sweep of a site that asked somebody, or None while there is none."""
        return self._one_sweep(query.last_scan(self._site_id(site)))

    def _one_sweep(self, statement: Select[Any] | None) -> SweepRow | None:
        if statement is None:
            return None
        with reading(self.engine) as connection:
            row = connection.execute(statement).first()
        return None if row is None else _sweep(row)

    def devices(self, site: str | None = None) -> Iterator[DeviceRow]:
        """Yield the devices of one site or of all, by site, segment and address."""
        return self._rows(query.devices(self._site_id(site)), query.device_row)

    def device(self, reference: str) -> DeviceRow:
        """Return one device: by its number, or by an address, MAC or serial number that only one has.

        An address that no device has today means the one that had it before.
        """
        found = list(self._rows(query.device_named(reference), query.device_row))
        found = found or list(self._rows(query.device_once_at(reference), query.device_row))
        if len(found) == 1:
            return found[0]
        told = f"{len(found)} devices are" if found else "No device is"
        listed = ", ".join(f"{one.number} ({one.site} {one.address})" for one in found[:10])
        raise UsageProblem(
            f"{told} known as {reference!r}{': ' + listed if listed else ''}. "
            "Name one by its number; camcensus devices lists them."
        )

    def findings(self, *, site: str | None = None, **wanted: Unpack[query.Wanted]) -> Iterator[FindingRow]:
        """Yield findings of finished sweeps, by sweep and address, without holding them in memory."""
        return self._rows(query.findings(wanted, self._site_id(site)), query.finding_row)

    def changes(self, *, site: str | None = None, **wanted: Unpack[query.Wanted]) -> Iterator[ChangeRow]:
        """Yield changes, oldest sweep first; ``flagged`` means those of devices that are flagged today."""
        return self._rows(query.changes(wanted, self._site_id(site)), query.change_row)

    def identities(self, device: int) -> tuple[IdentityRow, ...]:
        """Return what a device is known by, oldest first."""
        return tuple(self._rows(query.identities(device), query.identity_row))

    def evidence(self, finding: int) -> tuple[Kept, ...]:
        """Return what one finding rests on."""
        with reading(self.engine) as connection:
            listed = connection.execute(select(FINDING.c.records).where(FINDING.c.id == finding)).scalar()
            wanted = RECORD.c.id.in_(json.loads(listed or "[]"))
            return tuple(map(kept, connection.execute(select(RECORD).where(wanted).order_by(RECORD.c.id))))

    def evidence_of(self, findings: Sequence[int]) -> dict[int, tuple[Kept, ...]]:
        """Return what several findings rest on, by finding: one question instead of one for each."""
        with reading(self.engine) as connection:
            named = select(FINDING.c.id, FINDING.c.records).where(FINDING.c.id.in_(findings))
            wanted = {number: json.loads(listed) for number, listed in connection.execute(named)}
            numbers = sorted({record for records in wanted.values() for record in records})
            rows = connection.execute(select(RECORD).where(RECORD.c.id.in_(numbers)).order_by(RECORD.c.id))
            found = {row.id: kept(row) for row in rows}
        return {number: tuple(found[one] for one in sorted(records)) for number, records in wanted.items()}

    def _rows(self, statement: Select[Any], made: Callable[[Any], T]) -> Iterator[T]:
        with reading(self.engine) as connection:
            streamed = connection.execution_options(yield_per=query.ROWS_AT_ONCE)
            for rows in streamed.execute(statement).partitions():
                yield from map(made, rows)

    def _site_id(self, name: str | None) -> int | None:
        return None if name is None else int(self._site_row(name).id)

    def _site_row(self, name: str) -> Any:
        with reading(self.engine) as connection:
            row = connection.execute(select(SITE).where(SITE.c.name == name)).first()
            names = connection.execute(select(SITE.c.name).order_by(SITE.c.name)).scalars().all()
        if row is None:
            known = (
                f"Known are: {', '.join(names)}."
                if names
                else "None has been added: camcensus site add FILE."
            )
            raise UsageProblem(f"There is no site named {name!r} in the inventory. {known}")
        return row


def _sweep(row: Any) -> SweepRow:
    """Return a sweep as it stands: one whose process has ended without a word is interrupted."""
    found = query.sweep_row(row)
    is_left = found.state is SweepState.RUNNING and owner.is_gone(found.owner)
    return replace(found, state=SweepState.INTERRUPTED) if is_left else found
