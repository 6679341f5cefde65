"""``camcensus signatures list``: every rule on one line."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_signatures
from scanner.matching.database import load


@click.command("list")
@click.option("--maker", metavar="ID", help="Only rules for this maker.")
@takes_signatures
@takes_common
def list_(maker: str | None, signature_directories: tuple[Path, ...]) -> None:
    """List the signatures: id, maker, certainty, field and what each knows."""
    database = load(signature_directories)
    for rule in database.signatures:
        if maker in (None, rule.maker):
            click.echo(
                f"{rule.id}\t{rule.maker}\t{rule.certainty.value}\t{rule.field.value}\t{rule.description}"
            )
