"""``camcensus diff``: what differs between two sweeps."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format, takes_site


@click.command()
@click.argument("first", metavar="SWEEP")
@click.argument("second", metavar="SWEEP")
@takes_site
@takes_list_format
@takes_database
@takes_common
@click.pass_context
def diff(
    ctx: click.Context,
    first: str,
    second: str,
    site: str | None,
    list_format: ListFormat | None,
    db: str | None,
) -> None:
    """Say what the second SWEEP found otherwise than the first: camcensus diff last-1 last --site depot.

    Per device: new, missing, moved, re-identified, or its firmware changed. A device that stands where one
    of the two did not look is 'not covered', and never missing or new. Exit code 0 when nothing differs, 3
    when something does, 4 when nothing is known to differ but part was not covered.
    """
    from scanner.cli.history import difference

    ctx.exit(difference.run(db, site, (first, second), list_format))
