"""When sites are swept: the schedules, and which due time of each has had its sweep."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update

from scanner.errors import UsageProblem
from scanner.inventory.contract import ScheduleRow
from scanner.inventory.database import reading, writing
from scanner.inventory.schema import SCHEDULE, SITE


class Timetable:
    """The schedules of an open inventory. Raises StorageProblem when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rows(self) -> tuple[ScheduleRow, ...]:
        """Return every schedule, in the order in which they were added."""
        statement = (
            select(SCHEDULE, SITE.c.name.label("site"))
            .join(SITE, SITE.c.id == SCHEDULE.c.site_id)
            .order_by(SCHEDULE.c.id)
        )
        with reading(self._engine) as connection:
            return tuple(map(_row, connection.execute(statement)))

    def add(self, site: str, cron: str, zone: str, jitter_s: int, at: datetime) -> ScheduleRow:
        """Add a schedule of a site that is in the inventory; due times after ``at`` count."""
        row = {"cron": cron, "zone": zone, "jitter_s": jitter_s, "added_at": at}
        with writing(self._engine) as connection:
            site_id = connection.execute(select(SITE.c.id).where(SITE.c.name == site)).scalar()
            if site_id is None:
                raise UsageProblem(
                    f"There is no site named {site!r} in the inventory, so nothing was scheduled. "
                    "camcensus site list names those that are."
                )
            statement = insert(SCHEDULE).values(site_id=site_id, **row).returning(SCHEDULE.c.id)
            number = connection.execute(statement).scalar_one()
        return ScheduleRow(number, site, cron, zone, jitter_s, at)

    def remove(self, number: int) -> None:
        """Remove a schedule; sweeps that it started stay. Raises UsageProblem when there is none."""
        with writing(self._engine) as connection:
            removed = connection.execute(delete(SCHEDULE).where(SCHEDULE.c.id == number)).rowcount
        if not removed:
            raise UsageProblem(
                f"There is no schedule {number}. camcensus schedule list names those there are."
            )

    def settle(self, due_at: Mapping[int, datetime]) -> None:
        """Note, by schedule, up to which due time it has had its sweep; removed ones are left out."""
        with writing(self._engine) as connection:
            for number, at in due_at.items():
                statement = update(SCHEDULE).where(SCHEDULE.c.id == number).values(last_due_at=at)
                connection.execute(statement)


def _row(row: Any) -> ScheduleRow:
    return ScheduleRow(
        number=row.id,
        site=row.site,
        cron=row.cron,
        zone=row.zone,
        jitter_s=row.jitter_s,
        added_at=row.added_at,
        last_due_at=row.last_due_at,
    )
