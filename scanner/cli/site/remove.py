"""``camcensus site remove``: forget a site."""

import click

from scanner.cli import talk
from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database
from scanner.errors import UsageProblem
from scanner.export.plural import counted


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Yes, with everything that is known of it.")
@takes_database
@takes_common
def remove(name: str, yes: bool, db: str | None) -> None:
    """Remove the site NAME with its sweeps, devices and evidence. This cannot be undone."""
    with opened(db) as inventory:
        sweeps = counted(len(inventory.sweeps(name)), "sweep")
        if not yes:
            raise UsageProblem(
                f"This would remove the site {name} with {sweeps} and all devices and evidence of them, so "
                "nothing was done. If that is what you mean, add --yes."
            )
        inventory.remove_site(name)
    talk.info(f"The site {name} is removed, with {sweeps}.")
