"""``camcensus import``: verdicts on what other tools have found."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import OutputOptions, takes_database, takes_output, takes_signatures


def _list_kinds(ctx: click.Context, _option: click.Parameter, is_set: bool) -> None:
    if is_set:
        from scanner.cli.running.importing import names

        for line in names():
            click.echo(line)
        ctx.exit()


@click.command("import")
@click.argument("kind", metavar="KIND")
@click.argument("source", metavar="FILE|-")
@click.option(
    "--also",
    "further",
    type=(str, str),
    multiple=True,
    metavar="KIND FILE",
    help="Import this file, too, and merge its hosts with the others; repeatable.",
)
@click.option(
    "--list-kinds",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_kinds,
    help="Print every kind with what it is, and end.",
)
@takes_signatures
@takes_database
@takes_output
@takes_common
@click.pass_context
def import_(
    ctx: click.Context,
    kind: str,
    source: str,
    further: tuple[tuple[str, str], ...],
    signature_directories: tuple[Path, ...],
    db: str | None,
    output_options: OutputOptions,
) -> None:
    """Judge what other tools have found: one verdict per device, merged from all FILEs.

    KIND says what a FILE is: nmap, zgrab2, masscan, csv or jsonl (an earlier camcensus result), ip-neigh,
    arp, dnsmasq, isc-dhcp, kea or mac-table. Every fact keeps its source and its age: that of the file
    where the file itself gives no time.

    What cannot be used is named by its position, the rest is used, and the exit code is 4. A terminal gets
    a table and a pipe JSON Lines, unless -o or --format says otherwise. Nothing is sent.

    With --site NAME, what was told is stored where the inventory knows the site.
    """
    from scanner.cli.running import importing

    sources = ((kind, source), *further)
    ctx.exit(importing.run(sources, signature_directories, output_options, ctx.obj, db))
