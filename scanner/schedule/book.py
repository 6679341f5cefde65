"""The schedules in hand, with marks of what was kept that hold even while the table cannot be written."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from scanner.errors import StorageProblem
from scanner.schedule.entry import Entry
from scanner.schedule.table import Table

_LOGGER = logging.getLogger("scanner.schedule")


class Book:
    """What was read from a table last. A mark that was set here outranks the table's."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._read: tuple[Entry, ...] = ()
        self._marks: dict[int, datetime] = {}
        self._unwritten: set[int] = set()
        self._trouble = ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every schedule, with its latest mark."""
        return tuple(self._marked())

    async def refresh(self, now: datetime) -> None:
        """Read the table; one that cannot be read leaves everything as it was, and is said once."""
        try:
            self._read = await self._table.entries()
            self._put_right(now)
            await self._write()
            self._trouble = ""
        except StorageProblem as problem:
            if str(problem) != self._trouble:
                _LOGGER.warning("The schedules are kept as they were read last. %s", problem)
            self._trouble = str(problem)

    async def settle(self, due_at: Mapping[int, datetime]) -> None:
        """Note, by schedule, the due time that has had its sweep: here at once, in the table if possible."""
        self._mark(due_at)
        try:
            await self._write()
        except StorageProblem as problem:
            _LOGGER.warning("That a sweep was made is not stored yet, and will be tried again. %s", problem)

    def _marked(self) -> Iterator[Entry]:
        for entry in self._read:
            mark = self._marks.get(entry.row.number, entry.row.last_due_at)
            yield replace(entry, row=replace(entry.row, last_due_at=mark))

    def _mark(self, due_at: Mapping[int, datetime]) -> None:
        self._marks |= due_at
        self._unwritten |= due_at.keys()

    def _put_right(self, now: datetime) -> None:
        """Replace marks that a clock far ahead has made: nothing would be due until it is that late."""
        for entry in self._marked():
            if entry.is_misdated(now):
                _LOGGER.warning(
                    "Schedule %d of %s was last kept at %s, which is yet to come: the clock was wrong then. "
                    "It goes on from now.",
                    *(entry.row.number, entry.site.name, entry.row.last_due_at),
                )
                self._mark({entry.row.number: now})

    async def _write(self) -> None:
        marks = {number: self._marks[number] for number in self._unwritten}
        if marks:
            await self._table.settle(marks)
            self._unwritten -= {number for number, at in marks.items() if self._marks[number] == at}
