"""The evidence for each maker, and how sure it makes.

One decisive match confirms, as do two strong ones of different layers; one strong match makes
probable; weak ones only hint. What came by multicast alone, or was overheard from one side only, never
confirms: anyone on the segment may send it in another's name. Order of input never matters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scanner.model.field import Layer
from scanner.model.observation import Via
from scanner.model.signature import Certainty, Maker, Match
from scanner.model.verdict import Tier

_CERTAINTIES = {Certainty.DECISIVE: 0, Certainty.STRONG: 1, Certainty.WEAK: 2}
_VIAS = {
    Via.CONNECTION: 0,
    Via.UNICAST: 1,
    Via.LINK: 2,
    Via.IMPORTED: 3,
    Via.OVERHEARD: 4,
    Via.MULTICAST: 5,
}
# What anybody on the segment may have sent in another's name.
CLAIMS = frozenset({Via.MULTICAST, Via.OVERHEARD})
_TIERS = {Tier.CONFIRMED: 0, Tier.PROBABLE: 1, Tier.POSSIBLE: 2}

_SortKey = tuple[int, int, int, str, str, float, str, int, bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """All that speaks for one maker, strongest first."""

    maker: Maker
    matches: tuple[Match, ...]
    tier: Tier

    @property
    def is_positive(self) -> bool:
        """Whether anything stronger than a hint speaks for the maker."""
        return self.tier is not Tier.POSSIBLE

    @property
    def is_claim(self) -> bool:
        """Whether everything that is more than a hint may have been sent by anybody on the segment."""
        return all(match.observation.via in CLAIMS for match in _positive(self.matches) or self.matches)

    @property
    def second(self) -> Match | None:
        """The match that confirms together with the strongest, where that one alone would not."""
        first = self.matches[0]
        is_decisive = first.signature.certainty is Certainty.DECISIVE
        is_claim = first.observation.via in CLAIMS
        if self.tier is not Tier.CONFIRMED or (is_decisive and not is_claim):
            return None
        return next(
            (
                match
                for match in _positive(self.matches)
                if (is_decisive or match.signature.layer is not first.signature.layer)
                and not (is_claim and match.observation.via in CLAIMS)
            ),
            None,
        )

    @property
    def link_match(self) -> Match | None:
        """What the host's own hardware address says for the maker; what it announces does not count."""
        return next(
            (
                match
                for match in self.matches
                if match.signature.layer is Layer.LINK and match.observation.via not in CLAIMS
            ),
            None,
        )


def ranked(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Return matches strongest first, each signature once for each value, as it was best seen."""
    best: dict[tuple[str, str], Match] = {}
    for match in sorted(matches, key=_strength):
        best.setdefault((match.signature.id, match.observation.value), match)
    return tuple(best.values())


def cases(matches: Iterable[Match], makers: Mapping[str, Maker]) -> list[Case]:
    """Return one case for each maker that ranked matches speak for, the best made first."""
    by_maker: dict[str, list[Match]] = {}
    for match in matches:
        by_maker.setdefault(match.signature.maker, []).append(match)
    found = [Case(makers[name], tuple(theirs), _tier(theirs)) for name, theirs in by_maker.items()]
    return sorted(found, key=_weight)


def _tier(matches: list[Match]) -> Tier:
    positive = _positive(matches)
    if not positive:
        return Tier.POSSIBLE
    is_proof = positive[0].signature.certainty is Certainty.DECISIVE
    layers = {match.signature.layer for match in positive}
    if (is_proof or len(layers) > 1) and any(m.observation.via not in CLAIMS for m in positive):
        return Tier.CONFIRMED
    return Tier.PROBABLE


def _positive(matches: Iterable[Match]) -> list[Match]:
    return [match for match in matches if match.signature.certainty is not Certainty.WEAK]


def _weight(case: Case) -> tuple[int, int, int, str]:
    layers = {match.signature.layer for match in case.matches}
    return _TIERS[case.tier], -len(layers), -len(case.matches), case.maker.id


def _strength(match: Match) -> _SortKey:
    seen = match.observation
    return (
        _CERTAINTIES[match.signature.certainty],
        _VIAS[seen.via],
        -match.shown,
        match.signature.id,
        seen.value,
        seen.observed_at.timestamp(),
        seen.source,
        seen.endpoint.port if seen.endpoint else 0,
        seen.raw,
    )
