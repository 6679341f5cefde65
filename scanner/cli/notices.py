"""``camcensus notices``: what people are told who walk past a camera."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format


@click.command()
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--all", "is_all", is_flag=True, help="Every site of the inventory.")
@click.option("--with-site", is_flag=True, help="Name the site as well.")
@click.option("-o", "--output", metavar="FILE", help="Write to this file; '-' for standard output.")
@takes_list_format
@takes_database
@takes_common
def notices(
    sites: tuple[str, ...],
    is_all: bool,
    with_site: bool,
    output: str | None,
    list_format: ListFormat | None,
    db: str | None,
) -> None:
    """List what films public places of each SITE: location, maker, purpose and number of cameras.

    camcensus own says which devices do, where and what for. Nothing else is in the list, so that it can be
    put up where they hang; an address in one of these texts shows a pseudonym. Standard error counts what
    may film and is not listed, since nobody has said where it is or that the place is public.
    """
    from scanner.cli.removal import disclosure

    disclosure.run(db, disclosure.Wanted(sites, is_all, with_site), output, list_format)
