"""What is asked of the tables, and the rows that come out."""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, TypedDict

from sqlalchemy import Column, ColumnElement, Select, Table, and_, func, or_, select, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.types import UserDefinedType

from scanner.inventory import coverage
from scanner.inventory.contract import (
    ChangeRow,
    DeviceRow,
    FindingRow,
    IdentityRow,
    SweepKind,
    SweepRow,
    SweepState,
    Versions,
)
from scanner.inventory.schema import CHANGE, DEVICE, FINDING, IDENTITY, SITE, SWEEP
from scanner.inventory.tracking import SERIAL_FIELDS
from scanner.model.device import Change, ChangeKind, Identity, Presence
from scanner.model.field import Field, field_named
from scanner.model.host import canonical_mac
from scanner.model.verdict import Status

# So many rows are in memory while a long answer is written out: few enough for the processor's cache, which
# makes reading a third faster than with a thousand.
ROWS_AT_ONCE = 100
# As many as nobody else has; shorter references are numbers.
MIN_UUID_LETTERS = 8
LAST = "last"
# Neither a MAC nor a serial number holds a unit separator; kinds of change hold no comma.
_SEPARATOR = "\x1f"
_KIND_SEPARATOR = ","


class Wanted(TypedDict, total=False):
    """Which findings or changes of a site are wanted; what is left out or None does not matter."""

    sweep: int | None
    device: int | None
    since: datetime | None
    flagged: bool


def sweeps(site_id: int | None) -> Select[Any]:
    """Return the question for sweeps, oldest first."""
    statement = (
        select(
            SWEEP,
            SITE.c.name.label("site"),
            _count().label("devices"),
            _count(FINDING.c.verdict == Status.FLAGGED.value).label("flagged"),
        )
        .join(SITE, SITE.c.id == SWEEP.c.site_id)
        .order_by(SWEEP.c.id)
    )
    return statement if site_id is None else statement.where(SWEEP.c.site_id == site_id)


def sweep_named(reference: str, site_id: int | None) -> Select[Any] | None:
    """Return the question for one sweep, or None for a reference that cannot be one."""
    statement = sweeps(site_id)
    if reference.isdecimal() and len(reference) < MIN_UUID_LETTERS:
        return statement.where(SWEEP.c.id == int(reference))
    if reference == LAST or reference.startswith(f"{LAST}-"):
        back = reference.removeprefix(LAST).removeprefix("-") or "0"
        if not back.isdecimal() or len(back) > 6:
            return None
        return _latest(statement.where(SWEEP.c.state == SweepState.FINISHED.value)).offset(int(back))
    is_uuid = len(reference) >= MIN_UUID_LETTERS and all(
        letter in "0123456789abcdef-" for letter in reference
    )
    return statement.where(SWEEP.c.uuid.startswith(reference)) if is_uuid else None


def last_scan(site_id: int | None) -> Select[Any]:
    """Return the question for the latest finished sweep that asked somebody."""
    finished = sweeps(site_id).where(SWEEP.c.state == SweepState.FINISHED.value)
    return _latest(finished.where(SWEEP.c.kind == SweepKind.SCAN.value))


def last_unfinished() -> Select[Any]:
    """Return the question for the latest scan that was begun and has not ended."""
    open_states = (SweepState.RUNNING.value, SweepState.INTERRUPTED.value)
    scans = sweeps(None).where(SWEEP.c.kind == SweepKind.SCAN.value)
    return _latest(scans.where(SWEEP.c.state.in_(open_states)))


def _latest(statement: Select[Any]) -> Select[Any]:
    return statement.order_by(None).order_by(SWEEP.c.id.desc()).limit(1)


def sweep_row(row: Any) -> SweepRow:
    """Return a sweep."""
    registry = date.fromisoformat(row.registry_date) if row.registry_date else None
    return SweepRow(
        number=row.id,
        uuid=row.uuid,
        site=row.site,
        kind=SweepKind(row.kind),
        state=SweepState(row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        owner=row.owner,
        plan=json.loads(row.plan),
        versions=Versions(row.program_version, row.signatures_version, registry, row.policies_version or ""),
        coverage=coverage.loaded(row.coverage),
        trouble=row.trouble or "",
        flagged=int(row.flagged or 0),
        devices=int(row.devices or 0),
    )


def devices(site_id: int | None) -> Select[Any]:
    """Return the question for devices, by site, segment and address."""
    statement = _devices().order_by(SITE.c.name, DEVICE.c.segment, DEVICE.c.address, DEVICE.c.id)
    return statement if site_id is None else statement.where(DEVICE.c.site_id == site_id)


def device_named(reference: str) -> Select[Any]:
    """Return the question for the devices that are known by a number, address, MAC or serial number."""
    spellings = _spellings(reference)
    borne = select(IDENTITY.c.device_id).where(IDENTITY.c.value.in_(spellings))
    is_known: ColumnElement[bool] = or_(DEVICE.c.address.in_(spellings), DEVICE.c.id.in_(borne))
    if reference.isdecimal() and len(reference) < 10:
        is_known = DEVICE.c.id == int(reference)
    return _devices().where(is_known).order_by(DEVICE.c.id)


def device_once_at(address: str) -> Select[Any]:
    """Return the question for the devices that were found at an address before they had today's."""
    met = select(FINDING.c.device_id).where(FINDING.c.address.in_(_spellings(address)))
    return _devices().where(DEVICE.c.id.in_(met)).order_by(DEVICE.c.id)


def _spellings(reference: str) -> set[str]:
    return {reference, reference.lower(), reference.upper(), canonical_mac(reference) or reference}


def _devices() -> Select[Any]:
    return (
        select(
            DEVICE,
            SITE.c.name.label("site"),
            _borne(DEVICE.c.id, frozenset({Field.MAC})).label("macs"),
            _borne(DEVICE.c.id, SERIAL_FIELDS).label("serials"),
        )
        .join(SITE, SITE.c.id == DEVICE.c.site_id)
        .where(DEVICE.c.merged_into.is_(None))
    )


def _borne(device: ColumnElement[int], fields: frozenset[Field]) -> ColumnElement[str]:
    """Return the values of some fields that a device is known by, as one text with commas."""
    names = sorted(field.value for field in fields)
    is_its = and_(IDENTITY.c.device_id == device, IDENTITY.c.field.in_(names))
    joined = func.aggregate_strings(IDENTITY.c.value, _SEPARATOR)
    return select(joined).where(is_its).correlate(DEVICE).scalar_subquery()


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(FINDING)
        .where(FINDING.c.sweep_id == SWEEP.c.id, *conditions)
        .correlate(SWEEP)
        .scalar_subquery()
    )


def device_row(row: Any) -> DeviceRow:
    """Return a device."""
    return DeviceRow(
        number=row.id,
        site=row.site,
        segment=row.segment,
        address=row.address,
        macs=_listed(row.macs),
        presence=Presence(row.presence),
        missed=row.missed,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        status=row.status,
        maker=row.maker,
        brand=row.brand,
        model=row.model,
        firmware=row.firmware,
        serial=next(iter(_listed(row.serials)), ""),
        serials=_listed(row.serials),
    )


def findings(wanted: Wanted, site_id: int | None = None) -> Select[Any]:
    """Return the question for findings of finished sweeps, by sweep and in the order of its report."""
    conditions = _conditions(wanted, site_id, FINDING, FINDING.c.verdict)
    columns = (
        _FINDING_COLUMNS[name] if name in _FINDING_COLUMNS else FINDING.c[name] for name in _FINDING_FIELDS
    )
    return (
        select(*columns)
        .join(SWEEP, SWEEP.c.id == FINDING.c.sweep_id)
        .join(SITE, SITE.c.id == SWEEP.c.site_id)
        .join(DEVICE, DEVICE.c.id == FINDING.c.device_id)
        .where(*conditions)
        .order_by(FINDING.c.id)
    )


def _conditions(
    wanted: Wanted, site_id: int | None, table: Table, status: Column[str]
) -> list[ColumnElement[bool]]:
    """Return what must hold of a table of findings or changes of finished sweeps."""
    conditions: list[ColumnElement[bool]] = [SWEEP.c.state == SweepState.FINISHED.value]
    if (sweep := wanted.get("sweep")) is not None:
        conditions.append(table.c.sweep_id == sweep)
    if site_id is not None:
        conditions.append(SWEEP.c.site_id == site_id)
    if (device := wanted.get("device")) is not None:
        conditions.append(table.c.device_id == device)
    if (since := wanted.get("since")) is not None:
        conditions.append(SWEEP.c.ended_at >= since)
    if wanted.get("flagged"):
        conditions.append(status == Status.FLAGGED.value)
    return conditions


def finding_row(row: Any) -> FindingRow:
    """Return a finding. By place and not by name, since a history has hundreds of thousands of them."""
    return FindingRow._make(row)


class _Read(UserDefinedType[Any]):
    """Stored text that a function reads: called with each value and nothing in between."""

    cache_ok = True

    def __init__(self, reader: Callable[[Any], Any]) -> None:
        self.reader = reader

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return the function."""
        del dialect, coltype
        return self.reader


@lru_cache(maxsize=1024)
def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


# Most devices of a site share their lists with others.
@lru_cache(maxsize=1024)
def _texts(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


@lru_cache(maxsize=128)
def _kinds(stored: str) -> tuple[ChangeKind, ...]:
    return tuple(map(ChangeKind, filter(None, stored.split(_KIND_SEPARATOR))))


_FINDING_FIELDS = FindingRow._fields
# Where a finding's fields come from; those that are not named are columns of their own name.
_FINDING_COLUMNS: dict[str, ColumnElement[Any]] = {
    "number": FINDING.c.id,
    "sweep": FINDING.c.sweep_id,
    "sweep_uuid": SWEEP.c.uuid,
    "site": SITE.c.name,
    "device": FINDING.c.device_id,
    "first_seen": DEVICE.c.first_seen,
    "last_seen": DEVICE.c.last_seen,
    "presence": type_coerce(DEVICE.c.presence, _Read(cache(Presence))),
    "firmware_build_date": type_coerce(FINDING.c.firmware_build_date, _Read(_day)),
    "change": type_coerce(FINDING.c.change, _Read(_kinds)),
    **{
        name: type_coerce(FINDING.c[name], _Read(_texts))
        for name in ("open_ports", "evidence", "advisories", "also_at", "capabilities")
    },
}


def changes(wanted: Wanted, site_id: int | None = None) -> Select[Any]:
    """Return the question for changes, in the order in which they were entered."""
    conditions = _conditions(wanted, site_id, CHANGE, DEVICE.c.status)
    known = (DEVICE.c.segment, DEVICE.c.address, DEVICE.c.status, DEVICE.c.maker, DEVICE.c.model)
    return (
        select(CHANGE, SWEEP.c.ended_at, SWEEP.c.uuid, SITE.c.name.label("site"), *known)
        .join(SWEEP, SWEEP.c.id == CHANGE.c.sweep_id)
        .join(SITE, SITE.c.id == SWEEP.c.site_id)
        .join(DEVICE, DEVICE.c.id == CHANGE.c.device_id)
        .where(*conditions)
        .order_by(CHANGE.c.id)
    )


def change_row(row: Any) -> ChangeRow:
    """Return a change; the device's texts are those of today."""
    return ChangeRow(
        sweep=row.sweep_id,
        sweep_uuid=row.uuid,
        site=row.site,
        device=row.device_id,
        at=row.ended_at,
        segment=row.segment,
        address=row.address,
        status=row.status,
        maker=row.maker,
        model=row.model,
        change=Change(ChangeKind(row.kind), row.before, row.after),
    )


def identities(device: int) -> Select[Any]:
    """Return the question for what a device is known by, oldest first."""
    return (
        select(IDENTITY).where(IDENTITY.c.device_id == device).order_by(IDENTITY.c.first_seen, IDENTITY.c.id)
    )


def identity_row(row: Any) -> IdentityRow:
    """Return one thing that a device is known by."""
    return IdentityRow(Identity(field_named(row.field), row.value), row.first_seen, row.last_seen)


def _listed(joined: str | None) -> tuple[str, ...]:
    return tuple(sorted(set(joined.split(_SEPARATOR)))) if joined else ()
