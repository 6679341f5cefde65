"""``camcensus obligation``: what was decided about each device under each policy."""

import click

from scanner.cli.group import LazyGroup

COMMANDS = {
    "set": "scanner.cli.obligation.set:set_",
    "list": "scanner.cli.obligation.list:list_",
    "history": "scanner.cli.obligation.history:history",
}


@click.group(cls=LazyGroup, lazy_commands=COMMANDS)
def obligation() -> None:
    """Record what was decided about devices: considered, planned, replaced, removed or exempt."""
