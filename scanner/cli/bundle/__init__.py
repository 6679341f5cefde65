"""``camcensus bundle``: an audit in one file, to be handed over and checked by whoever gets it."""

import click

from scanner.cli.group import LazyGroup

COMMANDS = {
    "make": "scanner.cli.bundle.make:make",
    "verify": "scanner.cli.bundle.verify:verify",
}


class _SiteFirst(LazyGroup):
    """A group that takes whatever is none of its commands for the site of ``make``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command and what is left for it."""
        is_command = args[0] in self.list_commands(ctx)
        return super().resolve_command(ctx, args if is_command else ["make", *args])


@click.group(cls=_SiteFirst, lazy_commands=COMMANDS)
def bundle() -> None:
    """Hand over an audit with its evidence in one file, and check one that was handed over.

    camcensus bundle SITE is short for camcensus bundle make SITE.
    """
