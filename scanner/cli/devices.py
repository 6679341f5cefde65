"""``camcensus devices``: what stands at a site, as far as it is known now."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import (
    ListFormat,
    RuleOptions,
    takes_database,
    takes_list_format,
    takes_rules,
    takes_site,
    takes_unit,
)
from scanner.model.capability import Capability


@click.command()
@takes_site
@takes_unit
@click.option("--flagged", is_flag=True, help="Only devices that are flagged.")
@click.option("--gone", is_flag=True, help="Only devices that are gone, which are left out otherwise.")
@click.option(
    "--capability",
    type=click.Choice([one.value for one in Capability]),
    help="Only devices that showed that they have this; of others it is unknown.",
)
@takes_rules
@takes_list_format
@takes_database
@takes_common
def devices(
    site: str | None,
    unit: str | None,
    flagged: bool,
    gone: bool,
    capability: str | None,
    rule_options: RuleOptions,
    list_format: ListFormat | None,
    db: str | None,
) -> None:
    """List the devices that the inventory knows, each with when it was first and last seen.

    A device is 'silent' when the last sweep covered its address and did not meet it, and 'gone' when as
    many sweeps in a row as the site file says did not. The list ends with how much the last sweep of each
    site looked at: what that did not cover is not known to be free of anything.
    """
    from scanner.cli.history import devices as listed

    listed.run(db, site, unit, listed.Choice(flagged, gone, capability), rule_options, list_format)
