"""``camcensus scan``: sweep a network."""

from pathlib import Path

import click
from click.core import ParameterSource

from scanner.cli.invocation import takes_common
from scanner.cli.option import (
    Amount,
    Means,
    MemoryOptions,
    OutputOptions,
    PaceOptions,
    TargetOptions,
    takes_interfaces,
    takes_memory,
    takes_output,
    takes_pace,
    takes_signatures,
    takes_targets,
)
from scanner.errors import UsageProblem

# What may stand beside --resume: where results go, and where the sweep is.
WITH_RESUME = frozenset(
    {"resume", "wait", "db", "output", "format", "fail_on", "policies", "as_of", "labels", "redact"}
)


@click.command()
@takes_targets
@takes_pace
@takes_interfaces
@click.option("--passive", is_flag=True, help="Send nothing: listen to what devices announce.")
@click.option(
    "--duration",
    type=Amount(min=1),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long --passive listens.",
)
@takes_signatures
@takes_memory
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
    memory_options: MemoryOptions,
    output_options: OutputOptions,
) -> None:
    """Sweep TARGETs and say of every host whose firmware it runs.

    A TARGET is an address (10.0.0.5), a network (10.0.0.0/24), a range (10.0.0.5-10.0.0.9, 10.0.0.5-9)
    or octet ranges (10.0.0-3.1-254). Only private addresses are examined, unless the configuration
    names public_networks. No login is ever tried. Ctrl-C finishes open hosts and writes what is known;
    a second Ctrl-C does not wait for them.

    With --site NAME and no TARGET, a site that the inventory knows is swept on its own terms: its segments,
    exclusions, hours, profile and rate. TARGETs narrow that. Everything found is stored, host by host as it
    is finished; a sweep that was interrupted, whatever by, is finished with --resume.

    A terminal gets a table and a pipe JSON Lines, unless -o or --format says otherwise.
    """
    from scanner.cli.running import sweeping

    if memory_options.resume is not None:
        _check_resuming(ctx)
        ctx.exit(sweeping.resume(memory_options, output_options, ctx.obj))
    means = Means(interface_names, signature_directories)
    order = sweeping.Order(target_options, pace_options, means, duration if passive else None)
    ctx.exit(sweeping.scan(order, memory_options, output_options, ctx.obj))


def _check_resuming(ctx: click.Context) -> None:
    """Raise UsageProblem for options beside --resume that say again what the sweep was asked to do."""
    for parameter in ctx.command.params:
        is_said = ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if is_said and parameter.name not in WITH_RESUME:
            raise UsageProblem(
                f"--resume goes on with what the sweep was asked to do, so {parameter.opts[0]} means nothing "
                "beside it and nothing was sent. Leave it out, or start a new sweep."
            )
