"""``camcensus own``: whose a device is, where it hangs and what for, and what depends on it."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format


@click.command()
@click.argument("device")
@click.option(
    "--owner",
    type=click.Choice(["own", "landlord", "contractor", "unknown"]),
    help="Whose it is; a landlord's or contractor's is negotiated about, and not removed by you.",
)
@click.option("--location", metavar="TEXT", help="Building, floor, room.")
@click.option("--private-office/--no-private-office", default=None, help="Whether it is in a private office.")
@click.option(
    "--public/--no-public", default=None, help="Whether it films a public place: an entrance, a lobby."
)
@click.option("--purpose", metavar="TEXT", help="What it is there for, in words for those it films.")
@click.option("--dependency", metavar="TEXT", help="What would stop working without it; '' for nothing.")
@click.option("--by", default="", metavar="NAME", help="Who says so.")
@takes_list_format
@takes_database
@takes_common
def own(
    device: str,
    owner: str | None,
    location: str | None,
    private_office: bool | None,
    public: bool | None,
    purpose: str | None,
    dependency: str | None,
    by: str,
    list_format: ListFormat | None,
    db: str | None,
) -> None:
    """Say whose DEVICE is and where it hangs; without an option, list all that was said of it.

    What an option leaves out stays as it was. While something depends on a device, a plan for its removal
    needs what takes its place, or a waiver. camcensus notices lists what films a public place.
    """
    from scanner.cli.removal import owning

    told = owning.Told(owner, location, private_office, dependency, public, purpose)
    owning.run(db, device, told, by, list_format)
