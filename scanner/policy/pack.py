"""What checked policy files hold, ready to evaluate by."""

from datetime import date

from scanner.matching.maker import CheckedTable
from scanner.model.site import Role
from scanner.policy.company import Company, Decision, Fact, Question
from scanner.policy.known import Known
from scanner.policy.label import Label, LabelKind
from scanner.policy.policy import (
    Action,
    Confidence,
    Criterion,
    Deed,
    Force,
    Named,
    Place,
    Policy,
    Product,
    Standing,
)
from scanner.policy.span import ANY_DAY, Span, read_span


def policy_of(table: CheckedTable) -> Policy:
    """Return the instrument that a checked file describes."""
    head = table["policy"]
    issued = _span(head["issued"])
    in_force = _span(head["in_force"]).from_then(issued.first)
    return Policy(
        id=head["id"],
        version=head["version"],
        title=head["title"],
        jurisdiction=head["jurisdiction"],
        issued=issued,
        in_force=in_force,
        standing=Standing(head["status"]),
        who=head["who"],
        criterion=Criterion(head["criterion"]),
        products=_products(head),
        citations=tuple(head["citations"]),
        confidence=Confidence(head["confidence"]),
        as_of=date.fromisoformat(table["as_of"]),
        binds=tuple(head.get("binds", ())),
        affiliates=Known(head.get("affiliates", Known.UNCLEAR.value)),
        named=tuple(_named(entry, in_force) for entry in table.get("named", ())),
        actions=tuple(_action(entry, in_force) for entry in table.get("action", ())),
        superseded=_span(head["superseded"]) if "superseded" in head else None,
        statement=head.get("statement", ""),
        dispute=head.get("dispute", ""),
        note=head.get("note", ""),
    )


def company_of(entry: CheckedTable) -> Company:
    """Return one company of the table."""
    belongs = entry.get("belongs")
    return Company(
        id=entry["id"],
        name=entry["name"],
        legal=entry["legal"],
        seat=_fact(entry["seat"]),
        maker=entry.get("maker"),
        brands=tuple(entry.get("brands", ())),
        parent=belongs["company"] if belongs else None,
        belonging=_fact(belongs) if belongs else None,
        state=_fact(entry["state"]) if "state" in entry else None,
        registrants=tuple(entry.get("registrants", ())),
        sources=tuple(entry["sources"]),
        statement=entry.get("statement", ""),
        note=entry.get("note", ""),
    )


def label_of(entry: CheckedTable) -> Label:
    """Return one label of the table."""
    return Label(
        id=entry["id"],
        kind=LabelKind(entry["kind"]),
        title=entry["title"],
        sources=tuple(entry["sources"]),
        implies=tuple(entry.get("implies", ())),
        excludes=tuple(entry.get("excludes", ())),
    )


def decision_of(entry: CheckedTable) -> Decision:
    """Return one decision of an operator."""
    return Decision(
        company=entry["company"],
        question=Question(entry["question"]),
        value=entry["value"],
        reason=entry["reason"],
        by=entry["by"],
        on=date.fromisoformat(entry["on"]),
    )


def _named(entry: CheckedTable, in_force: Span) -> Named:
    since = _span(entry["since"]) if "since" in entry else in_force
    return Named(entry["company"], since, _products(entry), _place(entry), entry.get("note", ""))


def _action(entry: CheckedTable, in_force: Span) -> Action:
    return Action(
        do=Deed(entry["do"]),
        force=Force(entry["force"]),
        since=_span(entry["since"]) if "since" in entry else in_force,
        place=_place(entry),
        deadline=_span(entry["deadline"]) if "deadline" in entry else None,
        until=_span(entry["until"]) if "until" in entry else None,
        note=entry.get("note", ""),
    )


def _place(entry: CheckedTable) -> Place:
    return Place(tuple(entry.get("labels", ())), tuple(Role(role) for role in entry.get("roles", ())))


def _products(entry: CheckedTable) -> tuple[Product, ...]:
    return tuple(Product(name) for name in entry.get("products", ()))


def _fact(entry: CheckedTable) -> Fact:
    return Fact(
        Known(entry["known"]),
        entry["detail"],
        tuple(entry["sources"]),
        date.fromisoformat(entry["dated"]),
        Confidence(entry["confidence"]),
    )


def _span(text: str) -> Span:
    """Return the days that a checked text means."""
    return read_span(text) or ANY_DAY
