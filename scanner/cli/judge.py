"""``camcensus judge``: verdicts on what other tools have seen."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import OutputOptions, takes_output, takes_signatures


@click.command()
@click.argument("source", default="-", metavar="[FILE|-]")
@click.option("--list-fields", is_flag=True, help="Print every field and protocol that is taken, and end.")
@takes_signatures
@takes_output
@takes_common
@click.pass_context
def judge(
    ctx: click.Context,
    source: str,
    list_fields: bool,
    signature_directories: tuple[Path, ...],
    output_options: OutputOptions,
) -> None:
    """Judge what other tools have seen, given as JSON Lines: one verdict per host.

    \b
    {"host": "10.0.0.5", "field": "http_header.server", "value": "..."}
    {"host": "10.0.0.5", "protocol": "dhip", "data_base64": "...", "port": 37810}
    {"host": "10.0.0.5", "mac": "..."}

    The host can be any text. A line that cannot be used is reported by its number, the others are used,
    and the exit code is 4. A terminal gets a table and a pipe JSON Lines, unless -o or --format says
    otherwise. Nothing is sent.
    """
    from scanner.cli.running import judging

    if list_fields:
        for line in judging.names():
            click.echo(line)
        return
    ctx.exit(judging.run(source, signature_directories, output_options, ctx.obj))
