"""What would have changed a verdict: the same evidence with pieces left out, and what it lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scanner.matching.database import Database
from scanner.matching.verdict import judge
from scanner.matching.weighing import CLAIMS, cases
from scanner.model.field import Field, Layer
from scanner.model.host import Host
from scanner.model.observation import Observation
from scanner.model.signature import Certainty
from scanner.model.verdict import Status, Tier, Verdict

_CONFIRMING = "a decisive match, or strong ones of two layers"


@dataclass(frozen=True, slots=True)
class Alternative:
    """The verdict that there would have been without one value of one field, wherever it was seen."""

    field: Field
    value: str
    verdict: Verdict


def alternatives(
    host: Host, observations: Sequence[Observation], database: Database, verdict: Verdict
) -> Iterator[Alternative]:
    """Yield, for each value that is more than a hint, the verdict without it, strongest evidence first."""
    positive = (m.observation for m in verdict.matches if m.signature.certainty is not Certainty.WEAK)
    for name, value in dict.fromkeys((seen.field, seen.value) for seen in positive):
        yield Alternative(name, value, judge(host, observations, database, without={(name, value)}))


def breaking_point(
    host: Host, observations: Sequence[Observation], database: Database, verdict: Verdict
) -> tuple[int, Verdict] | None:
    """Return how many of the strongest values must be left out for another verdict, and that one."""
    left_out: set[tuple[Field, str]] = set()
    for one in verdict.matches:
        left_out.add((one.observation.field, one.observation.value))
        other = judge(host, observations, database, without=left_out)
        if not is_alike(other, verdict):
            return len(left_out), other
    return None


def is_alike(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts say the same of whose firmware it is, and as surely."""
    return (one.status, one.tier, one.maker) == (other.status, other.tier, other.maker)


def missing(verdict: Verdict, database: Database) -> str:
    """Return what it would take to confirm the verdict, in one sentence; empty when it is confirmed."""
    if verdict.tier is Tier.CONFIRMED:
        return ""
    if verdict.tier is Tier.CONFLICTING:
        return "No further match settles evidence that is at odds: somebody must look at the device."
    if verdict.tier is Tier.NONE:
        why = "nothing answered" if verdict.status is Status.NOT_ASSESSED else "no signature matched"
        return f"To confirm a maker it takes {_CONFIRMING}; {why}."
    if verdict.tier is Tier.POSSIBLE:
        return f"To confirm {verdict.maker} it takes {_CONFIRMING}; there are weak ones only."
    return _missing_of_probable(verdict, database)


def _missing_of_probable(verdict: Verdict, database: Database) -> str:
    found = cases(verdict.matches, database.makers)
    lead = next(case for case in found if case.maker.name == verdict.maker)
    positive = [one for one in lead.matches if one.signature.certainty is not Certainty.WEAK]
    layers = {one.signature.layer for one in positive}
    if all(one.observation.via in CLAIMS for one in positive):
        return (
            f"To confirm {verdict.maker} the device itself must answer: what was announced by multicast or "
            "overheard, anyone on the segment can claim."
        )
    others = ", ".join(layer.value for layer in Layer if layer not in layers)
    seen = " and ".join(layer.value for layer in Layer if layer in layers)
    return (
        f"To confirm {verdict.maker} it takes a decisive match, or a strong one of another layer than {seen}"
        f" ({others})."
    )
