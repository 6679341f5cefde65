"""``camcensus policies show``: one policy with what it asks for and its sources."""

from collections.abc import Iterator
from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_signatures
from scanner.cli.policies.list import since
from scanner.export.escape import escape
from scanner.export.policy import deed
from scanner.matching.database import load
from scanner.policy.policy import Action, Named, Place, Policy
from scanner.policy.rulebook import Rulebook


@click.command()
@click.argument("policy_id", metavar="ID")
@takes_signatures
@takes_common
def show(policy_id: str, signature_directories: tuple[Path, ...]) -> None:
    """Show the policy ID: whom it binds, what it means, what it asks for, and where that stands."""
    book = Rulebook.load(load(signature_directories), signature_directories)
    (policy,) = book.selected([policy_id]).policies
    for line in lines(policy):
        click.echo(escape(line))


def lines(policy: Policy) -> Iterator[str]:
    """Yield the policy as one ``name: value`` a line; what it does not say is left out."""
    told = {
        "id": f"{policy.id}, version {policy.version}",
        "title": policy.title,
        "jurisdiction": policy.jurisdiction,
        "status": policy.standing.value,
        "issued": f"{policy.issued}",
        "in force": since(policy),
        "who must comply": policy.who,
        "labels of those": ", ".join(policy.binds),
        "criterion": f"{policy.criterion.value}, affiliates: {policy.affiliates.value}",
        "products": ", ".join(product.value for product in policy.products),
    }
    yield from (f"{name}: {text}" for name, text in told.items() if text)
    yield from (f"company: {_named(one, policy)}" for one in policy.named)
    yield from (f"action: {_action(one)}" for one in policy.actions)
    yield from (f"citation: {citation}" for citation in policy.citations)
    after = {
        "confidence": f"{policy.confidence.value}, as of {policy.as_of}",
        "statement of a maker": policy.statement,
        "in dispute": policy.dispute,
        "note": policy.note,
    }
    yield from (f"{name}: {text}" for name, text in after.items() if text)


def _named(named: Named, policy: Policy) -> str:
    since_then = f"since {named.since}" if named.since != policy.in_force else ""
    products = " and ".join(product.value for product in named.products)
    return ", ".join(filter(None, (named.company, since_then, products, _place(named.place), named.note)))


def _action(action: Action) -> str:
    parts = (
        deed(action),
        f"since {action.since}",
        f"until {action.until}" if action.until else "",
        f"by {action.deadline}" if action.deadline else "",
        _place(action.place),
        action.note,
    )
    return ", ".join(filter(None, parts))


def _place(place: Place) -> str:
    """Return where something is asked for."""
    labels = f"at sites labelled {' or '.join(place.labels)}" if place.labels else ""
    roles = f"on {' or '.join(role.value for role in place.roles)} segments" if place.roles else ""
    return ", ".join(filter(None, (labels, roles)))
