"""``camcensus policies list``: every policy on one line."""

from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_signatures
from scanner.matching.database import load
from scanner.policy.policy import Policy, Standing
from scanner.policy.rulebook import Rulebook


@click.command("list")
@click.option("--labels", is_flag=True, help="List the labels that a site can have instead.")
@takes_signatures
@takes_common
def list_(labels: bool, signature_directories: tuple[Path, ...]) -> None:
    """List the policies: id, jurisdiction, status, since when, and title."""
    book = Rulebook.load(load(signature_directories), signature_directories)
    if labels:
        for label in book.labels.by_id.values():
            click.echo(f"{label.id}\t{label.kind.value}\t{label.title}")
        return
    for policy in book.policies:
        click.echo(
            f"{policy.id}\t{policy.jurisdiction}\t{policy.standing.value}\t{since(policy)}\t{policy.title}"
        )


def since(policy: Policy) -> str:
    """Return since when a policy is in force, and until when it was."""
    if policy.standing is Standing.NO_RULE:
        return "-"
    return f"{policy.in_force}" + (f" to {policy.superseded}" if policy.superseded else "")
