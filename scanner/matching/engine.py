"""Which signatures fit a fact: one pass over the text for all the patterns of its field.

RE2's filter looks for the literal parts of all patterns at once and then runs only the patterns
whose literals were seen. Cost stays nearly flat as the database grows, and unlike a single automaton
for all patterns it stays small on a page made to visit every state of it.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import re2

from scanner.matching.pattern import QUIET, Pattern, wire_text
from scanner.model.field import Field
from scanner.model.observation import Observation
from scanner.model.signature import Match, Signature

Fit = tuple[Signature, dict[str, str]]


class Engine:
    """Every signature of a database, each field compiled when the first fact of it arrives."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        """Take signatures in any order; their order never changes a result."""
        self._rules: dict[Field, list[Signature]] = {}
        for signature in sorted(signatures, key=lambda signature: signature.id):
            self._rules.setdefault(signature.field, []).append(signature)
        self._filters: dict[Field, list[_Filter]] = {}

    def matches(self, observation: Observation) -> tuple[Match, ...]:
        """Return every signature that fits the observation, in the order of their ids."""
        fits = self.fits(observation.field, observation.value)
        return tuple(Match(signature, observation, captured) for signature, captured in fits)

    def fits(self, field: Field, value: str) -> list[Fit]:
        """Return every signature that fits a value, with what it captured, in the order of their ids."""
        rules = self._rules.get(field)
        if rules is None:
            return []
        ready = self._filters.get(field)
        if ready is None:
            ready = self._filters[field] = _filters(rules)
        text = wire_text(value)
        return [fit for part in ready for fit in part.fits(text)]


def _filters(rules: list[Signature]) -> list["_Filter"]:
    """Return one filter, or one for each half where the literals exceed the memory RE2 grants a filter."""
    try:
        return [_Filter(rules)]
    except re2.error:
        if len(rules) == 1:
            raise
        half = len(rules) // 2
        return [*_filters(rules[:half]), *_filters(rules[half:])]


class _Filter:
    """Compiled rules of one field."""

    def __init__(self, rules: list[Signature]) -> None:
        self._rules = rules
        self._filter: Any = re2.Filter()
        self._owner: list[int] = []
        for number, rule in enumerate(rules):
            for pattern in rule.patterns:
                self._filter.Add(pattern.encode(), QUIET)
                self._owner.append(number)
        self._filter.Compile()
        self._patterns: dict[int, Pattern] = {}

    def fits(self, value: bytes) -> list[Fit]:
        hits = self._filter.Match(value)
        if not hits:
            return []
        # Indices come sorted, and the patterns of one rule were added side by side.
        groups = (
            (self._rules[owner], list(found)) for owner, found in groupby(hits, self._owner.__getitem__)
        )
        return [
            (rule, self._captures(found, value)) for rule, found in groups if len(found) == len(rule.patterns)
        ]

    def _captures(self, indices: list[int], value: bytes) -> dict[str, str]:
        captured: dict[str, str] = {}
        for index in indices:
            pattern = self._patterns.get(index)
            if pattern is None:
                pattern = self._patterns[index] = Pattern.wrap(self._filter.re(index))
            if pattern.groups:
                captured |= pattern.captures(value) or {}
        return captured
