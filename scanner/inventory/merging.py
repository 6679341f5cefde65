"""Taking over another machine's inventory: every site with all that belongs to it, or nothing.

Numbers are not looked up: each table's grow by what is used here already, and with them whatever refers to
them. So rows keep their order, and memory does not grow with the inventory.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Engine, Select, Table, func, insert, select
from sqlalchemy.exc import IntegrityError

from scanner.errors import StorageProblem, UsageProblem
from scanner.inventory.contract import SweepState
from scanner.inventory.database import writing
from scanner.inventory.elsewhere import reading_elsewhere
from scanner.inventory.entering import Row, shift_for
from scanner.inventory.schema import LISTS, METADATA, NOTICE, REFERS_TO, SCHEDULE, SITE, SWEEP
from scanner.site.file import read, renamed

# What a machine has still to do stays with it: messages would come twice, and sweeps would start here.
LEFT_BEHIND = (NOTICE, SCHEDULE)
# The evidence of a talkative host is some hundred kilobytes, so that a batch is some ten megabytes at most.
ROWS_AT_ONCE = 100

# What becomes of a row beside its numbers.
_Adapt = Callable[[Row], Row]


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over: the sites under their names here, and how many rows by table."""

    sites: tuple[str, ...]
    rows: Mapping[str, int]


def merge(engine: Engine, other: str, prefix: str = "") -> Taken:
    """Take over the inventory at a path or URL; its sites get ``prefix`` before their names.

    Raises UsageProblem when a name is taken or a sweep is here already, StorageProblem when either
    inventory cannot be used. Nothing is changed then, and nothing ever at the other place.
    """
    try:
        with writing(engine) as here, reading_elsewhere(other) as there:
            names = _names(there, other, prefix)
            _check_new(here, there, other)
            _check_free(here, names)
            return Taken(names, _copied(here, there, prefix))
    except (ValueError, TypeError, IntegrityError) as error:
        raise StorageProblem(
            f"The inventory {other} is not as camcensus writes it ({error}), so nothing of it was taken "
            "over. Take it from a backup."
        ) from error


def references(table: Table) -> dict[str, str]:
    """Return the columns with the number of one row, its own included, and the table that the row is in."""
    return {column.name: of for column in table.c if (of := _referred(column))}


def _referred(column: Column[Any]) -> str | None:
    if column.primary_key:
        return column.table.name
    for key in column.foreign_keys:
        return key.column.table.name
    return column.info.get(REFERS_TO)


def _names(there: Connection, other: str, prefix: str) -> tuple[str, ...]:
    names = tuple(prefix + name for name in there.scalars(select(SITE.c.name).order_by(SITE.c.name)))
    if not names:
        raise UsageProblem(f"The inventory {other} has no site, so there is nothing to take over.")
    return names


def _check_new(here: Connection, there: Connection, other: str) -> None:
    """Raise UsageProblem when a sweep is here already: then all that came before it is, too."""
    for uuids in _streamed(there, select(SWEEP.c.uuid)).scalars().partitions():
        known = select(SITE.c.name).join(SWEEP, SWEEP.c.site_id == SITE.c.id).where(SWEEP.c.uuid.in_(uuids))
        name = here.scalars(known.limit(1)).first()
        if name is not None:
            raise UsageProblem(
                f"Sweeps of {other} are here already, as those of {name}, so nothing was changed. An "
                "inventory is taken over once: what was found and decided there since is not added. Make "
                "the register anew: merge every inventory into a new one (--db)."
            )


def _check_free(here: Connection, names: Iterable[str]) -> None:
    taken = sorted(set(names) & set(here.scalars(select(SITE.c.name))))
    if taken:
        raise UsageProblem(
            f"There is a site named {taken[0]} here already, so nothing was changed. Rename one of the two "
            "(camcensus site edit), or put a word before the names of the other inventory's sites: "
            "--prefix 'north '."
        )


def _copied(here: Connection, there: Connection, prefix: str) -> dict[str, int]:
    """Copy every table, those that others refer to first; return how many rows each had."""
    adapted: dict[str, _Adapt] = {SITE.name: lambda row: _site(row, prefix), SWEEP.name: _sweep}
    tables = [table for table in METADATA.sorted_tables if table not in LEFT_BEHIND]
    shifts = {table.name: _shift(here, there, table) for table in tables}
    return {
        table.name: _copy(here, there, table, shifts, adapted.get(table.name, _unchanged)) for table in tables
    }


def _shift(here: Connection, there: Connection, table: Table) -> int:
    return shift_for(here, table, there.scalar(select(func.max(table.c.id))) or 0)


def _copy(here: Connection, there: Connection, table: Table, shifts: Mapping[str, int], adapt: _Adapt) -> int:
    """Copy a table in batches and return how many rows it had."""
    by_column = {name: shifts[of] for name, of in references(table).items()}
    by_list = {column.name: shifts[column.info[LISTS]] for column in table.c if LISTS in column.info}
    count = 0
    for rows in _streamed(there, select(table).order_by(table.c.id)).mappings().partitions():
        here.execute(insert(table), [adapt(_shifted(dict(row), by_column, by_list)) for row in rows])
        count += len(rows)
    return count


def _streamed(there: Connection, statement: Select[Any]) -> Any:
    return there.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE})


def _shifted(row: Row, by_column: Mapping[str, int], by_list: Mapping[str, int]) -> Row:
    """Return a row with its numbers as they are here."""
    for name, shift in by_column.items():
        if row[name] is not None:
            row[name] += shift
    for name, shift in by_list.items():
        row[name] = json.dumps([number + shift for number in json.loads(row[name])])
    return row


def _unchanged(row: Row) -> Row:
    return row


def _site(row: Row, prefix: str) -> Row:
    """Return a site under its name here, in its file as well. Raises UsageProblem for no site file."""
    definition = renamed(row["definition"], prefix + row["name"]) if prefix else row["definition"]
    return {**row, "name": read(definition).name, "definition": definition}


def _sweep(row: Row) -> Row:
    """Return a sweep; of one that runs there, nothing more will come here."""
    is_running = row["state"] == SweepState.RUNNING.value
    return {**row, "state": SweepState.INTERRUPTED.value} if is_running else row
