"""``camcensus show``: everything about one device."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database


@click.command()
@click.argument("device")
@takes_database
@takes_common
def show(device: str, db: str | None) -> None:
    """Show everything that is known of DEVICE: a number, an address, a MAC or a serial number.

    That is what it is today, what it is known by, where and as what it was found over time (sweeps in a
    row that found the same are one line), and every change.
    """
    from scanner.cli.history import device as shown

    shown.run(db, device)
