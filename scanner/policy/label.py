"""The labels that say which of an organisation's sites an instrument means, and by which of its criteria."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from scanner.policy.known import Answer, Known

# What begins so is a site's own label: no instrument asks for it, and nothing checks how it is spelled.
LOCAL_PREFIX = "local-"


class LabelKind(Enum):
    """What a label tells: whom the rules bind there, or what the site is."""

    ORGANISATION = "organisation"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Label:
    """One label. A site that has it also has those that it ``implies``, and none that it ``excludes``."""

    id: str
    kind: LabelKind
    title: str
    sources: tuple[str, ...]
    implies: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


class Labels:
    """The table of labels, and what the labels of one site amount to."""

    def __init__(self, labels: Iterable[Label]) -> None:
        self.by_id = {one.id: one for one in labels}

    def all_of(self, given: Iterable[str]) -> frozenset[str]:
        """Return labels with everything that they imply."""
        found: set[str] = set()
        waiting = list(given)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.by_id[name].implies if name in self.by_id else ())
        return frozenset(found)

    def faults(self, given: Iterable[str]) -> tuple[str, ...]:
        """Return a sentence for each label that is not known and each two that contradict each other."""
        named = sorted(given)
        return (*self.unknown(named), *self.contradictions(named))

    def unknown(self, given: Iterable[str]) -> tuple[str, ...]:
        """Return a sentence for each label that is not known."""
        return tuple(self._unknown(sorted(given)))

    def contradictions(self, given: Iterable[str]) -> tuple[str, ...]:
        """Return a sentence for each two labels, implied ones included, that contradict each other."""
        held = self.all_of(given)
        pairs = {
            (min(name, other), max(name, other))
            for name in held
            for other in held.intersection(self._excluded(name))
        }
        return tuple(
            f'The labels "{one}" and "{other}" contradict each other.' for one, other in sorted(pairs)
        )

    def organisation(self, wanted: tuple[str, ...], given: frozenset[str]) -> Answer:
        """Return whether a rule that binds ``wanted`` binds whoever has the labels ``given``.

        Whoever says what an organisation is says all that it is: what is not listed does not hold.
        """
        if not wanted or given.intersection(wanted):
            return Answer(Known.YES)
        names = self._names(wanted)
        if any(self._is_organisation(name) for name in given):
            return Answer(Known.NO, f"It binds {names}, and the site's labels name another organisation.")
        reason = f"It binds {names}, and no label says whose site this is."
        return Answer(Known.UNCLEAR, reason, f"Label the site with {_choice(wanted)}, or as whose it is.")

    def site(self, wanted: tuple[str, ...], given: frozenset[str]) -> Answer:
        """Return whether a site is one of ``wanted``; only a label that excludes them all says no."""
        if not wanted or given.intersection(wanted):
            return Answer(Known.YES)
        names = self._names(wanted)
        denied = {name for held in given for name in self._excluded(held)}
        if denied.issuperset(wanted):
            return Answer(Known.NO, f"The site's labels say that it is not this: {names}.")
        against = sorted(one.id for one in self.by_id.values() if set(one.excludes) & set(wanted))
        reason = f"No label says whether the site is this: {names}."
        return Answer(Known.UNCLEAR, reason, f"Label the site with {_choice((*wanted, *against))}.")

    def names_organisation(self, given: Iterable[str]) -> bool:
        """Whether any of the labels says whose a site is."""
        return any(map(self._is_organisation, self.all_of(given)))

    def _is_organisation(self, name: str) -> bool:
        return name in self.by_id and self.by_id[name].kind is LabelKind.ORGANISATION

    def _excluded(self, name: str) -> tuple[str, ...]:
        return self.by_id[name].excludes if name in self.by_id else ()

    def _names(self, wanted: tuple[str, ...]) -> str:
        return "; ".join(self.by_id[name].title for name in wanted)

    def _unknown(self, named: list[str]) -> Iterator[str]:
        for name in named:
            if name not in self.by_id and not name.startswith(LOCAL_PREFIX):
                close = get_close_matches(name, self.by_id, 1)
                meant = f"did you mean {close[0]}?" if close else f"begin your own with {LOCAL_PREFIX}."
                yield f'The label "{name}" is not known: {meant}'


def _choice(names: tuple[str, ...]) -> str:
    return " or ".join(names)
