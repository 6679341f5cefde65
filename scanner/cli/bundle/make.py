"""``camcensus bundle make``: what sweeps of a site found, with all that it rests on, in one file."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database, takes_redaction
from scanner.export.redaction import Level


@click.command()
@click.argument("site")
@click.option("-o", "--output", required=True, metavar="FILE", type=click.Path(path_type=Path))
@click.option("--sweep", metavar="SWEEP", help="Only this sweep: a number, a UUID, 'last' or 'last-1'.")
@click.option(
    "--sign",
    "key",
    metavar="KEY",
    type=click.Path(path_type=Path),
    help="Sign with this secret key of minisign or OpenSSH; the signature goes beside FILE.",
)
@takes_redaction
@takes_database
@takes_common
def make(site: str, output: Path, sweep: str | None, key: Path | None, redact: Level, db: str | None) -> None:
    """Bundle what the finished sweeps of SITE found: findings, raw evidence, coverage, authorisation.

    FILE is a tar archive with a manifest of SHA-256, of mode 0600, and appears whole or not at all. The
    same inventory gives the same bytes. Printed is its SHA-256: keep it elsewhere, or sign the bundle,
    since whoever can alter a bundle can also write its manifest anew. A redacted bundle holds no raw
    evidence.
    """
    from scanner.cli.bundle import making

    making.run(db, making.Wish(site, sweep, output, key, redact))
