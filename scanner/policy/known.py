"""Three-valued answers: yes, no, and not clear from what is known, with what would make it clear."""

from dataclasses import dataclass
from enum import Enum


class Known(Enum):
    """What is known of a question; that nothing is known of it is never a no."""

    YES = "yes"
    UNCLEAR = "unclear"
    NO = "no"


# How far a thing holds, the least first.
ORDER = (Known.NO, Known.UNCLEAR, Known.YES)


def both(left: Known, right: Known) -> Known:
    """Return whether two things hold together: one no is enough for no."""
    if Known.NO in (left, right):
        return Known.NO
    return Known.UNCLEAR if Known.UNCLEAR in (left, right) else Known.YES


def either(left: Known, right: Known) -> Known:
    """Return whether at least one of two things holds: one yes is enough for yes."""
    if Known.YES in (left, right):
        return Known.YES
    return Known.UNCLEAR if Known.UNCLEAR in (left, right) else Known.NO


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question of a rule: one sentence why, and, when unclear, what would tell.

    A yes that goes without saying has no sentence.
    """

    known: Known
    reason: str = ""
    ask: str = ""
