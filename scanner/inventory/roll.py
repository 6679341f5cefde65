"""The roll of a site's devices: the latest verdict on each, when it was first flagged, where first met."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import reduce
from ipaddress import IPv4Address, ip_address
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Engine, Select, func, select

from scanner.inventory import query
from scanner.inventory.contract import FindingRow, SweepState
from scanner.inventory.database import reading
from scanner.inventory.schema import DEVICE, FINDING, SITE, SWEEP
from scanner.model.capability import Capability
from scanner.model.device import ChangeKind
from scanner.model.host import Address, Host
from scanner.model.verdict import Firmware, Status, Tier, Verdict

_NO_ADDRESS = IPv4Address(0)
# From the surest to what says nothing.
_TIERS = [tier.value for tier in Tier]
# What a finding says of what a device is, firmware and advisories apart; the surer of two findings leads.
_KNOWN = ("verdict", "tier", "reason", "maker", "brand", "model", "device_class", "channels", "capabilities")
_FIRMWARE = ("firmware_version", "firmware_build_date")
# What a half answer leaves open: of each device the last finding that shows it is needed, too.
_OPEN = ("brand", "model", "device_class", *_FIRMWARE)


class Roll:
    """Questions about all devices of one site at once. Raises StorageProblem when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def latest(self, site: str) -> Iterator[FindingRow]:
        """Yield the latest finding of each device that assessed it, by device.

        A line of a neighbour table, or a device that answered half, knows less than a sweep before. Since the
        device was last identified anew, what was learned of it stays as long as nothing contradicts it.
        """
        kinds = (FINDING.c.verdict, FINDING.c.tier, *(FINDING.c[name].is_(None) for name in _OPEN))
        is_anew = FINDING.c.change.contains(ChangeKind.REIDENTIFIED.value)
        telling = (
            _of_site(func.max(FINDING.c.id), site)
            .where(FINDING.c.verdict != Status.NOT_ASSESSED.value)
            .group_by(FINDING.c.device_id, *kinds, is_anew)
        )
        statement = query.findings(query.Wanted()).where(FINDING.c.id.in_(telling)).order_by(None)
        with reading(self._engine) as connection:
            rows = connection.execute(statement.order_by(FINDING.c.device_id, FINDING.c.id))
            for _, found in groupby(map(query.finding_row, rows), attrgetter("device")):
                yield reduce(_joined, found)

    def first_flagged(self, site: str) -> dict[int, datetime]:
        """Return when each device that was ever flagged first was, by device."""
        flagged = (
            _of_site(FINDING.c.device_id, site)
            .add_columns(func.min(FINDING.c.observed_at))
            .where(FINDING.c.verdict == Status.FLAGGED.value)
            .group_by(FINDING.c.device_id)
        )
        with reading(self._engine) as connection:
            return dict(connection.execute(flagged).all())

    def first_addresses(self, site: str) -> dict[int, str]:
        """Return where each device was first met, by device."""
        first = _of_site(func.min(FINDING.c.id), site).group_by(FINDING.c.device_id)
        statement = select(FINDING.c.device_id, FINDING.c.address).where(FINDING.c.id.in_(first))
        with reading(self._engine) as connection:
            return dict(connection.execute(statement).all())


def _joined(known: FindingRow, latest: FindingRow) -> FindingRow:
    """Return the latest finding of a device with what was known before it and it leaves open."""
    is_surer = _TIERS.index(latest.tier) <= _TIERS.index(known.tier)
    is_of_other = bool(known.maker and latest.maker) and known.maker != latest.maker
    if ChangeKind.REIDENTIFIED in latest.change or (is_of_other and is_surer):
        return latest
    if is_of_other:
        return latest._replace(**_told(known, known), **_firmware(known, known))
    first, second = (latest, known) if is_surer else (known, latest)
    return latest._replace(**_told(first, second), **_firmware(known, latest))


def _told(first: FindingRow, second: FindingRow) -> dict[str, Any]:
    return {name: getattr(first, name) or getattr(second, name) for name in _KNOWN}


def _firmware(known: FindingRow, latest: FindingRow) -> dict[str, Any]:
    """Return the firmware that was shown last, and what lists it; a part of what is known is nothing new."""
    pairs = [(getattr(known, name), getattr(latest, name)) for name in _FIRMWARE]
    is_part = all(now is None or now == was for was, now in pairs)
    shown = known if is_part else latest
    return {name: getattr(shown, name) for name in (*_FIRMWARE, "advisories")}


def verdict_of(finding: FindingRow) -> Verdict:
    """Return what was concluded, as far as the inventory holds it: without the matches behind it."""
    firmware = _as_firmware(finding.firmware_version, finding.firmware_build_date)
    return Verdict(
        host=Host(address_of(finding.address) or _NO_ADDRESS, finding.mac, name=finding.address),
        status=Status(finding.verdict),
        tier=Tier(finding.tier),
        reason=finding.reason,
        maker=finding.maker,
        brand=finding.brand,
        model=finding.model,
        device_class=finding.device_class,
        firmware=firmware,
        serial=finding.serial,
        channels=finding.channels,
        last_seen=finding.observed_at,
        capabilities=frozenset(map(Capability, finding.capabilities)),
    )


def address_of(text: str) -> Address | None:
    """Return an address, or None for what a device without one is called by."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def _of_site(column: Any, site: str) -> Select[Any]:
    """Return the question for something of the findings of finished sweeps, of devices of one site."""
    return (
        select(column)
        .select_from(FINDING)
        .join(SWEEP, SWEEP.c.id == FINDING.c.sweep_id)
        .join(DEVICE, DEVICE.c.id == FINDING.c.device_id)
        .join(SITE, SITE.c.id == DEVICE.c.site_id)
        .where(SITE.c.name == site, SWEEP.c.state == SweepState.FINISHED.value)
    )


def _as_firmware(version: str | None, built: date | None) -> Firmware | None:
    return Firmware(version or "", built) if version or built else None
