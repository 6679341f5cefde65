"""Entering many rows whose numbers must be known: numbers are taken first, then rows go in as one batch.

Letting the database return the numbers that it gives costs several times what the rows cost.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert, text

Row = dict[str, Any]

_NEXT = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
_RANGE = text(f"SELECT min(nextval), max(nextval) FROM ({_NEXT}) AS taken")
_LAST = text("SELECT seq FROM sqlite_sequence WHERE name = :name")


def entered(connection: Connection, table: Table, rows: Sequence[Row]) -> list[int]:
    """Enter rows in a transaction for writing, and return their numbers in the same order."""
    if not rows:
        return []
    numbers = _taken(connection, table.name, len(rows))
    numbered = [{"id": number, **row} for number, row in zip(numbers, rows, strict=True)]
    connection.execute(insert(table), numbered)
    return numbers


def _taken(connection: Connection, name: str, count: int) -> list[int]:
    """Return numbers that no row of a table has or had. SQLite has one writer, who alone counts on."""
    if connection.dialect.name == "postgresql":
        return list(connection.execute(_NEXT, {"name": name, "count": count}).scalars())
    first = 1 + _last(connection, name)
    return list(range(first, first + count))


def shift_for(connection: Connection, table: Table, highest: int) -> int:
    """Return what to add to numbers from 1 to ``highest`` so that no row of a table has or had them.

    On PostgreSQL they are taken with that; on SQLite they are once the rows are entered.
    """
    if connection.dialect.name != "postgresql":
        return _last(connection, table.name)
    while highest:
        first, last = connection.execute(_RANGE, {"name": table.name, "count": highest}).one()
        if last - first < highest:
            return int(first) - 1
        # Another writer has taken a number in between; what was taken here stays unused.
    return 0


def _last(connection: Connection, name: str) -> int:
    return int(connection.execute(_LAST, {"name": name}).scalar() or 0)
