"""``camcensus reconcile``: what an asset list says, and what stands there."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format


@click.command()
@click.argument("assets", metavar="ASSETS.csv")
@click.option("--site", required=True, metavar="NAME", help="The site that the list is of.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="WHAT=COLUMN",
    help="COLUMN tells the serial, mac, address, model, maker, location or reference; repeatable.",
)
@click.option(
    "--flagged", is_flag=True, help="Of devices that are not on paper, only those that are flagged."
)
@takes_list_format
@takes_database
@takes_common
@click.pass_context
def reconcile(
    ctx: click.Context,
    assets: str,
    site: str,
    mapping: tuple[str, ...],
    flagged: bool,
    list_format: ListFormat | None,
    db: str | None,
) -> None:
    """Hold an asset or purchase list in CSV against the inventory, in both directions.

    A line and a device are the same by serial number (a part of eight characters is enough), else by MAC,
    else by address and a like model, else by model and location. Listed is what is found and not on
    paper, what is on paper and not found, and what both tell differently. What the last sweep of the site
    did not cover is never 'not found' but 'cannot tell'. Nothing is stored.

    Exit code 0 when both are the same, 3 when they differ, 4 when nothing is known to differ but part
    was not covered.
    """
    from scanner.cli.history import reconciliation

    choice = reconciliation.Choice(assets, site, reconciliation.mapping_of(mapping), flagged)
    ctx.exit(reconciliation.run(db, choice, list_format))
