"""``camcensus summary``: how many devices there are, without saying where or which."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format


@click.command()
@click.option("--site", "sites", multiple=True, metavar="NAME", help="Count this site; repeatable.")
@click.option("--all", "is_all", is_flag=True, help="Count every site of the inventory.")
@takes_list_format
@takes_database
@takes_common
def summary(sites: tuple[str, ...], is_all: bool, list_format: ListFormat | None, db: str | None) -> None:
    """Count devices by unit, labels, maker, verdict and state, for those who need numbers and no places.

    The unit is the owner that the site file names. No address, hardware address, site, segment, model,
    serial number or host name is in it; a unit or label of your own that holds such a word shows a pseudonym
    there.
    """
    from scanner.cli.history import summary as counted

    counted.run(db, sites, is_all, list_format)
