"""``camcensus site``: the sites that the inventory knows."""

import click

from scanner.cli.group import LazyGroup

COMMANDS = {
    "add": "scanner.cli.site.add:add",
    "list": "scanner.cli.site.list:list_",
    "show": "scanner.cli.site.show:show",
    "edit": "scanner.cli.site.edit:edit",
    "remove": "scanner.cli.site.remove:remove",
}


@click.group(cls=LazyGroup, lazy_commands=COMMANDS)
def site() -> None:
    """Say which sites there are, and on what terms each may be swept."""
