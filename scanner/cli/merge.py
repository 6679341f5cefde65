"""``camcensus merge``: the inventory of another machine into this one."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database


@click.command()
@click.argument("other", metavar="OTHER")
@click.option("--prefix", default="", metavar="TEXT", help="Put TEXT before the name of each of its sites.")
@takes_database
@takes_common
def merge(other: str, prefix: str, db: str | None) -> None:
    """Take over the sites of OTHER, the inventory of another machine: a SQLite file or a postgresql:// URL.

    Segments, sweeps, devices, evidence, verdicts and decisions come along, all or nothing; devices and
    sweeps get new numbers. OTHER is only read. Its schedules and messages stay there. Exit code 2 when a
    name is taken or sweeps of OTHER are here already; nothing is changed then.
    """
    from scanner.cli.history import merge as merged

    merged.run(db, other, prefix)
