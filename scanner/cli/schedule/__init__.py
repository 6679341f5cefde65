"""``camcensus schedule``: sweeps that begin by themselves."""

import click

from scanner.cli.group import LazyGroup

COMMANDS = {
    "add": "scanner.cli.schedule.add:add",
    "list": "scanner.cli.schedule.list:list_",
    "remove": "scanner.cli.schedule.remove:remove",
    "next": "scanner.cli.schedule.next:next_",
    "run": "scanner.cli.schedule.run:run",
    "install": "scanner.cli.schedule.install:install",
}


@click.group(cls=LazyGroup, lazy_commands=COMMANDS)
def schedule() -> None:
    """Sweep sites when it is time, by a daemon, systemd or cron."""
