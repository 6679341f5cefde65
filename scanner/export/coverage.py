"""How much was looked at, in plain sentences: no result is shown without them."""

from collections.abc import ItemsView, Iterator

from scanner.model.coverage import Coverage, SegmentCoverage


def sentences(coverage: Coverage) -> Iterator[str]:
    """Yield what was in scope, answered, examined and left out, then notes and gaps, one sentence each."""
    seconds = (coverage.ended_at - coverage.started_at).total_seconds()
    yield (
        f"Coverage: {coverage.in_scope} in scope, {coverage.answered} answered, {coverage.silent} silent, "
        f"{coverage.examined} examined to the end, in {seconds:.1f} s."
    )
    if coverage.skipped:
        yield f"Left out: {_counts(coverage.skipped.items())}."
    yield from map(_segment, coverage.segments)
    if coverage.outcomes:
        told = (f"{probe} {_counts(outcomes.items())}" for probe, outcomes in coverage.outcomes.items())
        yield f"Asked: {'; '.join(told)}."
    if coverage.packets_sent:
        yield f"Sent: {_counts(coverage.packets_sent.items())}."
    yield from (f"Note: {note}." for note in map(_without_stop, coverage.notes))
    yield from (f"Not examined: {gap}." for gap in map(_without_stop, coverage.gaps))
    if not coverage.is_complete:
        yield "The result is incomplete: what was not examined is not known to be free of anything."


def _segment(one: SegmentCoverage) -> str:
    """Return what is known of one segment; counts of what did not happen are left out."""
    exceptions = {
        "refused every connection": one.refused,
        "out of time": one.timed_out,
        "excluded": one.excluded,
        "out of hours": one.out_of_hours,
    }
    counted = [f"{count} {what}" for what, count in exceptions.items() if count]
    if not one.is_reached:
        counted.append("not reached")
    name = f"Segment {one.name}" if one.name else "Outside the segments"
    usual = f"{one.in_scope} in scope, {one.answered} answered, {one.examined} examined to the end"
    return f"{name}: {', '.join([usual, *counted])}."


def _counts(counted: ItemsView[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counted)


def _without_stop(sentence: str) -> str:
    return sentence.rstrip(". ")
