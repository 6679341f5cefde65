"""``camcensus obligation history``: every step that was taken about one device."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, takes_database, takes_list_format


@click.command()
@click.argument("device")
@takes_list_format
@takes_database
@takes_common
def history(device: str, list_format: ListFormat | None, db: str | None) -> None:
    """List every step about DEVICE, oldest first: what, by whom, when and why."""
    from scanner.cli.removal import record

    record.run(db, device, list_format)
