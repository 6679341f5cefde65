"""``camcensus scan``: sweep a network."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import (
    Means,
    OutputOptions,
    PaceOptions,
    TargetOptions,
    takes_interfaces,
    takes_output,
    takes_pace,
    takes_signatures,
    takes_targets,
)


@click.command()
@takes_targets
@takes_pace
@takes_interfaces
@click.option("--passive", is_flag=True, help="Send nothing: listen to what devices announce.")
@click.option(
    "--duration",
    type=click.FloatRange(min=1),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long --passive listens.",
)
@takes_signatures
@takes_output
@takes_common
@click.pass_context
def scan(
    ctx: click.Context,
    target_options: TargetOptions,
    pace_options: PaceOptions,
    interface_names: tuple[str, ...],
    passive: bool,
    duration: float,
    signature_directories: tuple[Path, ...],
    output_options: OutputOptions,
) -> None:
    """Sweep TARGETs and say of every host whose firmware it runs.

    A TARGET is an address (10.0.0.5), a network (10.0.0.0/24), a range (10.0.0.5-10.0.0.9, 10.0.0.5-9)
    or octet ranges (10.0.0-3.1-254). Only private addresses are examined, unless the configuration
    names public_networks. No login is ever tried. Ctrl-C finishes open hosts and writes what is known;
    a second Ctrl-C does not wait for them.

    A terminal gets a table and a pipe JSON Lines, unless -o or --format says otherwise.
    """
    from scanner.cli import sweeping

    means = Means(interface_names, signature_directories)
    listen_s = duration if passive else None
    ctx.exit(sweeping.scan(target_options, pace_options, means, output_options, ctx.obj, listen_s))
