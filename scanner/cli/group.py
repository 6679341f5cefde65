"""Commands that are imported when they are asked for, and what becomes of errors."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from scanner.cli import talk
from scanner.errors import CamcensusError

# What a shell expects of a program that Ctrl-C ended: 128 and the signal's number.
EXIT_INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group that knows its commands as ``module:name`` and imports one when it is needed."""

    def __init__(self, *args: Any, lazy_commands: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._lazy_commands = lazy_commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(self._lazy_commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None when there is none of that name."""
        del ctx
        place = self._lazy_commands.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


# The help of a command begins with a sentence, which is shown whole.
MAX_SENTENCE_CHARACTERS = 200


class RootGroup(LazyGroup):
    """The whole command line: turns our errors into one paragraph and an exit code.

    ``sections`` are headings with the commands that the help lists under them.
    """

    def __init__(self, *args: Any, sections: Mapping[str, Mapping[str, str]], **settings: Any) -> None:
        commands = {name: place for section in sections.values() for name, place in section.items()}
        super().__init__(*args, lazy_commands=commands, **settings)
        self._sections = sections

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        for heading, names in self._sections.items():
            found = ((name, self.get_command(ctx, name)) for name in names)
            rows = [(name, one.get_short_help_str(MAX_SENTENCE_CHARACTERS)) for name, one in found if one]
            with formatter.section(heading):
                formatter.write_dl(rows)

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run the command line and leave the process with its exit code.

        An error that nobody expected leaves through the hook that ``talk`` sets, with exit code 1.
        """
        talk.begin()
        try:
            return super().main(*args, **settings)
        except CamcensusError as error:
            talk.error(str(error))
            sys.exit(error.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; Ctrl-C outside a sweep ends it at once."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            talk.error("Interrupted.")
            ctx.exit(EXIT_INTERRUPTED)
