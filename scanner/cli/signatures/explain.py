"""``camcensus signatures explain``: which rules fit a value, and what follows."""

from collections.abc import Iterator
from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_signatures
from scanner.clock import SystemClock
from scanner.errors import UsageProblem
from scanner.export.escape import escape, shorten
from scanner.intake import field
from scanner.intake.jsonl import NO_ADDRESS, SOURCE
from scanner.matching.database import Database, load
from scanner.matching.verdict import judge
from scanner.model.capability import words
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Observation, Via
from scanner.model.verdict import Verdict

# Enough of a value to see what a rule saw in it.
MAX_SHOWN_CHARACTERS = 200


@click.command()
@click.argument("value")
@click.option(
    "--field", "field_name", required=True, metavar="F", help="What the value is, e.g. http.server."
)
@takes_signatures
@takes_common
def explain(value: str, field_name: str, signature_directories: tuple[Path, ...]) -> None:
    """Show which signatures fit VALUE, what they read out of it, and the verdict on it alone."""
    told = field.BY_NAME.get(field_name.lower())
    if told is None:
        raise UsageProblem(
            f"The field {field_name!r} is not known. 'camcensus judge --list-fields' lists all."
        )
    for line in lines(told, value, load(signature_directories)):
        click.echo(escape(line))


def lines(told: Field, value: str, database: Database) -> Iterator[str]:
    """Yield each fact that the value shows with the rules that fit it, then the verdict."""
    host = Host(NO_ADDRESS, name="value")
    at = SystemClock().now()
    seen = tuple(fact.seen(host, SOURCE, Via.IMPORTED, at) for fact in field.read(told, value))
    for observation in seen:
        yield f"{observation.field.value} = {shorten(observation.value, MAX_SHOWN_CHARACTERS)}"
        yield from _fits(observation, database)
    yield from _conclusion(judge(host, seen, database))


def _fits(observation: Observation, database: Database) -> Iterator[str]:
    for match in database.engine.matches(observation):
        rule = match.signature
        yield f"  {rule.id}: {rule.maker}, {rule.certainty.value}, layer {rule.layer.value}"
        yield from (f"    pattern {pattern}" for pattern in rule.patterns)
        yield from (f"    {name} = {text}" for name, text in sorted(match.captured.items()))
        yield from (f"    capability {word}" for word in words(rule.capabilities))


def _conclusion(verdict: Verdict) -> Iterator[str]:
    yield f"verdict on this alone: {verdict.status.value}, {verdict.tier.value}"
    yield f"  {verdict.reason}"
