"""``camcensus conflicts``: units that stand at two sites."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format


@click.command()
@takes_list_format
@click.option("-o", "--output", metavar="FILE", help="Write to this file; '-' for standard output.")
@takes_database
@takes_common
@click.pass_context
def conflicts(ctx: click.Context, list_format: ListFormat | None, output: str | None, db: str | None) -> None:
    """List devices of two sites that have the same serial number, ONVIF UUID or MAC; the strongest counts.

    Each stands beside the one that was seen next at another site. A device that was moved and a number that
    was copied look alike: nothing is joined, and both are counted. Exit code 0 when there is none, 3 when
    there is any.
    """
    from scanner.cli.history import conflicts as listed

    ctx.exit(listed.run(db, list_format, output))
