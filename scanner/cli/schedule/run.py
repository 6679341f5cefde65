"""``camcensus schedule run``: the daemon that keeps the schedules."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database

# As scanner.schedule.daemon.DEFAULT_PARALLEL, which is not loaded for --help.
DEFAULT_PARALLEL = 2
# A sweep takes up to 100 MB and half a processor.
MAX_PARALLEL = 64


@click.command()
@click.option(
    "--parallel",
    type=click.IntRange(1, MAX_PARALLEL),
    default=DEFAULT_PARALLEL,
    show_default=True,
    metavar="N",
    help="Sweep up to so many sites at once.",
)
@takes_database
@takes_common
@click.pass_context
def run(ctx: click.Context, parallel: int, db: str | None) -> None:
    """Keep the schedules until SIGTERM or Ctrl-C, which end it, and sweeps that run, within 2 seconds.

    Each sweep is a process of its own, and never two of one site. A due time that was missed is caught up
    once; a sweep outside the allowed hours of its site waits for them. Schedules are read anew every minute,
    and at once on SIGHUP.
    """
    from scanner.cli.schedule import keeping

    keeping.keep(db, parallel, keeping.program(ctx.obj))
