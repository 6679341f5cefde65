"""Why a verdict says what it says: one sentence for an auditor."""

from collections.abc import Sequence

from scanner.matching.weighing import Case
from scanner.model.signature import Match
from scanner.model.verdict import Tier

# Longer values stand in the evidence; a reason is read in one cell of a table.
MAX_QUOTED_CHARS = 80
# The word of vocabulary/device_classes.txt.
RECORDER = "recorder"


def maker_reason(case: Case, outweighed: Sequence[Case] = ()) -> str:
    """Return why a maker is named, and which weaker hints at other makers it outweighs."""
    name, best = case.maker.name, _shown(case.matches[0])
    if case.tier is Tier.POSSIBLE:
        return f"{name} is possible, but only weak evidence says so: {best}."
    also = f"; {_shown(case.second)}" if case.second else ""
    only = ", which anyone on the segment can claim" if case.is_claim else ""
    hints = " and ".join(hint.maker.name for hint in outweighed)
    over = f"; this outweighs weak evidence for {hints}" if hints else ""
    return f"{name} {case.tier.value}: {best}{also}{only}{over}."


def conflict_reason(lead: Case, rival: Case) -> str:
    """Return what speaks for each of two makers that cannot both have written the firmware."""
    against = rival.matches[0] if rival.is_positive else rival.link_match or rival.matches[0]
    signs = f"{_shown(lead.matches[0])}; {_shown(against)}"
    return f"{lead.maker.name} and {rival.maker.name} are at odds, look at the device: {signs}."


def recorder_note(device_class: str | None, channels: int | None) -> str:
    """Return how many cameras may stand behind a recorder; they are on no segment that a sweep sees."""
    if device_class != RECORDER or not channels:
        return ""
    return f" Up to {channels} cameras may be behind this recorder."


def not_matched_reason(components: Sequence[Case]) -> str:
    """Return what an unknown host runs, where it runs software that any maker may build in."""
    names = ", ".join(sorted(case.maker.name for case in components))
    runs = f"; it runs {names}, which any maker may build in" if names else ""
    return f"It answered, but nothing it said is known from any maker{runs}."


def not_assessed_reason(why: str | None) -> str:
    """Return why nothing is known of a host."""
    return why or "Nothing answered, so nothing is known about its firmware."


def _shown(match: Match) -> str:
    description = match.signature.description.rstrip(".")
    return f'{description} ({match.observation.field} "{_quoted(match.observation.value)}")'


def _quoted(value: str) -> str:
    start = value[: 4 * MAX_QUOTED_CHARS]
    if not start.isprintable():
        start = "".join(c if c.isprintable() else " " for c in start)
    start = " ".join(start.split())
    return start if len(start) <= MAX_QUOTED_CHARS else f"{start[:MAX_QUOTED_CHARS]}..."
