"""The closed word lists of ``signatures/vocabulary``: one word a line, sorted, ``#`` starts a comment."""

from dataclasses import dataclass
from typing import Self

WORD_LISTS = ("makers", "brands", "device_classes", "jurisdictions")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The makers' ids, brands, device classes and jurisdictions that signature data may use."""

    makers: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    device_classes: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()

    def __or__(self, other: Self) -> "Vocabulary":
        """Return the words of both."""
        return Vocabulary(
            self.makers | other.makers,
            self.brands | other.brands,
            self.device_classes | other.device_classes,
            self.jurisdictions | other.jurisdictions,
        )


def words(text: str) -> list[tuple[int, str]]:
    """Return each word of a list with its line number."""
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in lines if line and not line.startswith("#")]
