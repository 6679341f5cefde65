"""Whether what somebody typed and what a device says are alike."""

from difflib import SequenceMatcher
from functools import lru_cache

# A model on paper is often part of a sentence, but two letters are part of everything.
MIN_CONTAINED_CHARACTERS = 5
# DS-2CD2032-I and DS-2CD2O32-I, one letter typed wrongly, are at 0.9; so are neighbours of one series, so
# that what is only alike is always told as differing.
MODEL_ALIKE = 0.85
PLACE_ALIKE = 0.75


def bare(text: str) -> str:
    """Return letters and digits alone: lists and devices set marks, blanks and case as they like."""
    return "".join(filter(str.isalnum, text.casefold()))


def says_the_same(paper: str, found: str) -> bool:
    """Whether two texts are equal or one holds the other."""
    one, other = bare(paper), bare(found)
    shorter = min(one, other, key=len)
    return one == other or (len(shorter) >= MIN_CONTAINED_CHARACTERS and (one in other or other in one))


def model_likeness(paper: str, found: str) -> float:
    """Return how alike two models are: 1.0 where they say the same, 0.0 where less than ``MODEL_ALIKE``."""
    return 1.0 if says_the_same(paper, found) else likeness(bare(paper), bare(found), MODEL_ALIKE)


# A site has some ten segments, and a list as many words for them.
@lru_cache(maxsize=10_000)
def is_same_place(paper: str, place: str) -> bool:
    """Whether a location on paper means a segment or site."""
    one, other = bare(paper), bare(place)
    return bool(one and other) and (other in one or likeness(one, other, PLACE_ALIKE) > 0)


# Lists and sites have some hundred models, each of them many times.
@lru_cache(maxsize=100_000)
def likeness(one: str, other: str, least: float) -> float:
    """Return how alike two bare texts are, from ``least`` to 1.0, or 0.0 where less."""
    compared = SequenceMatcher(None, one, other, autojunk=False)
    bounds = (compared.real_quick_ratio, compared.quick_ratio)
    if any(bound() < least for bound in bounds):
        return 0.0
    ratio = compared.ratio()
    return ratio if ratio >= least else 0.0
