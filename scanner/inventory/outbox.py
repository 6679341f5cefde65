"""The outbox: notices that wait for their receivers, and what became of each.

A notice leaves its sweep's transaction with the findings, so that neither is there without the other.
It is delivered at least once: whoever takes it postpones it first, so that one killed on the way leaves
it for the next attempt, and two at work never send it at the same time.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from scanner.inventory.contract import Notice, NoticeRow
from scanner.inventory.database import reading, writing
from scanner.inventory.schema import NOTICE, SITE

# Long enough to look up what was told when; a year of nightly messages would be kept for nothing.
KEEP_FOR = timedelta(days=90)


_WAITS = and_(NOTICE.c.delivered_at.is_(None), NOTICE.c.given_up_at.is_(None))


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver of one site, for whom something waits."""

    site: str
    target: str


def put(connection: Connection, site_id: int, notices: Iterable[Notice], at: datetime) -> None:
    """Put notices into the outbox and clear away what was settled long ago, in a transaction for writing."""
    rows = [_row(site_id, one, at) for one in notices]
    if not rows:
        return
    settled = or_(NOTICE.c.delivered_at < at - KEEP_FOR, NOTICE.c.given_up_at < at - KEEP_FOR)
    connection.execute(delete(NOTICE).where(NOTICE.c.site_id == site_id, settled))
    connection.execute(insert(NOTICE), rows)


def told(connection: Connection, site_id: int, since: datetime) -> frozenset[tuple[str, str]]:
    """Return what was told since then, as pairs of receiver and subject; what was given up was not told."""
    recent = and_(NOTICE.c.site_id == site_id, NOTICE.c.created_at > since, NOTICE.c.given_up_at.is_(None))
    rows = connection.execute(select(NOTICE.c.target, NOTICE.c.subject).where(recent))
    return frozenset((target, subject) for target, joined in rows for subject in joined.split())


class Outbox:
    """The notices of an inventory. Everything raises StorageProblem when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def receivers(self, site: str | None = None) -> tuple[Receiver, ...]:
        """Return those for whom something waits, of one site or of all."""
        statement = select(SITE.c.name, NOTICE.c.target).distinct().join(SITE, SITE.c.id == NOTICE.c.site_id)
        statement = statement.where(_WAITS, *_of(site)).order_by(SITE.c.name, NOTICE.c.target)
        with reading(self._engine) as connection:
            return tuple(Receiver(*row) for row in connection.execute(statement))

    def next(self, receiver: Receiver) -> NoticeRow | None:
        """Return the oldest notice that waits for a receiver: those behind it wait for their turn."""
        statement = _notices(receiver.site).where(_WAITS, NOTICE.c.target == receiver.target).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(statement).first()
        return _notice_row(row) if row else None

    def attempts(self) -> tuple[datetime, ...]:
        """Return when each receiver for whom something waits is due to be tried, in no order."""
        oldest = select(func.min(NOTICE.c.id)).where(_WAITS).group_by(NOTICE.c.site_id, NOTICE.c.target)
        statement = select(NOTICE.c.next_attempt_at).where(NOTICE.c.id.in_(oldest))
        with reading(self._engine) as connection:
            return tuple(connection.scalars(statement))

    def take(self, row: NoticeRow, next_attempt_at: datetime) -> bool:
        """Begin an attempt; return False when somebody else has begun it since the row was read.

        Nobody else tries before ``next_attempt_at``, unless the attempt is settled earlier.
        """
        is_same = and_(NOTICE.c.id == row.number, _WAITS, NOTICE.c.attempts == row.attempts)
        begun = {"attempts": NOTICE.c.attempts + 1, "next_attempt_at": next_attempt_at}
        with writing(self._engine) as connection:
            return connection.execute(update(NOTICE).where(is_same).values(begun)).rowcount == 1

    def delivered(self, number: int, at: datetime, remark: str = "") -> None:
        """Enter that a notice has arrived."""
        self._settle(number, {"delivered_at": at, "trouble": remark})

    def postponed(self, number: int, trouble: str, next_attempt_at: datetime) -> None:
        """Enter why an attempt failed, and when the next one is due."""
        self._settle(number, {"next_attempt_at": next_attempt_at, "trouble": trouble})

    def given_up(self, number: int, at: datetime, trouble: str) -> None:
        """Enter that a notice is not tried any more, and why."""
        self._settle(number, {"given_up_at": at, "trouble": trouble})

    def notices(self, site: str | None = None, *, undelivered: bool = False) -> Iterator[NoticeRow]:
        """Yield notices, oldest first; ``undelivered`` are those that wait and those given up."""
        statement = _notices(site)
        if undelivered:
            statement = statement.where(NOTICE.c.delivered_at.is_(None))
        with reading(self._engine) as connection:
            for row in connection.execute(statement):
                yield _notice_row(row)

    def _settle(self, number: int, values: dict[str, Any]) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(NOTICE).where(NOTICE.c.id == number).values(values))


def _notices(site: str | None) -> Select[Any]:
    statement = select(NOTICE, SITE.c.name.label("site")).join(SITE, SITE.c.id == NOTICE.c.site_id)
    return statement.where(*_of(site)).order_by(NOTICE.c.id)


def _of(site: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if site is None else (SITE.c.name == site,)


def _row(site_id: int, notice: Notice, at: datetime) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "target": notice.target,
        "subject": " ".join(notice.subjects),
        "payload": json.dumps(notice.payload),
        "created_at": at,
        "attempts": 0,
        "next_attempt_at": at,
    }


def _notice_row(row: Any) -> NoticeRow:
    return NoticeRow(
        number=row.id,
        site=row.site,
        notice=Notice(row.target, tuple(row.subject.split()), json.loads(row.payload)),
        created_at=row.created_at,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        delivered_at=row.delivered_at,
        given_up_at=row.given_up_at,
        trouble=row.trouble or "",
    )
