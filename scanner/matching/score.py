"""How well the database tells labelled records apart: recall, precision, every miss and false hit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scanner.matching.database import Database
from scanner.matching.verdict import judge
from scanner.model.observation import Observation
from scanner.model.verdict import Status, Verdict


@dataclass(frozen=True, slots=True)
class Record:
    """Something that a device said, and whose firmware it runs.

    ``maker`` is a maker's id, ``other`` for any maker that no census looks for, or None when unknown;
    ``channel`` is where it was seen, in the corpus's words. No observations means that the channel's
    parser found nothing to read.
    """

    id: str
    channel: str
    maker: str | None
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A record, its verdict, and the target maker that the verdict flags or None."""

    record: Record
    verdict: Verdict | None
    flagged: str | None


@dataclass(slots=True)
class Tally:
    """Records of one target maker on one channel: found, missed, and flagged though another's."""

    hits: list[Judged] = field(default_factory=list)
    misses: list[Judged] = field(default_factory=list)
    false_hits: list[Judged] = field(default_factory=list)

    @property
    def recall(self) -> float | None:
        """The share of this maker's records that was found; None when there are none."""
        return _share(len(self.hits), len(self.misses))

    @property
    def precision(self) -> float | None:
        """The share of what was flagged that is this maker's; None when nothing was."""
        return _share(len(self.hits), len(self.false_hits))


Tallies = Mapping[tuple[str, str], Tally]


def score(records: Iterable[Record], database: Database) -> Tallies:
    """Return a tally for each channel and target maker, by ``(channel, maker id)``.

    A record counts as found when its verdict is ``flagged``; what is only ``suspected`` is missed.
    Records of unknown makers count for nothing.
    """
    tallies: dict[tuple[str, str], Tally] = {}
    targets = {maker.name: maker.id for maker in database.makers.values() if maker.is_target}
    for record in records:
        judged = _judged(record, database, targets)
        if record.maker in targets.values():
            tally = tallies.setdefault((record.channel, record.maker or ""), Tally())
            (tally.hits if judged.flagged == record.maker else tally.misses).append(judged)
        if record.maker is not None and judged.flagged not in (None, record.maker):
            tallies.setdefault((record.channel, judged.flagged or ""), Tally()).false_hits.append(judged)
    return dict(sorted(tallies.items()))


def total(tallies: Tallies, maker: str) -> Tally:
    """Return one maker's tally over all channels."""
    theirs = [tally for (_, name), tally in tallies.items() if name == maker]
    return Tally(
        [judged for tally in theirs for judged in tally.hits],
        [judged for tally in theirs for judged in tally.misses],
        [judged for tally in theirs for judged in tally.false_hits],
    )


def _judged(record: Record, database: Database, targets: Mapping[str, str]) -> Judged:
    if not record.observations:
        return Judged(record, None, None)
    verdict = judge(record.observations[0].host, record.observations, database)
    is_flagged = verdict.status is Status.FLAGGED and verdict.maker is not None
    return Judged(record, verdict, targets[verdict.maker or ""] if is_flagged else None)


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
