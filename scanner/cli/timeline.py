"""``camcensus timeline``: how a removal goes, from the stored sweeps."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database, takes_signatures

FORMATS = ("table", "csv", "jsonl", "svg")


@click.command()
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--all", "is_all", is_flag=True, help="Every site of the inventory.")
@click.option("--policy", metavar="ID", help="Count devices that this policy applies to.  [default: flagged]")
@click.option(
    "--milestone",
    "milestones",
    multiple=True,
    metavar="DATE=SHARE",
    help="By DATE so many percent are to be gone, e.g. 2027-04-30=70; repeatable, in order.",
)
@click.option("--keep", is_flag=True, help="Store the milestones with each SITE, in place of its own.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="How it is written.  [default: by the suffix of -o, else table on a terminal, jsonl in a pipe]",
)
@click.option("-o", "--output", metavar="FILE", help="Write to this file; '-' for standard output.")
@takes_signatures
@takes_database
@takes_common
def timeline(
    sites: tuple[str, ...],
    is_all: bool,
    policy: str | None,
    milestones: tuple[str, ...],
    keep: bool,
    form: str | None,
    output: str | None,
    signature_directories: tuple[Path, ...],
    db: str | None,
) -> None:
    """Show found, remaining and removed devices of each SITE over time, against the milestones.

    A device is removed when its removal is attested and sweeps that covered its address miss it, and not
    before. A landlord's and a contractor's devices are not counted. The forecast goes on at the pace so far.
    """
    from scanner.cli.removal import curve

    wanted = curve.Wanted(sites, is_all, policy, milestones, keep)
    curve.run(db, wanted, form, output, signature_directories)
