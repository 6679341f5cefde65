"""Which listed advisories a device falls under, by comparing what it showed with what they list.

Nothing is tried on the device. Where the wire does not show enough, the result says so.
"""

from collections.abc import Iterable, Sequence

from scanner.matching.firmware import read_numbers
from scanner.matching.pattern import compiled, wire_text
from scanner.model.host import Host
from scanner.model.verdict import Firmware, Tier, Verdict
from scanner.policy.advisory import Advisory, AdvisoryResult, Place, Range, Result
from scanner.policy.bound import Bound

# A model may be in several ranges of one advisory: the first of these places decides. A range of the
# firmware's own branch says more than another's.
_RESULTS = {
    Place.INSIDE: Result.AFFECTED,
    Place.UNSTATED: Result.POSSIBLE,
    Place.UNKNOWN: Result.POSSIBLE,
    Place.BETWEEN: Result.POSSIBLE,
    Place.AFTER: Result.FIXED,
    Place.BEFORE: Result.NOT_LISTED,
    Place.OTHER_BRANCH: Result.POSSIBLE,
}

_UNSURE_MAKER = "It is not sure that the firmware is this maker's; if it is, it lies in the range listed."
_SOME_MODELS = "Only some of {products} are listed, and the model does not show which."
_OTHER_MODEL = "The model is not listed, but the maker's firmware lies in the range listed for {products}."
_UNFIXED = "The firmware is later than that listed for {products}, and no fixed one was published with it."
_NO_MODEL = "The advisory does not list the model."


def assess(verdict: Verdict, advisories: Iterable[Advisory]) -> tuple[AdvisoryResult, ...]:
    """Return the advisories that list a device, affected first and known exploited ones before others."""
    if verdict.maker is None:
        return ()
    seen = bound_of(verdict.firmware)
    own = (advisory for advisory in advisories if advisory.maker.name == verdict.maker)
    found = (result_of(advisory, verdict, seen) for advisory in own)
    return tuple(sorted((one for one in found if one.result is not Result.NOT_LISTED), key=_urgency))


def assess_all(
    verdicts: Iterable[Verdict], advisories: Sequence[Advisory]
) -> dict[Host, tuple[AdvisoryResult, ...]]:
    """Return what lists each host; a host that nothing lists is left out."""
    known: dict[object, tuple[AdvisoryResult, ...]] = {}
    listed: dict[Host, tuple[AdvisoryResult, ...]] = {}
    for verdict in verdicts:
        # A site has hundreds of cameras of a few kinds, and each kind is listed alike.
        kind = (verdict.maker, verdict.model, verdict.firmware, verdict.tier, verdict.device_class)
        if kind not in known:
            known[kind] = assess(verdict, advisories)
        if known[kind]:
            listed[verdict.host] = known[kind]
    return listed


def bound_of(firmware: Firmware | None) -> Bound:
    """Return the place of a firmware; of none at all, a place that compares with nothing."""
    if firmware is None:
        return Bound()
    return Bound(read_numbers(firmware), firmware.build_date, firmware.branch.casefold())


def result_of(advisory: Advisory, verdict: Verdict, seen: Bound) -> AdvisoryResult:
    """Return how a device of the advisory's maker stands to it; ``seen`` is the place of its firmware."""
    named = [one for one in advisory.ranges if verdict.model and fits(verdict.model, one.models)]
    if not named:
        return _without_model(advisory, verdict, seen)
    place, within = min(((one.place(seen), one) for one in named), key=_telling)
    result, reason = _weighed(place, within, advisory, verdict)
    fixed = None if advisory.is_unfixed else within.fixed_text
    return AdvisoryResult(advisory, result, reason.format(products=within.products), fixed)


def fits(model: str, patterns: Iterable[str]) -> bool:
    """Whether any of the patterns is found in a model name."""
    text = wire_text(model)
    return any(compiled(pattern).captures(text) is not None for pattern in patterns)


def _telling(found: tuple[Place, Range]) -> tuple[int, bool, bool]:
    """Order the places of one firmware in several ranges: what is certain and names a fix comes first."""
    place, within = found
    return list(_RESULTS).index(place), within.is_some and place is Place.INSIDE, within.fixed_text is None


def _weighed(place: Place, within: Range, advisory: Advisory, verdict: Verdict) -> tuple[Result, str]:
    if place is Place.AFTER and advisory.is_unfixed:
        return Result.POSSIBLE, _UNFIXED
    if place is Place.INSIDE and verdict.tier not in (Tier.CONFIRMED, Tier.PROBABLE):
        return Result.POSSIBLE, _UNSURE_MAKER
    if place is Place.INSIDE and within.is_some:
        return Result.POSSIBLE, _SOME_MODELS
    return _RESULTS[place], place.value


def _without_model(advisory: Advisory, verdict: Verdict, seen: Bound) -> AdvisoryResult:
    """Return at most possible: for a rebrand, or a device that hides its model, in a listed range."""
    if not verdict.model or not fits(verdict.model, advisory.own_models):
        alike = (one for one in advisory.ranges if one.may_be(verdict.device_class))
        within = next((one for one in alike if one.place(seen) is Place.INSIDE), None)
        if within is not None:
            reason = _OTHER_MODEL.format(products=within.products)
            return AdvisoryResult(advisory, Result.POSSIBLE, reason)
    return AdvisoryResult(advisory, Result.NOT_LISTED, _NO_MODEL)


def _urgency(found: AdvisoryResult) -> tuple[int, bool, str]:
    return list(Result).index(found.result), found.advisory.kev_since is None, found.advisory.id
