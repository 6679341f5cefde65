"""``camcensus plan``: what a scan would do, without doing it."""

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import PaceOptions, TargetOptions, takes_interfaces, takes_pace, takes_targets


@click.command()
@takes_targets
@takes_pace
@takes_interfaces
@takes_common
@click.pass_context
def plan(
    ctx: click.Context,
    target_options: TargetOptions,
    pace_options: PaceOptions,
    interface_names: tuple[str, ...],
) -> None:
    """Print what a scan of the TARGETs would examine, ask and cost. Nothing is sent.

    Takes the same options as scan. The estimate counts discovery in full; hosts that answer add to it.
    """
    from scanner.cli.running import outlook, planning

    planned = planning.sweep_plan(target_options, pace_options, interface_names, ctx.obj.config)
    for line in outlook.lines(planned):
        click.echo(line)
