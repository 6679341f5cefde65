"""``camcensus advisories``: the listed advisories that concern the devices of a site."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format, takes_signatures

# As scanner.policy.advisory.Result, but for what is not listed.
RESULTS = ("affected", "possible", "fixed")


@click.command()
@click.option("--site", required=True, metavar="NAME", help="The site.")
@click.option(
    "--result", "results", type=click.Choice(RESULTS), multiple=True, help="Only these; repeatable."
)
@takes_signatures
@takes_list_format
@takes_database
@takes_common
def advisories(
    site: str,
    results: tuple[str, ...],
    signature_directories: tuple[Path, ...],
    list_format: ListFormat | None,
    db: str | None,
) -> None:
    """List which advisories concern which device: affected first, and known exploited ones before others.

    Model and firmware, as each device last showed them, are compared with what the advisories list;
    nothing is tried on a device. Devices that announce that nobody has set them up are named on standard
    error. What is not listed here is not known to be without fault.
    """
    from scanner.cli.removal import exposure

    exposure.run(db, site, results or RESULTS, signature_directories, list_format)
