"""``camcensus notify send``: deliver what waits, now."""

import click

from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.notify.flush import PATIENCE_S, flush
from scanner.cli.option import Amount, takes_database
from scanner.errors import CamcensusError


@click.command()
@click.option("--site", metavar="NAME", help="Only messages about this site.")
@click.option(
    "--patience",
    "patience_s",
    type=Amount(min=0.1),
    default=PATIENCE_S,
    show_default=True,
    metavar="SECONDS",
    help="For so long a receiver that fails is tried again.",
)
@takes_database
@takes_common
def send(site: str | None, patience_s: float, db: str | None) -> None:
    """Deliver the messages that wait in the outbox, to receivers that are due to be tried.

    Every sweep does this at its end. By hand, or from cron, it delivers what an outage has held up. Ends
    with 1 when something did not arrive.
    """
    with opened(db) as inventory:
        if site is not None:
            inventory.site(site)
        tally = flush(inventory, site, patience_s)
    click.echo(f"{tally.delivered} delivered.")
    if tally.waiting or tally.given_up:
        raise CamcensusError(
            "Not every message has arrived. camcensus notify list --undelivered shows them with the reason; "
            "what was found is in the inventory."
        )
