"""From what is known of a device to its verdict, with what is at odds about it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from scanner.inventory.contract import FindingRow, Kept
from scanner.matching.database import Database
from scanner.matching.verdict import judge
from scanner.model.verdict import Status, Verdict
from scanner.sweep.dossier import Dossier, dossiers
from scanner.sweep.roster import Record

# Why a device that told nothing is not assessed: a sentence.
Excuse = Callable[[Dossier], str]


class Judged(NamedTuple):
    """One device and the verdict on it."""

    dossier: Dossier
    verdict: Verdict


def judged(dossier: Dossier, database: Database, not_assessed: Excuse) -> Verdict:
    """Return the verdict on one device."""
    verdict = judge(dossier.host, dossier.observations, database, not_assessed=not_assessed(dossier))
    reason = "; ".join([verdict.reason, *dossier.remarks])
    return replace(verdict, reason=reason, also_at=dossier.also_at, last_seen=dossier.last_seen)


def judged_again(finding: FindingRow, kept: Sequence[Kept], database: Database) -> Judged:
    """Return today's judgement on what was kept of a device, known by the same address as then."""
    first = sorted(kept, key=lambda one: one.host.label != finding.address)
    dossier = Dossier(tuple(map(_record, first)))

    def excuse(_dossier: Dossier) -> str:
        is_told = finding.verdict == Status.NOT_ASSESSED.value
        return finding.reason if is_told else "it showed nothing that today's signatures could judge by"

    return Judged(dossier, judged(dossier, database, excuse))


def _record(one: Kept) -> Record:
    record = Record(one.host, list(one.results), one.shortfall)
    record.keep(one.observations)
    return record


class Judge:
    """Judges the same records again and again, and only what has changed since.

    ``not_assessed`` must depend on the dossier's records alone.
    """

    def __init__(self, database: Database, not_assessed: Excuse) -> None:
        self._database = database
        self._not_assessed = not_assessed
        self._known: dict[tuple[object, ...], Verdict] = {}

    def judge(self, records: Iterable[Record]) -> tuple[Judged, ...]:
        """Return every device with its verdict, in the order of their addresses."""
        known, self._known = self._known, {}
        devices = dossiers(records)
        for dossier in devices:
            key = _key(dossier)
            self._known[key] = known.get(key) or judged(dossier, self._database, self._not_assessed)
        return tuple(Judged(dossier, self._known[_key(dossier)]) for dossier in devices)


def _key(dossier: Dossier) -> tuple[object, ...]:
    """Return what differs whenever the verdict may be another."""
    state = ((record, record.version) for record in dossier.records)
    return dossier.host, dossier.remarks, *state
