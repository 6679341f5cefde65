"""``camcensus site show``: the file of one site."""

import click

from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database


@click.command()
@click.argument("name")
@takes_database
@takes_common
def show(name: str, db: str | None) -> None:
    """Print the site file of NAME, as it was given."""
    with opened(db) as inventory:
        click.echo(inventory.site_text(name), nl=False)
