"""What was decided and said of devices: obligations, whose they are, and the milestones of their sites.

Rows are added and never changed, so that who said what, when and why stays readable.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, delete, insert, select

from scanner.inventory.database import reading, writing
from scanner.inventory.schema import CUSTODY, DEVICE, MILESTONE, OBLIGATION, SITE
from scanner.removal.obligation import Obligation, State, Step
from scanner.removal.owner import NOTHING_SAID, Custody, Owner
from scanner.removal.timeline import Milestone, check_milestones

# Raises UsageProblem for a step that must not be taken, given what is known of the device.
Check = Callable[[Obligation, Custody], None]


class ObligationBook:
    """The decisions in an open inventory. Raises StorageProblem when the database fails.

    Devices and sites are named as the inventory gave them out.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enter(self, device: int, policy: str, step: Step, check: Check) -> Obligation:
        """Add a step to a device's record under a policy, unless ``check`` raises; nothing changes then.

        Nobody else can enter anything of the device in between.
        """
        with writing(self._engine) as connection:
            _hold(connection, device)
            known = _obligations(connection, OBLIGATION.c.device_id == device).get(device, {})
            before = known.get(policy, Obligation(device, policy))
            check(before, _custodies(connection, CUSTODY.c.device_id == device).get(device, NOTHING_SAID))
            connection.execute(insert(OBLIGATION).values(_step_row(device, policy, step)))
        return Obligation(device, policy, (*before.steps, step))

    def obligations(self, site: str | None = None) -> dict[int, dict[str, Obligation]]:
        """Return what was decided of the devices of one site or of all, by device and policy."""
        with reading(self._engine) as connection:
            return _obligations(connection, *_at(OBLIGATION, site))

    def change_custody(self, device: int, change: Callable[[Custody], Custody]) -> Custody:
        """Add what is said of a device now, which ``change`` makes of what was said before."""
        with writing(self._engine) as connection:
            _hold(connection, device)
            told = _custodies(connection, CUSTODY.c.device_id == device).get(device, NOTHING_SAID)
            changed = change(told)
            connection.execute(insert(CUSTODY).values(_custody_row(device, changed)))
        return changed

    def custodies(self, site: str | None = None) -> dict[int, Custody]:
        """Return what is said of the devices of one site or of all; those without a word are left out."""
        with reading(self._engine) as connection:
            return _custodies(connection, *_at(CUSTODY, site))

    def custody_history(self, device: int) -> tuple[Custody, ...]:
        """Return everything that was ever said of a device, oldest first."""
        statement = select(CUSTODY).where(CUSTODY.c.device_id == device).order_by(CUSTODY.c.id)
        with reading(self._engine) as connection:
            return tuple(map(_custody, connection.execute(statement)))

    def set_milestones(self, site: str, milestones: Sequence[Milestone]) -> None:
        """Put milestones in place of those of a site. Raises UsageProblem when they are out of order."""
        check_milestones(milestones)
        with writing(self._engine) as connection:
            site_id = connection.execute(select(SITE.c.id).where(SITE.c.name == site)).scalar_one()
            connection.execute(delete(MILESTONE).where(MILESTONE.c.site_id == site_id))
            rows = [
                {"site_id": site_id, "day": one.on.isoformat(), "percent": one.percent} for one in milestones
            ]
            if rows:
                connection.execute(insert(MILESTONE), rows)

    def milestones(self, site: str) -> tuple[Milestone, ...]:
        """Return the milestones of a site in their order."""
        statement = select(MILESTONE).join(SITE, SITE.c.id == MILESTONE.c.site_id).where(SITE.c.name == site)
        with reading(self._engine) as connection:
            rows = connection.execute(statement.order_by(MILESTONE.c.day))
            return tuple(Milestone(date.fromisoformat(row.day), row.percent) for row in rows)


def _hold(connection: Connection, device: int) -> None:
    """Keep other writers from a device until the transaction ends; SQLite has one writer anyway."""
    connection.execute(select(DEVICE.c.id).where(DEVICE.c.id == device).with_for_update())


def _at(table: Table, site: str | None) -> tuple[Any, ...]:
    if site is None:
        return ()
    own = select(DEVICE.c.id).join(SITE, SITE.c.id == DEVICE.c.site_id).where(SITE.c.name == site)
    return (table.c.device_id.in_(own),)


def _obligations(connection: Connection, *conditions: Any) -> dict[int, dict[str, Obligation]]:
    found: dict[int, dict[str, Obligation]] = {}
    for row in connection.execute(_rows(OBLIGATION, conditions)):
        of_device = found.setdefault(row.device_id, {})
        known = of_device.get(row.policy, Obligation(row.device_id, row.policy))
        of_device[row.policy] = Obligation(row.device_id, row.policy, (*known.steps, _step(row)))
    return found


def _custodies(connection: Connection, *conditions: Any) -> dict[int, Custody]:
    return {row.device_id: _custody(row) for row in connection.execute(_rows(CUSTODY, conditions))}


def _rows(table: Table, conditions: tuple[Any, ...]) -> Select[Any]:
    return select(table).where(*conditions).order_by(table.c.id)


def _step(row: Any) -> Step:
    return Step(
        state=State(row.state),
        day=date.fromisoformat(row.day),
        by=row.entered_by,
        reason=row.reason,
        at=row.entered_at,
        owner=row.owner,
        basis=row.basis,
        replacement=row.replacement,
        waiver=row.waiver,
    )


def _step_row(device: int, policy: str, step: Step) -> dict[str, Any]:
    told = asdict(step)
    entered = {"entered_by": told.pop("by"), "entered_at": told.pop("at")}
    as_text = {"state": step.state.value, "day": step.day.isoformat()}
    return {**told, **as_text, **entered, "device_id": device, "policy": policy}


def _custody(row: Any) -> Custody:
    return Custody(
        owner=Owner(row.owner),
        location=row.location,
        is_private_office=bool(row.private_office),
        dependency=row.dependency,
        is_public=bool(row.public_place),
        purpose=row.purpose,
        by=row.entered_by,
        at=row.entered_at,
    )


def _custody_row(device: int, told: Custody) -> dict[str, Any]:
    return {
        "device_id": device,
        "owner": told.owner.value,
        "location": told.location,
        "private_office": int(told.is_private_office),
        "dependency": told.dependency,
        "public_place": int(told.is_public),
        "purpose": told.purpose,
        "entered_by": told.by,
        "entered_at": told.at,
    }
