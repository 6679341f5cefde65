"""``camcensus sweeps``: when a site was looked at, and how much of it."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format, takes_site


@click.command()
@takes_site
@takes_list_format
@takes_database
@takes_common
def sweeps(site: str | None, list_format: ListFormat | None, db: str | None) -> None:
    """List the sweeps in the inventory, oldest first, with what each found and covered.

    Other commands call a sweep by its number, by the first eight letters or more of its UUID, or 'last',
    'last-1' and so on for the latest that have finished.
    """
    from scanner.cli.history import sweeps as listed

    listed.run(db, site, list_format)
