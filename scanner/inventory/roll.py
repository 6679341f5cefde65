"""The roll of a site's devices: the latest verdict on each, when it was first flagged, where first met."""

from collections.abc import Iterator
from datetime import date, datetime
from ipaddress import IPv4Address, ip_address
from typing import Any

from sqlalchemy import Engine, Select, func, select

from scanner.inventory import query
from scanner.inventory.contract import FindingRow, SweepState
from scanner.inventory.database import reading
from scanner.inventory.schema import DEVICE, FINDING, SITE, SWEEP
from scanner.model.host import Address, Host
from scanner.model.verdict import Firmware, Status, Tier, Verdict

_NO_ADDRESS = IPv4Address(0)


class Roll:
    """Questions about all devices of one site at once. Raises StorageProblem when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def latest(self, site: str) -> Iterator[FindingRow]:
        """Yield the latest finding of each device that assessed it, by device."""
        assessed = (
            _of_site(func.max(FINDING.c.id), site)
            .where(FINDING.c.verdict != Status.NOT_ASSESSED.value)
            .group_by(FINDING.c.device_id)
        )
        statement = query.findings(query.Wanted()).where(FINDING.c.id.in_(assessed))
        with reading(self._engine) as connection:
            rows = connection.execute(statement.order_by(None).order_by(FINDING.c.device_id))
            yield from map(query.finding_row, rows)

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
