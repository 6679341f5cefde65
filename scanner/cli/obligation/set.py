"""``camcensus obligation set``: the next step for one device under one policy."""

from datetime import datetime
from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database, takes_signatures

# As scanner.removal.obligation.State but for "none", which nobody sets.
STATES = ("considered", "planned", "replaced", "removed", "exempt")


@click.command("set")
@click.argument("device")
@click.option("--policy", required=True, metavar="ID", help="The policy under which it is decided.")
@click.option("--state", required=True, type=click.Choice(STATES), help="What was decided.")
@click.option("--by", required=True, metavar="NAME", help="Who decided it.")
@click.option("--reason", default="", metavar="TEXT", help="Why. Every step needs one.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="planned: by when; exempt: until when; otherwise the day on which it happened.  [default: today]",
)
@click.option("--owner", default="", metavar="NAME", help="Who answers for an exemption.")
@click.option("--basis", default="", metavar="TEXT", help="The legal basis of an exemption.")
@click.option("--replacement", default="", metavar="TEXT", help="What does what the device did.")
@click.option("--waiver", default="", metavar="TEXT", help="Why nothing need take the device's place.")
@takes_signatures
@takes_database
@takes_common
def set_(
    device: str,
    policy: str,
    state: str,
    day: datetime | None,
    signature_directories: tuple[Path, ...],
    db: str | None,
    **words: str,
) -> None:
    """Enter the next step for DEVICE: a number, an address, a MAC or a serial number.

    A device is considered first, then planned for a day, then replaced or removed; 'removed' is the
    attestation that it was taken down, and counts once sweeps miss it, too. It may be exempt until a day.
    Steps are added and never changed; one that must not follow the last is refused.
    """
    from scanner.cli.removal import stepping

    wanted = stepping.Wanted(state, day.date() if day else None, words)
    stepping.run(db, device, policy, wanted, signature_directories)
