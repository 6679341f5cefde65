"""``camcensus listen``: hear what devices announce, and send nothing."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import OutputOptions, takes_interfaces, takes_output, takes_signatures


@click.command()
@takes_interfaces
@click.option(
    "--duration",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="How long to listen.  [default: until Ctrl-C]",
)
@takes_signatures
@takes_output
@takes_common
@click.pass_context
def listen(
    ctx: click.Context,
    interface_names: tuple[str, ...],
    duration: float | None,
    signature_directories: tuple[Path, ...],
    output_options: OutputOptions,
) -> None:
    """Listen without sending anything, and judge hosts by what they announce.

    Without --duration, Ctrl-C is the ordinary end; before the end of a --duration it is an interruption.
    """
    from scanner.cli import sweeping

    means = sweeping.Means(interface_names, signature_directories)
    listen_s = sweeping.UNTIL_STOPPED if duration is None else duration
    ctx.exit(sweeping.listen(means, output_options, ctx.obj, listen_s))
