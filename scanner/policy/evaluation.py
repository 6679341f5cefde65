"""What one policy says of one device at one place on one day.

Every question is answered yes, no or not clear. One no and the policy does not apply; else one that is
not clear and nobody can tell, with what would tell; else it applies. Nothing is concluded from silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from scanner.model.site import Role
from scanner.model.verdict import Status, Tier, Verdict
from scanner.policy.company import Decision
from scanner.policy.criterion import ASK_DAY, Ground, Subject, known_of, weigh
from scanner.policy.known import Answer, Known, both
from scanner.policy.policy import Action, Force, Policy, Product, Standing
from scanner.policy.scope import Kind
from scanner.policy.severity import Severity, severity


class Outcome(Enum):
    """Whether a policy's criterion fits, and the policy asks something here and now."""

    APPLIES = "applies"
    DOES_NOT_APPLY = "does not apply"
    CANNOT_TELL = "cannot tell"


_OUTCOMES = {
    Known.YES: Outcome.APPLIES,
    Known.UNCLEAR: Outcome.CANNOT_TELL,
    Known.NO: Outcome.DOES_NOT_APPLY,
}


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """How a device stands to one policy.

    ``due`` are the actions asked for here, context left out; ``overdue`` those of them past their deadline,
    ``open`` those that may be asked for. ``reasons`` say why, ``asks`` what would tell where that is not
    clear. ``decisions`` are the operator's that it rests on; ``product`` is what the device is counted as.
    """

    policy: Policy
    outcome: Outcome
    reasons: tuple[str, ...]
    asks: tuple[str, ...] = ()
    due: tuple[Action, ...] = ()
    overdue: tuple[Action, ...] = ()
    open: tuple[Action, ...] = ()
    severity: Severity = Severity.INFO
    product: Product | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def is_context(self) -> bool:
        """Whether it only tells something: it is no finding and does not count."""
        return self.policy.is_context

    @property
    def deadline(self) -> date | None:
        """The earliest last day of what is due."""
        return min((action.deadline.last for action in self.due if action.deadline), default=None)


_UNSURE = "What was seen does not show surely who made the device."
_NOT_ASSESSED = "The device was not assessed: {reason}"
_NO_ROLE = Answer(
    Known.UNCLEAR,
    "It asks for a segment's role, and the device's segment has none.",
    "Describe the segment in the site file, with its role.",
)


def evaluate(
    verdict: Verdict, labels: frozenset[str], role: Role | None, policies: Sequence[Policy], ground: Ground
) -> tuple[PolicyResult, ...]:
    """Return one result per policy, in their order; ``labels`` are the site's, ``role`` its segment's."""
    subject = subject_of(verdict, ground, ground.labels.all_of(labels))
    return tuple(_evaluate(policy, subject, role, verdict.tier, ground) for policy in policies)


def is_identified(verdict: Verdict) -> bool:
    """Whether the evidence shows surely enough whose firmware it is for a rule to be held against it."""
    is_told = verdict.status in (Status.FLAGGED, Status.OTHER_MAKER)
    return is_told and verdict.tier in (Tier.CONFIRMED, Tier.PROBABLE)


def subject_of(verdict: Verdict, ground: Ground, labels: frozenset[str] | None) -> Subject:
    """Return what a verdict leaves to judge: without sure evidence neither company nor kind."""
    if is_identified(verdict):
        kind = Kind(verdict.device_class, verdict.model is not None)
        return Subject(ground.companies.of(verdict), kind, labels)
    return Subject(None, Kind(), labels, _doubt(verdict))


def standing(policy: Policy, on: date) -> Answer:
    """Return whether a policy is in force on a day."""
    if policy.standing is Standing.NO_RULE:
        return Answer(Known.NO, f"No rule: {policy.note}")
    if policy.standing is Standing.PROPOSED:
        return Answer(Known.NO, "It is proposed: it asks for nothing yet.")
    ended = policy.superseded.has_come(on) if policy.superseded else Known.NO
    if ended is Known.YES:
        return Answer(Known.NO, f"It is no longer in force since {policy.superseded}.")
    begun = policy.in_force.has_come(on)
    if begun is Known.NO:
        return Answer(begun, f"It is not in force before {policy.in_force.first}.")
    if Known.UNCLEAR in (begun, ended):
        span = policy.in_force if begun is Known.UNCLEAR else policy.superseded
        reason = f"The sources do not settle whether it is in force on {on}: {span}."
        return Answer(Known.UNCLEAR, reason, ASK_DAY)
    return Answer(Known.YES, f"It is in force since {policy.in_force}.")


def _evaluate(
    policy: Policy, subject: Subject, role: Role | None, tier: Tier, ground: Ground
) -> PolicyResult:
    in_force = standing(policy, ground.on)
    if in_force.known is Known.NO:
        return _result(policy, subject, (in_force,))
    fits, decisions = weigh(policy, subject, ground)
    binds = ground.labels.organisation(policy.binds, subject.labels or frozenset())
    answers = (in_force, *fits, binds)
    placed = [(action, _asked(action, subject, role, ground)) for action in policy.actions]
    if known_of(answers) is not Known.NO and placed:
        answers += _of_actions([answer for _, answer in placed])
    result = replace(_result(policy, subject, answers), decisions=decisions)
    if result.outcome is Outcome.DOES_NOT_APPLY:
        return result
    asks = _asks([*answers, *(answer for _, answer in placed)])
    if result.outcome is Outcome.CANNOT_TELL:
        may_be = tuple(action for action, answer in placed if answer.known is not Known.NO)
        return replace(result, asks=asks, open=may_be)
    due = tuple(
        action for action, answer in placed if answer.known is Known.YES and action.force is not Force.CONTEXT
    )
    return replace(
        result,
        asks=asks,
        due=due,
        overdue=tuple(action for action in due if action.is_overdue(ground.on)),
        open=tuple(action for action, answer in placed if answer.known is Known.UNCLEAR),
        severity=severity(due, role, tier),
    )


def _result(policy: Policy, subject: Subject, answers: Sequence[Answer]) -> PolicyResult:
    known = known_of(answers)
    reasons = dict.fromkeys(answer.reason for answer in answers if answer.known is known and answer.reason)
    return PolicyResult(policy, _OUTCOMES[known], tuple(reasons), product=subject.kind.product)


def _asks(answers: Sequence[Answer]) -> tuple[str, ...]:
    """Return what would tell where anything is not clear, each once."""
    return tuple(dict.fromkeys(answer.ask for answer in answers if answer.known is Known.UNCLEAR))


def _of_actions(answers: list[Answer]) -> tuple[Answer, ...]:
    """Return what the actions add: nothing where one is asked for, else why none is, or may be."""
    if any(answer.known is Known.YES for answer in answers):
        return ()
    doubtful = [answer for answer in answers if answer.known is Known.UNCLEAR]
    return tuple(dict.fromkeys(doubtful or answers))


def _asked(action: Action, subject: Subject, role: Role | None, ground: Ground) -> Answer:
    """Return whether an action is asked for here and now."""
    since = action.since.has_come(ground.on)
    if since is not Known.YES:
        return Answer(since, f"It asks for {action.do.value} from {action.since} on.", ASK_DAY)
    ended = action.until.has_come(ground.on) if action.until else Known.NO
    if ended is Known.YES:
        return Answer(Known.NO, f"It no longer asks for {action.do.value} since {action.until}.")
    site = ground.labels.site(action.place.labels, subject.labels or frozenset())
    segment = _on_segment(action.place.roles, role)
    asked = site if both(site.known, segment.known) is site.known else segment
    if asked.known is Known.YES and ended is Known.UNCLEAR:
        return Answer(ended, f"It asks for {action.do.value} until {action.until}.", ASK_DAY)
    return asked


def _on_segment(roles: tuple[Role, ...], role: Role | None) -> Answer:
    if not roles or role in roles:
        return Answer(Known.YES)
    if role is None:
        return _NO_ROLE
    meant = " or ".join(one.value for one in roles)
    return Answer(Known.NO, f"It means segments of the role {meant}; this one is {role.value}.")


def _doubt(verdict: Verdict) -> Answer:
    if verdict.status is Status.NOT_ASSESSED:
        reason = _NOT_ASSESSED.format(reason=verdict.reason)
        return Answer(Known.UNCLEAR, reason, "Sweep again when the device answers, or look at it.")
    maker = f"whether {verdict.maker} made it" if verdict.maker else "who made it"
    return Answer(Known.UNCLEAR, f"{_UNSURE} {verdict.reason}", f"Confirm {maker}, on its label for example.")
