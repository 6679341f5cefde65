"""The register of a site's devices: who is known, and entering what a sweep found. In one transaction."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from scanner.inventory.contract import Result
from scanner.inventory.entering import Row, entered
from scanner.inventory.schema import CHANGE, CUSTODY, DEVICE, FINDING, IDENTITY, OBLIGATION
from scanner.inventory.tracking import Step, firmware_text
from scanner.model.capability import words
from scanner.model.device import ChangeKind, Device, Identity, Place, Presence
from scanner.model.field import field_named
from scanner.model.verdict import Status, Verdict


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

    def devices(self) -> list[Device]:
        """Return every device that is one of its own, by number."""
        own = (DEVICE.c.site_id == self.site_id) & DEVICE.c.merged_into.is_(None)
        rows = self.connection.execute(select(DEVICE).where(own).order_by(DEVICE.c.id))
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
        new = [self._new_device(result) for step, result in met if step.device_id is None]
        fresh = iter(entered(self.connection, DEVICE, new))
        return [next(fresh) if step.device_id is None else step.device_id for step, _ in met]

    def _new_device(self, result: Result) -> Row:
        return {
            "site_id": self.site_id,
            "presence": Presence.PRESENT.value,
            "missed": 0,
            "first_seen": self.at,
            "last_seen": self.at,
            "first_sweep_id": self.sweep_id,
            "last_sweep_id": self.sweep_id,
            **_place(result.found.place),
            **_texts(result.found.verdict),
        }

    def _finding(self, met: tuple[Step, Result], device: int) -> Row:
        step, result = met
        change = ",".join(change.kind.value for change in step.changes)
        return {"sweep_id": self.sweep_id, "device_id": device, "change": change, **_finding(result, self.at)}

    def _keep_met(self, entries: Iterable[Entry]) -> None:
        """Bring the devices up to date; statements for many rows need the same columns in each."""
        by_columns: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in map(self._met, entries):
            by_columns[tuple(row)].append(row)
        for rows in by_columns.values():
            self._update(rows)

    def _met(self, entry: Entry) -> Row:
        found = entry.result.found
        return {
            "number": entry.device,
            "presence": entry.step.presence.value,
            "missed": 0,
            "last_seen": self.at,
            "last_sweep_id": self.sweep_id,
            "last_finding_id": entry.finding,
            **_place(found.place),
            **_learned(entry.step, found.verdict),
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
        self.connection.execute(delete(IDENTITY).where(IDENTITY.c.device_id == bindparam("number")), pairs)
        self._update([{"number": pair["number"], "merged_into": pair["into"]} for pair in pairs])

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
    )


def _place(place: Place) -> Row:
    return {"segment": place.segment, "address": str(place.address)}


def _texts(verdict: Verdict) -> Row:
    return {
        "status": verdict.status.value,
        "maker": verdict.maker or "",
        "brand": verdict.brand or "",
        "model": verdict.model or "",
        "firmware": firmware_text(verdict.firmware),
    }


def _learned(step: Step, verdict: Verdict) -> Row:
    """Return the texts of a device that a sweep changes; what it leaves open stays, unless it contradicts."""
    if verdict.status is Status.NOT_ASSESSED:
        return {}
    if any(change.kind is ChangeKind.REIDENTIFIED for change in step.changes):
        return _texts(verdict)
    return {name: text for name, text in _texts(verdict).items() if text}


def _finding(result: Result, at: datetime) -> Row:
    """Return the columns that the verdict itself gives."""
    place, verdict = result.found.place, result.found.verdict
    firmware = verdict.firmware
    built = firmware.build_date if firmware else None
    return {
        "segment": place.segment or verdict.host.segment,
        "address": verdict.host.label,
        "mac": verdict.host.mac,
        "mac_vendor": verdict.mac_vendor,
        "hostname": verdict.hostname,
        "verdict": verdict.status.value,
        "tier": verdict.tier.value,
        "maker": verdict.maker,
        "brand": verdict.brand,
        "model": verdict.model,
        "device_class": verdict.device_class,
        "firmware_version": firmware.version if firmware else None,
        "firmware_build_date": built.isoformat() if built else None,
        "serial": verdict.serial,
        "channels": verdict.channels,
        "capabilities": json.dumps(words(verdict.capabilities)),
        "open_ports": json.dumps(verdict.open_ports),
        "evidence": json.dumps(result.evidence),
        "reason": verdict.reason,
        "advisories": json.dumps(result.advisories),
        "observed_at": verdict.last_seen or at,
        "also_at": json.dumps([host.label for host in verdict.also_at]),
        "records": json.dumps([kept.id for kept in result.kept]),
    }
