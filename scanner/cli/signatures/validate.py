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
from scanner.matching.problem import Problem
from scanner.matching.validate import validate as problems_of
from scanner.policy.advisory_file import advisory_problems
from scanner.policy.pack_file import policy_problems


@click.command()
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@takes_common
@click.pass_context
def validate(ctx: click.Context, directory: Path | None) -> None:
    """Check the data in DIR, or the shipped: signatures, by example and for speed, advisories, policies.

    DIR is checked as laid over the shipped database. Exit code 2 when anything is wrong.
    """
    problems = rule_problems(directory) or meaning_problems(directory)
    for problem in problems:
        click.echo(escape(str(problem)))
    if problems:
        talk.error(f"{len(problems)} problems: the signatures must not be used as they are.")
        ctx.exit(UsageProblem.exit_code)
    talk.info("The signatures do what they say.")


def rule_problems(directory: Path | None) -> tuple[Problem, ...]:
    """Return what is wrong with the signatures of a directory, or of the shipped one."""
    base = load() if directory is not None else None
    return problems_of(directory or shipped_root(), Registry.shipped(), time.process_time, base)


def meaning_problems(directory: Path | None) -> tuple[Problem, ...]:
    """Return what is wrong with its advisories and policies; they are read beside sound signatures."""
    extra = () if directory is None else (directory,)
    root, database = directory or shipped_root(), load(extra)
    bases = (shipped_root(),) if extra else ()
    advisories = advisory_problems(root, database, time.process_time)
    return (*advisories, *policy_problems(root, database, bases))
