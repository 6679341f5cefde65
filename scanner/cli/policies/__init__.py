"""``camcensus policies``: how devices stand to policies, and what those say."""

from pathlib import Path

import click

from scanner.cli.group import LazyGroup
from scanner.cli.invocation import takes_common
from scanner.cli.option import (
    ListFormat,
    RuleOptions,
    takes_database,
    takes_list_format,
    takes_rules,
    takes_signatures,
    takes_site,
)

COMMANDS = {
    "list": "scanner.cli.policies.list:list_",
    "show": "scanner.cli.policies.show:show",
}


@click.group(cls=LazyGroup, lazy_commands=COMMANDS, invoke_without_command=True)
@takes_site
@click.option("--sweep", metavar="SWEEP", help="What this sweep found, by the policies of its day.")
@takes_rules
@takes_list_format
@takes_signatures
@takes_database
@takes_common
@click.pass_context
def policies(
    ctx: click.Context,
    site: str | None,
    sweep: str | None,
    rule_options: RuleOptions,
    list_format: ListFormat | None,
    signature_directories: tuple[Path, ...],
    db: str | None,
) -> None:
    """Show how each device of a site stands to each policy: device by policy.

    A policy 'applies' when it is in force, means this maker, kind of device and organisation, and asks for
    something here; 'does not apply' when one of these is surely not so; 'cannot tell' otherwise, and then
    standard error and JSON Lines say what would tell. JSON Lines has reasons, actions and deadlines.

    It is neutral about makers, and no legal advice: camcensus policies show ID has the sources.
    """
    if ctx.invoked_subcommand is not None:
        return
    from scanner.cli.history import policies as matrix

    wanted = matrix.Wanted(site, sweep, rule_options, signature_directories)
    matrix.run(db, wanted, list_format)
