"""A listed advisory, the models and firmware that it lists, and how one device stands to it."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from scanner.model.signature import Maker
from scanner.policy.bound import Bound, order


class Result(Enum):
    """How a device stands to one advisory, the most urgent first."""

    AFFECTED = "affected"
    POSSIBLE = "possible"
    FIXED = "fixed"
    NOT_LISTED = "not listed"


class Place(Enum):
    """Where a firmware stands to one range, and why that is the result."""

    INSIDE = "The firmware lies in the range listed for {products}."
    UNSTATED = "The advisory names no version for {products}."
    UNKNOWN = "The wire does not show enough of the firmware to place it in the range listed for {products}."
    BETWEEN = "The firmware lies between the last listed for {products} and the first known as fixed."
    AFTER = "The firmware is later than the range listed for {products}."
    BEFORE = "The firmware is earlier than the range listed for {products}."
    OTHER_BRANCH = (
        "The firmware is of another branch than those listed for {products}; they are not compared."
    )


@dataclass(frozen=True, slots=True)
class Range:
    """Models of one series with the firmware listed as affected: from ``start`` to ``end``.

    ``models`` are RE2 patterns. Neither ``start`` nor ``end`` given means that no version was. Firmware
    from ``fixed`` on is fixed, also where that is of another branch; without ``fixed``, any after the end.
    With ``is_some``, only some of the models that fit the patterns are listed.
    """

    products: str
    models: tuple[str, ...]
    device_class: str | None = None
    start: Bound | None = None
    end: Bound | None = None
    is_end_included: bool = True
    fixed: Bound | None = None
    fixed_text: str | None = None
    is_some: bool = False

    def may_be(self, device_class: str | None) -> bool:
        """Whether the range may be for a device of this class; one that is not known may be of any."""
        return None in (device_class, self.device_class) or device_class == self.device_class

    def place(self, seen: Bound) -> Place:
        """Return where a firmware stands to the range."""
        if self.end is None:
            return Place.UNSTATED
        if self.fixed and order(seen, self.fixed) in (0, 1):
            return Place.AFTER
        ended = order(seen, self.end)
        if ended is None:
            return Place.OTHER_BRANCH if seen.is_of_another_branch(self.end) else Place.UNKNOWN
        if ended > 0 or (ended == 0 and not self.is_end_included):
            return Place.BETWEEN if self.fixed else Place.AFTER
        started = order(seen, self.start) if self.start else 1
        if started is None:
            return Place.UNKNOWN
        return Place.INSIDE if started >= 0 else Place.BEFORE


@dataclass(frozen=True, slots=True)
class Advisory:
    """One published advisory, as data.

    ``cvss`` is the base score, None where the record has none. ``kev_since`` is the day on which the
    catalogue of known exploited vulnerabilities took it in, None where it was not in it on ``as_of``.
    ``own_models`` are patterns of the maker's own model names: one that fits them and is not listed is
    not listed, while any other may be a rebrand of one that is.
    """

    id: str
    maker: Maker
    title: str
    ranges: tuple[Range, ...]
    sources: tuple[str, ...]
    as_of: date
    own_models: tuple[str, ...] = ()
    cvss: float | None = None
    kev_since: date | None = None
    is_unfixed: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class AdvisoryResult:
    """How one device stands to one advisory; ``reason`` is one sentence, ``fixed`` a version if known."""

    advisory: Advisory
    result: Result
    reason: str
    fixed: str | None = None

    def __str__(self) -> str:
        return f"{self.advisory.id} {self.result.value}"
