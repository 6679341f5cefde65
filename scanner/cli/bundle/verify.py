"""``camcensus bundle verify``: whether a bundle is as it was made."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_signatures


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--key",
    metavar="KEY",
    type=click.Path(path_type=Path),
    help="Check the signature by this public key of minisign or OpenSSH; without a signature it differs.",
)
@click.option(
    "--signature",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The signature.  [default: beside the bundle]",
)
@takes_signatures
@takes_common
@click.pass_context
def verify(
    ctx: click.Context,
    file: Path,
    key: Path | None,
    signature: Path | None,
    signature_directories: tuple[Path, ...],
) -> None:
    """Check the bundle FILE: every byte, its signature, and that its findings follow from its evidence.

    All evidence is judged again. Where program, signatures and address registry are those of the sweep, the
    findings must be the same; where they are others, what differs today is listed and is no tampering.
    Nothing is unpacked to disk, no inventory is needed, and nothing is sent. Exit code 0 when the bundle is
    intact, 3 when anything differs, 2 for a file that is no bundle.
    """
    from scanner.cli.bundle import checking

    ctx.exit(checking.run(file, key, signature, signature_directories))
