"""``camcensus signatures``: look into the database and prove it."""

import click

from scanner.cli.group import LazyGroup

COMMANDS = {
    "list": "scanner.cli.signatures.list:list_",
    "show": "scanner.cli.signatures.show:show",
    "new": "scanner.cli.signatures.new:new",
    "explain": "scanner.cli.signatures.explain:explain",
    "validate": "scanner.cli.signatures.validate:validate",
    "score": "scanner.cli.signatures.score:score",
}


@click.group(cls=LazyGroup, lazy_commands=COMMANDS)
def signatures() -> None:
    """Look into the signature database and prove it."""
