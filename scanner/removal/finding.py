"""What an auditor is told of a device: from its history, the policies' results, decisions and the day.

A finding says that something is so, never that anybody did wrong. Pure: nothing here reads a clock.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from scanner.model.device import Change, ChangeKind
from scanner.model.site import Role
from scanner.policy.evaluation import Outcome, PolicyResult
from scanner.policy.policy import Action, Deed
from scanner.removal.lifecycle import Lifecycle
from scanner.removal.obligation import Obligation, State


class FindingKind(Enum):
    """What is found, the most urgent first."""

    RETURNED = "returned"
    IDENTITY_CHANGED = "identity_changed"
    NEW_AFTER_CUTOFF = "new_after_cutoff"
    ON_CORE_NETWORK = "on_core_network"
    EXEMPTION_EXPIRED = "exemption_expired"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of one device since a day; ``policy`` is empty where none is concerned."""

    kind: FindingKind
    since: date
    reason: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A change of a device, when a sweep saw it, and which day that was at the site."""

    at: datetime
    on: date
    change: Change


@dataclass(frozen=True, slots=True)
class Subject:
    """One device as findings are drawn from it; days are the site's.

    ``missed_on`` is the day of the last sweep that looked at its place before it was first seen and did
    not meet it, None where none did: the device may then have been there all the time. ``obligations``
    are by policy, ``removed_on`` is the day of an attested removal that stands.
    """

    first_seen: date
    last_seen: date
    lifecycle: Lifecycle
    role: Role | None = None
    missed_on: date | None = None
    removed_on: date | None = None
    changes: tuple[DatedChange, ...] = ()
    results: tuple[PolicyResult, ...] = ()
    obligations: Mapping[str, Obligation] = field(default_factory=dict)


# What these ask for, only the removal of the device fulfils.
_REMOVALS = frozenset({Deed.REMOVE, Deed.REMOVE_BY_DATE})


def findings(subject: Subject, today: date) -> tuple[Finding, ...]:
    """Return what there is to tell of a device on a day, the most urgent first.

    A device that is gone gives none. An exemption that holds stands against those of its policy.
    """
    if subject.lifecycle is Lifecycle.GONE:
        return ()
    found = [one for find in _FINDERS for one in find(subject, today)]
    urgency = list(FindingKind)
    return tuple(sorted(found, key=lambda one: (urgency.index(one.kind), one.policy)))


def _returned(subject: Subject, _: date) -> Iterator[Finding]:
    if subject.lifecycle is Lifecycle.RETURNED and subject.removed_on is not None:
        told = f"Its removal on {subject.removed_on} was attested, and it was met on {subject.last_seen}."
        yield Finding(FindingKind.RETURNED, subject.last_seen, told)
    elif change := _unanswered(subject, ChangeKind.RETURNED):
        told = f"Several sweeps in a row had missed it, and it was met on {change.on}."
        yield Finding(FindingKind.RETURNED, change.on, told)


def _identity_changed(subject: Subject, _: date) -> Iterator[Finding]:
    if change := _unanswered(subject, ChangeKind.REIDENTIFIED):
        told = f"The same device was {change.change.before}, and is {change.change.after}."
        yield Finding(FindingKind.IDENTITY_CHANGED, change.on, told)


def _unanswered(subject: Subject, kind: ChangeKind) -> DatedChange | None:
    """Return the last change of a kind, unless somebody has taken a step since."""
    last = max((one for one in subject.changes if one.change.kind is kind), key=_moment_of, default=None)
    entered = [one.last.at for one in subject.obligations.values() if one.last is not None]
    is_answered = last is not None and any(at > last.at for at in entered)
    return None if is_answered else last


def _moment_of(change: DatedChange) -> datetime:
    return change.at


def _new_after_cutoff(subject: Subject, today: date) -> Iterator[Finding]:
    for result, action in _asked(subject, today, frozenset({Deed.STOP_INSTALL})):
        if subject.missed_on is not None and action.since.is_over(subject.first_seen):
            told = (
                f"First seen on {subject.first_seen}, after {action.since}; the sweep of {subject.missed_on} "
                "looked at its place and did not meet it."
            )
            yield Finding(FindingKind.NEW_AFTER_CUTOFF, subject.first_seen, told, result.policy.id)


def _on_core_network(subject: Subject, today: date) -> Iterator[Finding]:
    if subject.role is not Role.CORE:
        return
    for result, action in _asked(subject, today, frozenset({Deed.KEEP_OFF_CORE_NETWORK})):
        since = max(action.since.first, subject.first_seen)
        told = "It stands on a segment whose role is core."
        yield Finding(FindingKind.ON_CORE_NETWORK, since, told, result.policy.id)


def _exemption_expired(subject: Subject, today: date) -> Iterator[Finding]:
    for policy, known in subject.obligations.items():
        if known.last is not None and known.state is State.EXEMPT and not known.is_exempt(today):
            told = f"The exemption by {known.last.by} ended with {known.last.day}."
            yield Finding(FindingKind.EXEMPTION_EXPIRED, known.last.day, told, policy)


def _overdue(subject: Subject, today: date) -> Iterator[Finding]:
    """Yield plans that are past, else deadlines of the policy itself: one finding per policy."""
    late = dict(_late_plans(subject, today))
    for result, action in _asked(subject, today, _REMOVALS):
        if action.deadline is not None and action.is_overdue(today):
            day = action.deadline.last
            told = f"The policy asks for {action.do.value} by {action.deadline}."
            late.setdefault(result.policy.id, Finding(FindingKind.OVERDUE, day, told, result.policy.id))
    yield from late.values()


def _late_plans(subject: Subject, today: date) -> Iterator[tuple[str, Finding]]:
    for policy, known in subject.obligations.items():
        if known.last is not None and known.state is State.PLANNED and known.last.day < today:
            told = f"{known.last.by} planned its removal by {known.last.day}."
            yield policy, Finding(FindingKind.OVERDUE, known.last.day, told, policy)


def _asked(subject: Subject, today: date, deeds: frozenset[Deed]) -> Iterator[tuple[PolicyResult, Action]]:
    """Yield what policies that apply ask for of these deeds, without those that it is exempt from."""
    for result in subject.results:
        known = subject.obligations.get(result.policy.id)
        is_exempt = known is not None and known.is_exempt(today)
        if result.outcome is Outcome.APPLIES and not is_exempt:
            yield from ((result, action) for action in result.due if action.do in deeds)


_Finder = Callable[[Subject, date], Iterator[Finding]]
_FINDERS: tuple[_Finder, ...] = (
    *(_returned, _identity_changed, _new_after_cutoff, _on_core_network, _exemption_expired, _overdue),
)
