"""The roll of a site's devices: the latest verdict on each, when it was first flagged, where first met."""

from collections.abc import Iterator
from datetime import date, datetime
from ipaddress import IPv4Address, ip_address
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Engine, Select, func, or_, select

from scanner.inventory import query
from scanner.inventory.contract import FindingRow, SweepState
from scanner.inventory.database import reading
from scanner.inventory.schema import DEVICE, FINDING, SITE, SWEEP
from scanner.inventory.tracking import contradicts
from scanner.model.capability import Capability
from scanner.model.host import Address, Host
from scanner.model.verdict import Firmware, Status, Tier, Verdict

_NO_ADDRESS = IPv4Address(0)
# What a finding says of what a device is, beside verdict and maker.
_KNOWN = (
    *("tier", "brand", "model", "device_class", "firmware_version", "firmware_build_date"),
    *("channels", "advisories", "capabilities"),
)


class Roll:
    """Questions about all devices of one site at once. Raises StorageProblem when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def latest(self, site: str) -> Iterator[FindingRow]:
        """Yield the latest finding of each device that assessed it, by device.

        A line of a neighbour table, or a device that answered half, knows less than a sweep before. Where it
        contradicts nothing, what was confirmed last still says what the device is.
        """
        assessed = (
            _of_site(func.max(FINDING.c.id), site)
            .where(FINDING.c.verdict != Status.NOT_ASSESSED.value)
            .group_by(FINDING.c.device_id)
        )
        confirmed = assessed.where(FINDING.c.tier == Tier.CONFIRMED.value)
        wanted = or_(FINDING.c.id.in_(assessed), FINDING.c.id.in_(confirmed))
        statement = query.findings(query.Wanted()).where(wanted).order_by(None)
        with reading(self._engine) as connection:
            rows = connection.execute(statement.order_by(FINDING.c.device_id, FINDING.c.id))
            for _, found in groupby(map(query.finding_row, rows), attrgetter("device")):
                yield _joined(*found)

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


def _joined(confirmed: FindingRow, latest: FindingRow | None = None) -> FindingRow:
    """Return the latest finding of a device, with what was confirmed before it where it leaves that open."""
    if latest is None or contradicts(_kind(confirmed), _kind(latest)):
        return latest or confirmed
    if latest.firmware_version and latest.firmware_version != confirmed.firmware_version:
        return latest
    return latest._replace(**{name: getattr(confirmed, name) or getattr(latest, name) for name in _KNOWN})


def _kind(one: FindingRow) -> tuple[str, str | None, str | None, str | None]:
    return one.verdict, one.maker, one.brand, one.model


def verdict_of(finding: FindingRow) -> Verdict:
    """Return what was concluded, as far as the inventory holds it: without the matches behind it."""
    firmware = _firmware(finding.firmware_version, finding.firmware_build_date)
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


def _firmware(version: str | None, built: date | None) -> Firmware | None:
    return Firmware(version or "", built) if version or built else None
