"""``camcensus site add``: a site that the inventory did not know."""

import click

from scanner.cli import talk
from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database
from scanner.cli.site.document import checked, summary, text_of, today_at
from scanner.site.scope import check_authorised


@click.command()
@click.argument("file", metavar="FILE")
@takes_database
@takes_common
def add(file: str, db: str | None) -> None:
    """Add the site that FILE describes; '-' reads it from standard input.

    The first site that is added makes the inventory.
    """
    text = text_of(file)
    site = checked(text, file)
    warning = check_authorised(site, today_at(site))
    with opened(db, must_exist=False) as inventory:
        inventory.add_site(text)
    if warning:
        talk.warning(warning)
    talk.info(f"The site {site.name} is added: {summary(site)}.")
