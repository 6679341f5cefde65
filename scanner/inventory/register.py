"""The register of a site's devices: who is known, and entering what a sweep found. In one transaction."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, exists, insert, select, update

from scanner.inventory.contract import Result, SweepKind
from scanner.inventory.entering import Row, entered
from scanner.inventory.schema import CHANGE, CUSTODY, DEVICE, FINDING, IDENTITY, OBLIGATION
from scanner.inventory.tracking import Step
from scanner.model.capability import words
from scanner.model.device import Device, Identity, Place, Presence
from scanner.model.field import field_named


@dataclass(frozen=True, slots=True)
class Entry:
    """One device that was met: its number, and that of its finding in this sweep."""

    step: Step
    result: Result
    device: int
    finding: int


@dataclass(frozen=True, slots=True)
class Register:
    """The devices of one site, within one transaction of one sweep."""

    connection: Connection
    site_id: int
    sweep_id: int
    at: datetime
    kind: SweepKind = SweepKind.SCAN

    def devices(self) -> list[Device]:
        """Return every device that is one of its own, by number."""
        own = (DEVICE.c.site_id == self.site_id) & DEVICE.c.merged_into.is_(None)
        last = DEVICE.outerjoin(FINDING, FINDING.c.id == DEVICE.c.last_finding_id)
        known = select(DEVICE, FINDING.c.verdict).select_from(last)
        rows = self.connection.execute(known.where(own).order_by(DEVICE.c.id))
        borne = self._identities()
        return [_device(row, frozenset(borne.get(row.id, ()))) for row in rows]

    def enter(self, steps: Sequence[Step], results: Sequence[Result]) -> list[Entry]:
        """Enter every step; return the devices that were met, in the order of their steps."""
        met = [(step, results[step.found]) for step in steps if step.found is not None]
        numbers = self._numbers(met)
        rows = [self._finding(one, number) for one, number in zip(met, numbers, strict=True)]
        findings = entered(self.connection, FINDING, rows)
        entries = [
            Entry(*one, *ids) for one, ids in zip(met, zip(numbers, findings, strict=True), strict=True)
        ]
        self._keep_met(entries)
        self._keep_identities(entries)
        self._keep_missing([step for step in steps if step.found is None])
        self._absorb(entries)
        self._keep_changes(steps, entries)
        return entries

    def _identities(self) -> dict[int, set[Identity]]:
        borne: dict[int, set[Identity]] = {}
        shown = select(IDENTITY.c.device_id, IDENTITY.c.field, IDENTITY.c.value)
        for device, name, value in self.connection.execute(shown.where(IDENTITY.c.site_id == self.site_id)):
            borne.setdefault(device, set()).add(Identity(field_named(name), value))
        return borne

    def _numbers(self, met: Iterable[tuple[Step, Result]]) -> list[int]:
        """Return the number of each device; new ones get theirs now."""
        new = [self._new_device(*one) for one in met if one[0].device_id is None]
        fresh = iter(entered(self.connection, DEVICE, new))
        return [next(fresh) if step.device_id is None else step.device_id for step, _ in met]

    def _new_device(self, step: Step, result: Result) -> Row:
        return {
            "site_id": self.site_id,
            "presence": Presence.PRESENT.value,
            "missed": 0,
            "first_seen": self._seen(result),
            "last_seen": self._seen(result),
            "first_sweep_id": self.sweep_id,
            "last_sweep_id": self.sweep_id,
            **_place(result.found.place),
            **step.learned,
        }

    def _seen(self, result: Result) -> datetime:
        """Return when a device was there: what was heard or told is of many days, a scan of its end."""
        last = result.found.verdict.last_seen if self.kind.asks_nobody else None
        return min(self.at, last or self.at)

    def _finding(self, met: tuple[Step, Result], device: int) -> Row:
        step, result = met
        change = ",".join(change.kind.value for change in step.changes)
        return {"sweep_id": self.sweep_id, "device_id": device, "change": change, **_finding(result, self.at)}

    def _keep_met(self, entries: Sequence[Entry]) -> None:
        """Bring the devices up to date; statements for many rows need the same columns in each."""
        by_columns: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in map(self._met, entries):
            by_columns[tuple(row)].append(row)
        for rows in by_columns.values():
            self._update(rows)
        self._keep_earlier([one for one in entries if self.kind.asks_nobody and not one.step.is_news])

    def _keep_earlier(self, entries: Iterable[Entry]) -> None:
        """Know that devices were there before any sweep met them, as an old capture may show."""
        rows = [{"number": one.device, "seen": self._seen(one.result)} for one in entries]
        if rows:
            seen = bindparam("seen", type_=DEVICE.c.first_seen.type)
            earlier = update(DEVICE).where(DEVICE.c.id == bindparam("number"), DEVICE.c.first_seen > seen)
            self.connection.execute(earlier.values(first_seen=seen), rows)

    def _met(self, entry: Entry) -> Row:
        step = entry.step
        return {
            "number": entry.device,
            "presence": step.presence.value,
            "missed": step.missed,
            "last_sweep_id": self.sweep_id,
            "last_finding_id": entry.finding,
            **({"last_seen": self._seen(entry.result)} if step.is_news else {}),
            **_place(entry.result.found.place),
            **step.learned,
        }

    def _keep_identities(self, entries: Iterable[Entry]) -> None:
        rows = [
            {
                "site_id": self.site_id,
                "device_id": entry.device,
                "field": identity.field.value,
                "value": identity.value,
                "first_seen": self.at,
                "last_seen": self.at,
            }
            for entry in entries
            for identity in entry.result.found.identities
        ]
        if not rows:
            return
        add = _adding(self.connection, IDENTITY)
        younger = {"last_seen": add.excluded.last_seen}
        same = ["device_id", "field", "value"]
        self.connection.execute(add.on_conflict_do_update(index_elements=same, set_=younger), rows)

    def _keep_missing(self, steps: Iterable[Step]) -> None:
        """Count on for silent devices; what is gone, or was not looked for, stays as it was."""
        counted = (step for step in steps if step.changes or step.presence is Presence.SILENT)
        self._update(
            [
                {"number": step.device_id, "presence": step.presence.value, "missed": step.missed}
                for step in counted
            ]
        )

    def _absorb(self, entries: Iterable[Entry]) -> None:
        """Hand over what was known of devices that proved to be another one."""
        pairs = [{"number": other, "into": one.device} for one in entries for other in one.step.absorbed]
        if not pairs:
            return
        for table in (FINDING, CHANGE, CUSTODY, OBLIGATION):
            its_own = table.c.device_id == bindparam("number")
            moved = update(table).where(its_own).values(device_id=bindparam("into"))
            self.connection.execute(moved, pairs)
        for pair in pairs:
            self._hand_over(pair["number"], pair["into"])
        self._update([{"number": pair["number"], "merged_into": pair["into"]} for pair in pairs])

    def _hand_over(self, number: int, into: int) -> None:
        """Let a device be known by what another one was known by, and since when."""
        borne = IDENTITY.alias()
        is_borne = exists().where(
            borne.c.device_id == into, borne.c.field == IDENTITY.c.field, borne.c.value == IDENTITY.c.value
        )
        its_own = IDENTITY.c.device_id == number
        self.connection.execute(update(IDENTITY).where(its_own, ~is_borne).values(device_id=into))
        self.connection.execute(delete(IDENTITY).where(its_own))
        first = select(DEVICE.c.first_seen, DEVICE.c.first_sweep_id).where(DEVICE.c.id.in_((number, into)))
        seen, sweep = self.connection.execute(first.order_by(DEVICE.c.first_seen).limit(1)).one()
        self._update([{"number": into, "first_seen": seen, "first_sweep_id": sweep}])

    def _keep_changes(self, steps: Iterable[Step], entries: Iterable[Entry]) -> None:
        met = [(entry.device, entry.step) for entry in entries]
        missing = [(step.device_id, step) for step in steps if step.found is None]
        rows = [
            {
                "sweep_id": self.sweep_id,
                "device_id": device,
                "kind": change.kind.value,
                "before": change.before,
                "after": change.after,
            }
            for device, step in (*met, *missing)
            for change in step.changes
        ]
        if rows:
            self.connection.execute(insert(CHANGE), rows)

    def _update(self, rows: list[Row]) -> None:
        """Set columns of devices by their number; every row names the same columns."""
        if rows:
            columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "number"}
            self.connection.execute(
                update(DEVICE).where(DEVICE.c.id == bindparam("number")).values(columns), rows
            )


def _adding(connection: Connection, table: Table) -> Any:
    """Return the database's own insert, which can say what becomes of a row that is there already.

    Imported for the one that is used: importing the other costs every command a tenth of a second.
    """
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def _device(row: Any, identities: frozenset[Identity]) -> Device:
    return Device(
        id=row.id,
        place=Place(row.segment, ip_address(row.address)),
        identities=identities,
        presence=Presence(row.presence),
        missed=row.missed,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        status=row.status,
        maker=row.maker,
        brand=row.brand,
        model=row.model,
        firmware=row.firmware,
        last_status=row.verdict or "",
    )


def _place(place: Place) -> Row:
    return {"segment": place.segment, "address": str(place.address)}


def _finding(result: Result, at: datetime) -> Row:
    """Return the columns that the verdict itself gives."""
    place, verdict = result.found.place, result.found.verdict
    told = verdict.told()
    built: date | None = told["firmware_build_date"]
    return {
        **told,
        "segment": place.segment or verdict.host.segment,
        "address": verdict.host.label,
        "mac": verdict.host.mac,
        "firmware_build_date": built.isoformat() if built else None,
        "channels": verdict.channels,
        "capabilities": json.dumps(words(verdict.capabilities)),
        "open_ports": json.dumps(told["open_ports"]),
        "evidence": json.dumps(result.evidence),
        "reason": verdict.reason,
        "advisories": json.dumps(result.advisories),
        "observed_at": verdict.last_seen or at,
        "also_at": json.dumps([host.label for host in verdict.also_at]),
        "records": json.dumps([kept.id for kept in result.kept]),
    }
