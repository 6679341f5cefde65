"""Commands that are imported when they are asked for, and what becomes of errors."""

import errno
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from scanner.cli import talk
from scanner.errors import CamcensusError, UsageProblem

# What a shell expects of a program that Ctrl-C ended: 128 and the signal's number.
EXIT_INTERRUPTED = 130
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


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
            _stand_in()
            return super().main(*args, **settings)
        except CamcensusError as error:
            talk.error(str(error))
            sys.exit(error.exit_code)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            talk.error(f"The output could not be written whole ({error.strerror}). Make room, and run again.")
            _forget_output()
            sys.exit(CamcensusError.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; Ctrl-C outside a sweep ends it at once."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            talk.error("Interrupted.")
            ctx.exit(EXIT_INTERRUPTED)


def _stand_in() -> None:
    """Stand in for standard streams that the caller has closed, so that no file takes their numbers.

    Raises UsageProblem where standard output is closed: what is found would be lost without a word.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    if sys.stdout is None:
        raise UsageProblem("Standard output is closed, so nothing was done. Send it to a file or /dev/null.")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _forget_output() -> None:
    """Drop what could not be written, which the interpreter would try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
