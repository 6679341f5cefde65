"""``camcensus schedule next``: which sweeps are to come, and when."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database

if TYPE_CHECKING:
    from scanner.schedule.planner import Coming

DEFAULT_COUNT = 3
# As far as anybody plans; more would be a list for a program, which reads the cron expression itself.
MAX_COUNT = 1000


@click.command("next")
@click.option(
    "--count",
    type=click.IntRange(1, MAX_COUNT),
    default=DEFAULT_COUNT,
    show_default=True,
    metavar="N",
    help="So many sweeps of each schedule.",
)
@takes_database
@takes_common
def next_(count: int, db: str | None) -> None:
    """Show the sweeps to come: local time, the same in UTC, site and schedule.

    Jitter is in the times, and a last column says when a sweep waits for the allowed hours of its site or
    catches a missed time up.
    """
    from scanner.clock import SystemClock
    from scanner.export.escape import escape
    from scanner.schedule.planner import Planner
    from scanner.schedule.table import entries

    now = SystemClock().now()
    with opened(db) as inventory:
        known = entries(inventory)
    coming = [one for entry in known for one in islice(Planner().coming(entry, now), count)]
    for one in sorted(coming, key=lambda one: (one.runs_at, one.entry.row.number)):
        click.echo("\t".join(map(escape, _cells(one))))


def _cells(one: "Coming") -> Iterator[str]:
    row = one.entry.row
    yield one.runs_at.astimezone(ZoneInfo(row.zone)).strftime("%Y-%m-%d %H:%M:%S %Z")
    yield one.runs_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    yield row.site
    yield f"schedule {row.number}"
    if one.delay.value:
        yield one.delay.value
