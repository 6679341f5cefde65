"""``camcensus signatures show``: one rule with its examples and sources."""

from collections.abc import Iterator
from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_signatures
from scanner.errors import UsageProblem
from scanner.export.escape import escape
from scanner.matching.database import load
from scanner.model.capability import words
from scanner.model.signature import Example, Signature


@click.command()
@click.argument("signature_id", metavar="ID")
@takes_signatures
@takes_common
def show(signature_id: str, signature_directories: tuple[Path, ...]) -> None:
    """Show the signature ID with its patterns, examples, near misses and sources."""
    known = {rule.id: rule for rule in load(signature_directories).signatures}
    if signature_id not in known:
        raise UsageProblem(
            f"There is no signature {signature_id!r}. 'camcensus signatures list' lists the ids of all."
        )
    for line in lines(known[signature_id]):
        click.echo(escape(line))


def lines(rule: Signature) -> Iterator[str]:
    """Yield the rule as one ``name: value`` a line."""
    yield f"id: {rule.id}"
    yield f"maker: {rule.maker}"
    yield f"description: {rule.description}"
    yield f"field: {rule.field.value} ({rule.field.note}; layer {rule.layer.value})"
    yield from (f"pattern: {pattern}" for pattern in rule.patterns)
    yield f"certainty: {rule.certainty.value}"
    if rule.brand:
        yield f"brand: {rule.brand}"
    if rule.device_class:
        yield f"device class: {rule.device_class}"
    yield from (f"capability: {word}" for word in words(rule.capabilities))
    yield from (f"example: {_example(example)}" for example in rule.examples)
    yield from (f"near miss: {value}" for value in rule.near_misses)
    yield from (f"reference: {reference}" for reference in rule.references)


def _example(example: Example) -> str:
    extracts = ", ".join(f"{name}={text}" for name, text in example.extracts)
    return f"{example.value} -> {extracts}" if extracts else example.value
