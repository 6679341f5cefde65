"""``camcensus listen``: hear what devices say, live or in captures, and send nothing."""

from pathlib import Path

import click
from click.core import ParameterSource

from scanner.cli.invocation import takes_common
from scanner.cli.option import (
    Amount,
    Means,
    OutputOptions,
    takes_database,
    takes_interfaces,
    takes_output,
    takes_signatures,
)
from scanner.errors import UsageProblem

SECONDS_PER_MINUTE = 60
# What means nothing for a capture.
LIVE_ONLY = {"interface_names": "--interface", "duration": "--duration", "write_every": "--write-every"}


@click.command()
@takes_interfaces
@click.option(
    "--duration",
    type=Amount(min=1),
    metavar="SECONDS",
    help="How long to listen.  [default: until Ctrl-C]",
)
@click.option(
    "--write-every",
    type=Amount(min=0, min_open=True),
    metavar="MINUTES",
    help="Write the file of -o so often, and not only at the end.",
)
@click.option(
    "--pcap",
    "captures",
    multiple=True,
    metavar="FILE",
    help="Read this capture instead of listening; repeatable; '-' for standard input.",
)
@takes_signatures
@takes_database
@takes_output
@takes_common
@click.pass_context
def listen(
    ctx: click.Context,
    interface_names: tuple[str, ...],
    duration: float | None,
    write_every: float | None,
    captures: tuple[str, ...],
    signature_directories: tuple[Path, ...],
    db: str | None,
    output_options: OutputOptions,
) -> None:
    """Listen without sending anything, and judge hosts by what they say.

    A terminal shows the table as it grows. Without --duration, Ctrl-C is the ordinary end; before the end
    of a --duration it is an interruption.

    A capture is pcap or pcapng, also packed with gzip or zstd, of Ethernet, Linux cooked or raw IP frames.
    Reading one needs no right; its own times count. What cannot be read of it is said, the rest is used,
    and the exit code is 4.

    With --site NAME, what was heard is stored where the inventory knows the site. Devices that kept silent
    are not counted as missing.
    """
    if captures:
        from scanner.cli.running import capture

        _check_captures(ctx)
        ctx.exit(capture.run(captures, signature_directories, output_options, ctx.obj, db))
    from scanner.cli.running import listening

    means = Means(interface_names, signature_directories)
    write_every_s = None if write_every is None else write_every * SECONDS_PER_MINUTE
    ctx.exit(listening.listen(means, output_options, ctx.obj, duration, write_every_s, db))


def _check_captures(ctx: click.Context) -> None:
    """Raise UsageProblem for options beside --pcap that only a live link has; defaults do not count."""
    for name, option in LIVE_ONLY.items():
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageProblem(
                f"{option} is for a live link and --pcap for captures, so nothing was read. Leave one out."
            )
