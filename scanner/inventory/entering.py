"""Entering many rows whose numbers must be known: numbers are taken first, then rows go in as one batch.

Letting the database return the numbers that it gives costs several times what the rows cost.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert, text

Row = dict[str, Any]

_NEXT = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
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
    first = 1 + (connection.execute(_LAST, {"name": name}).scalar() or 0)
    return list(range(first, first + count))
