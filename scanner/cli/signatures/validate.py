"""``camcensus signatures validate``: does every rule do what it says?"""

import time
from pathlib import Path

import click

from scanner.cli import talk
from scanner.cli.invocation import takes_common
from scanner.errors import UsageProblem
from scanner.export.escape import escape
from scanner.matching.database import load, shipped_root
from scanner.matching.oui import Registry
from scanner.matching.validate import validate as problems_of


@click.command()
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@takes_common
@click.pass_context
def validate(ctx: click.Context, directory: Path | None) -> None:
    """Check the signatures in DIR, or the shipped ones: shape, examples, near misses, speed.

    DIR is checked as laid over the shipped database. Exit code 2 when anything is wrong.
    """
    base = load() if directory is not None else None
    problems = problems_of(directory or shipped_root(), Registry.shipped(), time.process_time, base)
    for problem in problems:
        click.echo(escape(str(problem)))
    if problems:
        talk.error(f"{len(problems)} problems: the signatures must not be used as they are.")
        ctx.exit(UsageProblem.exit_code)
    talk.info("The signatures do what they say.")
