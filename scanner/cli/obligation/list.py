"""``camcensus obligation list``: what is decided and what is due, device by device."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format, takes_signatures, takes_site


@click.command("list")
@takes_site
@click.option("--policy", metavar="ID", help="Only what this policy asks for.")
@click.option("--overdue", is_flag=True, help="Only what is past its day: plans, deadlines and exemptions.")
@click.option(
    "--list",
    "work_list",
    type=click.Choice(["removal", "negotiation"]),
    help="Only devices to remove oneself, or only those of a landlord or contractor.",
)
@click.option("--private-office", is_flag=True, help="Only devices in private offices.")
@takes_signatures
@takes_list_format
@takes_database
@takes_common
def list_(
    site: str | None,
    policy: str | None,
    overdue: bool,
    work_list: str | None,
    private_office: bool,
    signature_directories: tuple[Path, ...],
    list_format: ListFormat | None,
    db: str | None,
) -> None:
    """List each device under each policy that applies today, with what was decided and what is found.

    Ends with exit code 3 when a device has returned whose removal was attested or that several sweeps in a
    row had missed. A policy that applies is a match of its criterion and no legal advice.
    """
    from scanner.cli.removal import listing

    choice = listing.Choice(policy, overdue, work_list, private_office)
    click.get_current_context().exit(listing.run(db, site, choice, signature_directories, list_format))
