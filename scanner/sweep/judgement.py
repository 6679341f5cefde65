"""From what is known of a device to its verdict, with what is at odds about it."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from scanner.matching.database import Database
from scanner.matching.verdict import judge
from scanner.model.verdict import Verdict
from scanner.sweep.dossier import Dossier, dossiers
from scanner.sweep.roster import Record

# Why a device that told nothing is not assessed: a sentence.
Excuse = Callable[[Dossier], str]


def judged(dossier: Dossier, database: Database, not_assessed: Excuse) -> Verdict:
    """Return the verdict on one device."""
    verdict = judge(dossier.host, dossier.observations, database, not_assessed=not_assessed(dossier))
    reason = "; ".join([verdict.reason, *dossier.remarks])
    return replace(verdict, reason=reason, also_at=dossier.also_at, last_seen=dossier.last_seen)


class Judge:
    """Judges the same records again and again, and only what has changed since.

    ``not_assessed`` must depend on the dossier's records alone.
    """

    def __init__(self, database: Database, not_assessed: Excuse) -> None:
        self._database = database
        self._not_assessed = not_assessed
        self._known: dict[tuple[object, ...], Verdict] = {}

    def verdicts(self, records: Iterable[Record]) -> tuple[Verdict, ...]:
        """Return one verdict per device, in the order of their addresses."""
        known, self._known = self._known, {}
        for dossier in dossiers(records):
            state = ((record, record.version) for record in dossier.records)
            key = (dossier.host, dossier.remarks, *state)
            self._known[key] = known.get(key) or judged(dossier, self._database, self._not_assessed)
        return tuple(self._known.values())
