"""``camcensus check``: what policies say of a list or quote, before anybody buys."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import ListFormat, RuleOptions, takes_list_format, takes_rules, takes_signatures


@click.command()
@click.argument("quote", metavar="FILE.csv|-")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="WHAT=COLUMN",
    help="COLUMN tells the brand or the model; repeatable.",
)
@takes_rules
@takes_list_format
@takes_signatures
@takes_common
@click.pass_context
def check(
    ctx: click.Context,
    quote: str,
    mapping: tuple[str, ...],
    rule_options: RuleOptions,
    list_format: ListFormat | None,
    signature_directories: tuple[Path, ...],
) -> None:
    """Say of each line of a list of models or a quote in CSV which policies cover it, and why.

    A line is 'covered' by a policy whose criterion its maker and kind fit. A 'mixed brand' also sells other
    makers' devices: ask the supplier who makes the firmware. 'not covered' is about the policies that were
    asked for, 'unknown' says that neither brand nor model is in the data; neither says that a purchase is
    fine. Without --policy every policy in force counts, with --label those that bind such an organisation.

    Nothing is sent or stored. Exit code 3 when any line is covered, 0 otherwise.
    """
    from scanner.cli.running import checking

    wanted = checking.Wanted(quote, mapping, rule_options, signature_directories)
    ctx.exit(checking.run(wanted, list_format))
