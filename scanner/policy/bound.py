"""A place in a maker's row of firmware, by version, by build date or by both.

Two places are compared only where the maker's own order says something: numbers within one branch, then
build dates. Everything else is unknown, which is not the same as equal.
"""

from dataclasses import dataclass
from datetime import date
from itertools import zip_longest


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a firmware stands; ``numbers`` are empty and ``build_date`` is None where not known or meant."""

    numbers: tuple[int, ...] = ()
    build_date: date | None = None
    branch: str = ""

    def is_of_another_branch(self, bound: "Bound") -> bool:
        """Whether both show numbers, but of rows that say nothing about each other."""
        return bool(self.numbers and bound.numbers) and self.branch != bound.branch


def order(seen: Bound, bound: Bound) -> int | None:
    """Return -1, 0 or 1 as a firmware stands before, at or after a bound; None where that is not known.

    What the bound does not name is not asked for: a bound of numbers alone ends with them.
    """
    if bound.numbers:
        if not seen.numbers or seen.branch != bound.branch:
            return None
        if by_numbers := _order_of_numbers(seen.numbers, bound.numbers):
            return by_numbers
    if bound.build_date is None:
        return 0
    if seen.build_date is None:
        return None
    return (seen.build_date > bound.build_date) - (seen.build_date < bound.build_date)


def _order_of_numbers(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    """Compare number by number; 5.4 is 5.4.0."""
    pairs = zip_longest(left, right, fillvalue=0)
    return next((1 if one > other else -1 for one, other in pairs if one != other), 0)
