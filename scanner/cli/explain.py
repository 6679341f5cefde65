"""``camcensus explain``: why a device got its verdict."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database, takes_signatures


@click.command()
@click.argument("device")
@click.option("--sweep", metavar="SWEEP", help="As this sweep found it.  [default: the last one that met it]")
@takes_signatures
@takes_database
@takes_common
def explain(device: str, sweep: str | None, signature_directories: tuple[Path, ...], db: str | None) -> None:
    """Explain the verdict on DEVICE: a number, an address, a MAC or a serial number.

    Every piece of stored evidence is printed with its bytes, with the signatures that match it, how much
    each is worth and where that is known from; then what would have changed the verdict and what it lacks.
    The evidence is judged again by today's signatures. Nothing is sent, and nothing is stored.
    """
    from scanner.cli.history import explanation

    explanation.run(db, device, sweep, signature_directories)
