"""``camcensus export``: the inventory's findings and changes as files."""

from datetime import UTC, datetime

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import (
    RuleOptions,
    takes_database,
    takes_redaction,
    takes_rules,
    takes_site,
    takes_unit,
)
from scanner.export.redaction import Level

_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


@click.command()
@takes_site
@takes_unit
@click.option(
    "--since",
    type=click.DateTime(_MOMENTS),
    metavar="DATE",
    help="Only sweeps that ended then or later: 2026-11-22 or 2026-11-22T02:00, in UTC.",
)
@click.option("--sweep", metavar="SWEEP", help="Only this sweep: a number, a UUID, 'last' or 'last-1'.")
@click.option("--flagged", is_flag=True, help="Only what was flagged; with --changes, what is flagged today.")
@click.option("--changes", is_flag=True, help="What changed instead of what was found.")
@click.option(
    "--format", "format_", type=click.Choice(["csv", "jsonl"]), help="[default: by the file's suffix]"
)
@click.option("-o", "--output", metavar="FILE", help="Write to this file; '-' for standard output.")
@takes_rules
@takes_redaction
@takes_database
@takes_common
def export(
    site: str | None,
    unit: str | None,
    since: datetime | None,
    sweep: str | None,
    flagged: bool,
    changes: bool,
    format_: str | None,
    output: str | None,
    redact: Level,
    rule_options: RuleOptions,
    db: str | None,
) -> None:
    """Write what finished sweeps found, one row for each device and sweep, or what changed.

    The columns are those of a scan, filled with what only the inventory knows. Policies are those of the day
    of each sweep, unless --as-of names another. A file appears whole or not at all. camcensus import csv
    takes it in again.
    """
    from scanner.cli.history import export as exported

    moment = since.replace(tzinfo=UTC) if since else None
    selection = exported.Selection(site, moment, sweep, flagged, changes, redact, rule_options, unit)
    exported.run(db, selection, output, format_)
