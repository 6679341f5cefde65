"""Patterns in RE2 syntax: linear in the length of what they read, whatever a device sends.

``$`` is the end of the text unless ``(?m)`` says otherwise, and ``.`` stops at LF unless ``(?s)``.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import re2

# A rule longer than this is several rules; the longest in public databases of banners is near 500.
MAX_PATTERN_BYTES = 1024

# Landing pages in the captures end at 41 KiB, and everything that names a maker stands before.
MAX_VALUE_BYTES = 64 * 1024

QUIET = re2.Options()
QUIET.log_errors = False


def wire_text(value: str) -> bytes:
    """Return what patterns read: valid UTF-8 of at most ``MAX_VALUE_BYTES``.

    A character that UTF-8 cannot hold (half of a surrogate pair) becomes its escape.
    """
    return value[:MAX_VALUE_BYTES].encode("utf-8", "backslashreplace")[:MAX_VALUE_BYTES]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern and its named groups with their numbers."""

    regexp: Any
    groups: tuple[tuple[str, int], ...]

    @classmethod
    def wrap(cls, regexp: Any) -> Self:
        """Return a pattern that was compiled from bytes, by this module or inside a filter."""
        names = regexp.groupindex.items()
        return cls(regexp, tuple((_text(name), number) for name, number in names))

    def captures(self, value: bytes) -> dict[str, str] | None:
        """Return what the named groups captured, empty ones left out; None when nothing matches."""
        match = self.regexp.search(value)
        if match is None:
            return None
        found = ((name, match[number]) for name, number in self.groups)
        return {name: _text(text) for name, text in found if text}


@cache
def compiled(pattern: str) -> Pattern:
    """Return a pattern ready to search; ``PatternError`` says what RE2 does not accept."""
    try:
        return Pattern.wrap(re2.compile(pattern.encode(), QUIET))
    except re2.error as error:
        raise PatternError(_text(error.args[0])) from error


class PatternError(ValueError):
    """RE2 refuses a pattern, in its own words."""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
