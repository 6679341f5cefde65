"""How urgent a match is: the force of what is asked, the label and segment it is asked for, the evidence."""

from collections.abc import Iterable
from enum import IntEnum

from scanner.model.site import Role
from scanner.model.verdict import Tier
from scanner.policy.policy import Action, Force


class Severity(IntEnum):
    """From what is only told to what comes first."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


_WEIGHT = {Force.MUST: 2, Force.SHOULD: 1, Force.TARGET: 1, Force.CONSIDER: 0}


def severity(due: Iterable[Action], role: Role | None, tier: Tier) -> Severity:
    """Return the severity of the actions due at one place.

    The strongest force counts; a site label that an action asks for and a core segment each raise it by
    one step, evidence that is only probable lowers it by one. Context is never above ``INFO``.
    """
    counted = [action for action in due if action.force is not Force.CONTEXT]
    if not counted:
        return Severity.INFO
    steps = max(_WEIGHT[action.force] for action in counted)
    steps += any(action.place.labels for action in counted)
    steps += role is Role.CORE
    steps -= tier is not Tier.CONFIRMED
    return Severity(min(max(steps, Severity.LOW), Severity.CRITICAL))
