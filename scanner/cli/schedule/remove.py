"""``camcensus schedule remove``: a site is no longer swept by this schedule."""

import click

from scanner.cli import talk
from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database

# What PostgreSQL's integer holds; SQLite's holds more.
LARGEST_ID = 2**31 - 1


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, LARGEST_ID))
@takes_database
@takes_common
def remove(number: int, db: str | None) -> None:
    """Remove the schedule ID, as 'schedule list' numbers it. A sweep that is running goes on."""
    from scanner.inventory.timetable import Timetable

    with opened(db) as inventory:
        Timetable(inventory.engine).remove(number)
    talk.info(f"Schedule {number} is removed.")
