"""Schedules in the inventory, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scanner.clock import SystemClock
from scanner.errors import UsageProblem
from scanner.inventory.inventory import Inventory
from scanner.inventory.timetable import Timetable
from scanner.model.site import Site

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def inventory(database_url: str) -> Iterator[Inventory]:
    with Inventory.open(database_url, SystemClock(), Site) as opened:
        opened.add_site("north")
        yield opened


def test_what_is_added_is_read_and_what_is_settled_is_marked(inventory: Inventory) -> None:
    timetable = Timetable(inventory.engine)
    first = timetable.add("north", "0 2 * * *", "Europe/London", 600, NOW)
    second = timetable.add("north", "0 3 * * *", "UTC", 0, NOW)

    assert timetable.rows() == (first, second)
    timetable.settle({first.number: DUE, 99: DUE})
    assert timetable.rows() == (replace(first, last_due_at=DUE), second)


def test_a_removed_schedule_is_gone_and_its_number_is_not_given_again(inventory: Inventory) -> None:
    timetable = Timetable(inventory.engine)
    first = timetable.add("north", "0 2 * * *", "UTC", 0, NOW)
    timetable.remove(first.number)

    assert timetable.rows() == ()
    assert timetable.add("north", "0 2 * * *", "UTC", 0, NOW).number > first.number
    with pytest.raises(UsageProblem, match=f"There is no schedule {first.number}"):
        timetable.remove(first.number)


def test_a_site_that_is_not_there_is_not_scheduled(inventory: Inventory) -> None:
    with pytest.raises(UsageProblem, match="no site named 'south'"):
        Timetable(inventory.engine).add("south", "0 2 * * *", "UTC", 0, NOW)


def test_a_site_takes_its_schedules_with_it(inventory: Inventory) -> None:
    timetable = Timetable(inventory.engine)
    timetable.add("north", "0 2 * * *", "UTC", 0, NOW)
    inventory.remove_site("north")

    assert timetable.rows() == ()
