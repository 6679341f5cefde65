"""``camcensus schedule list``: what is scheduled, one schedule on a line."""

import click

from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database


@click.command("list")
@takes_database
@takes_common
def list_(db: str | None) -> None:
    """List the schedules: number, site, cron, time zone, jitter, and the last due time that was kept."""
    from scanner.export.escape import escape
    from scanner.inventory.timetable import Timetable

    with opened(db) as inventory:
        rows = Timetable(inventory.engine).rows()
    for row in rows:
        kept = row.last_due_at.strftime("%Y-%m-%dT%H:%M:%SZ") if row.last_due_at else "never"
        cells = (str(row.number), row.site, row.cron, row.zone, f"{row.jitter_s} s", kept)
        click.echo("\t".join(map(escape, cells)))
