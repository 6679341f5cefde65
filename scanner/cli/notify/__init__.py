"""``camcensus notify``: the messages that sweeps leave for people."""

import click

from scanner.cli.group import LazyGroup

COMMANDS = {
    "send": "scanner.cli.notify.send:send",
    "list": "scanner.cli.notify.list:list_",
    "test": "scanner.cli.notify.test:test",
}


@click.group(cls=LazyGroup, lazy_commands=COMMANDS)
def notify() -> None:
    """Deliver the messages about sweeps, look at them, and try out receivers."""
