"""What policies say of a host: as cells of a row, and whole for JSON Lines."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from scanner.policy.company import Decision
from scanner.policy.evaluation import Outcome, PolicyResult
from scanner.policy.policy import Action

# Ids of policies that a device is exempt from, by a decision that holds.
Exempt = frozenset[str]
NO_EXEMPTION: Exempt = frozenset()


def told_of(results: Iterable[PolicyResult], exempt: Exempt = NO_EXEMPTION) -> tuple[str, ...]:
    """Return each policy with its result: ``uk-wms-2022-11-24 applies``."""
    return tuple(f"{one.policy.id} {outcome_of(one, exempt)}" for one in results)


def brief_of(results: Sequence[PolicyResult]) -> str:
    """Return the policies that apply, and how many do not or cannot be told, for a table."""
    counted = Counter(outcome_of(one) for one in results)
    told = [one.policy.id for one in results if outcome_of(one) == Outcome.APPLIES.value]
    rest = [f"{count} {outcome}" for outcome, count in counted.items() if outcome != Outcome.APPLIES.value]
    return "; ".join([*told, *sorted(rest)])


def outcome_of(result: PolicyResult, exempt: Exempt = NO_EXEMPTION) -> str:
    """Return a result in words; what only tells something, and what is exempt, is marked."""
    said: str = result.outcome.value
    if result.outcome is not Outcome.APPLIES:
        return said
    if result.is_context:
        return f"{said} (context)"
    return f"{said} (exempt)" if result.policy.id in exempt else said


def due_of(results: Iterable[PolicyResult], exempt: Exempt = NO_EXEMPTION) -> tuple[str, ...]:
    """Return what is asked for, each once: ``should keep_off_core_network``."""
    binding = (one for one in results if one.policy.id not in exempt)
    return tuple(dict.fromkeys(deed(action) for one in binding for action in one.due))


def deadline_of(results: Iterable[PolicyResult], exempt: Exempt = NO_EXEMPTION) -> date | None:
    """Return the earliest day by which something is asked for."""
    days = (one.deadline for one in results if one.policy.id not in exempt)
    return min((day for day in days if day is not None), default=None)


def deed(action: Action) -> str:
    """Return an action with its force: ``must stop_install``."""
    return f"{action.force.value} {action.do.value}"


def entry(
    result: PolicyResult, exempt: Exempt = NO_EXEMPTION, is_redacted: bool = False
) -> dict[str, object]:
    """Return a result whole. ``is_redacted`` takes out its reasons, which quote devices and people."""
    policy = result.policy
    is_whole = not is_redacted
    return {
        "id": policy.id,
        "version": policy.version,
        "title": policy.title,
        "result": result.outcome.value,
        "why": result.reasons if is_whole else (),
        "would_tell": result.asks,
        "due": [_action(action, result) for action in result.due],
        "may_be_due": [_action(action, result) for action in result.open],
        "deadline": result.deadline,
        "severity": result.severity.name.lower(),
        "product": result.product.value if result.product else None,
        "context": result.is_context,
        "exempt": policy.id in exempt,
        "decisions": [_decision(one) for one in result.decisions] if is_whole else [],
        "citations": policy.citations,
        "statement": policy.statement,
        "dispute": policy.dispute,
    }


def _action(action: Action, result: PolicyResult) -> dict[str, object]:
    return {
        "do": action.do.value,
        "force": action.force.value,
        "since": str(action.since),
        "deadline": str(action.deadline) if action.deadline else None,
        "overdue": action in result.overdue,
        "note": action.note,
    }


def _decision(one: Decision) -> dict[str, object]:
    return {
        "company": one.company,
        "question": one.question.value,
        "value": one.value,
        "reason": one.reason,
        "by": one.by,
        "on": one.on,
    }
