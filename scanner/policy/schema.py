"""The shape of advisory files; a file that passes can be read without further care."""

import re
from enum import Enum

from scanner.matching.schema import (
    Key,
    Sections,
    check_flag,
    check_text,
    check_texts,
    is_date,
    one_of,
    pattern_check,
)
from scanner.matching.vocabulary import Vocabulary

# The ends of a range as its file names them: first affected, last affected, first not affected, fixed.
BOUNDS = ("from", "through", "before", "fixed")

# Base scores of CVSS run from 0 to 10.
MAX_CVSS = 10.0

_ADVISORY_ID = re.compile(r"[A-Z]+(?:-[A-Za-z0-9]+)+")


class Basis(Enum):
    """What the ends of a range are made of."""

    VERSION = "version"
    BUILD = "build"
    BOTH = "version+build"
    NONE = "none"


def _id(value: object, _: Vocabulary) -> str | None:
    return None if isinstance(value, str) and _ADVISORY_ID.fullmatch(value) else "is no advisory's number"


def _ids(value: object, words: Vocabulary) -> str | None:
    if not isinstance(value, list) or not value:
        return "is not a list with at least one number"
    return next((f"holds one that {fault}" for entry in value if (fault := _id(entry, words))), None)


def _score(value: object, _: Vocabulary) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "is not a number"
    return None if 0 <= value <= MAX_CVSS else f"is not from 0 to {MAX_CVSS:.0f}"


def _since(value: object, _: Vocabulary) -> str | None:
    return None if value is False or is_date(value) else "is neither false nor a date"


def _patterns(value: object, words: Vocabulary) -> str | None:
    if not isinstance(value, list) or not value:
        return "is not a list with at least one pattern"
    check = pattern_check(frozenset())
    return next((f"holds a pattern that {fault}" for entry in value if (fault := check(entry, words))), None)


_PATTERNS = "List RE2 patterns without named groups."
_END = "Write a version, a build date such as 2021-06-28, or both, as the maker writes them."

MAKER = {
    "id": Key(one_of(lambda v: v.makers), "Use a word of vocabulary/makers.txt, or add it there."),
    "models": Key(_patterns, f"{_PATTERNS} Models that fit are the maker's own."),
}
ADVISORY = {
    "id": Key(_id, "Write for example CVE-2021-36260."),
    "title": Key(check_text, "Say in a few words what it is."),
    "cvss": Key(_score, "Write the base score, or leave the key out where the record has none.", False),
    "kev": Key(_since, 'Write the day it was listed, kev = "2022-01-10", or kev = false.'),
    "unfixed": Key(check_flag, "Write true where no fixed version was published.", False),
    "sources": Key(check_texts, "Name where the facts stand."),
    "note": Key(check_text, "Say what else must be known.", False),
}
RANGE = {
    "advisories": Key(_ids, "List the numbers of advisories of this file."),
    "products": Key(check_text, "Name the models as the advisory does."),
    "models": Key(_patterns, _PATTERNS),
    "device_class": Key(
        one_of(lambda v: v.device_classes), "Use a word of vocabulary/device_classes.txt.", False
    ),
    "match": Key(
        one_of(lambda _: frozenset(basis.value for basis in Basis)),
        "Write version, build, version+build or none.",
    ),
    **{name: Key(check_text, _END, False) for name in BOUNDS},
    "some": Key(check_flag, "Write true where only some of the models are listed.", False),
}
ADVISORY_FILE: Sections = {
    "maker": (MAKER, False),
    "advisory": (ADVISORY, True),
    "range": (RANGE, True),
}
