"""``camcensus rejudge``: today's signatures on yesterday's evidence."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format, takes_signatures, takes_site


@click.command()
@takes_site
@click.option(
    "--sweep",
    "reference",
    default="last",
    show_default=True,
    metavar="SWEEP",
    help="Judge the evidence of this sweep.",
)
@click.option("--store", is_flag=True, help="Add the new verdicts to the inventory, as a sweep of their own.")
@takes_signatures
@takes_list_format
@takes_database
@takes_common
@click.pass_context
def rejudge(
    ctx: click.Context,
    site: str | None,
    reference: str,
    store: bool,
    signature_directories: tuple[Path, ...],
    list_format: ListFormat | None,
    db: str | None,
) -> None:
    """Judge what a sweep saw again, by today's signatures, and list the devices whose verdict changes.

    Nothing is sent, and no verdict of the past is overwritten: --store adds a sweep of the kind 'rejudge'
    with a copy of the evidence, which only the latest finished sweep of a site can be given. Exit code 0
    when every verdict stays the same, 3 when one changes.
    """
    from scanner.cli.history import rejudgement

    ctx.exit(rejudgement.run(db, site, reference, signature_directories, store, list_format))
