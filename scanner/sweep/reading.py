"""Judging what was seen elsewhere: captures and other tools' files, merged by device."""

from collections.abc import Iterable

from scanner.clock import Clock
from scanner.matching.database import Database
from scanner.model.coverage import Coverage
from scanner.model.sighting import Incident, Sighting
from scanner.sweep.dossier import Dossier, dossiers
from scanner.sweep.judgement import Judged, judged
from scanner.sweep.plan import Observer, Progress
from scanner.sweep.roster import Roster, by_segment, turned_away

NOT_ASSESSED = "Nothing that was told of it says what it runs."
# A file of the wrong kind is wrong in every line; so many show what is the matter.
MAX_GAPS = 20
# Often enough for a moving line, and seldom enough to cost nothing.
SIGHTINGS_PER_TELLING = 1000


class Reading:
    """Takes in what several sources tell, then judges every device of which any of them told."""

    def __init__(self, database: Database, clock: Clock, observer: Observer = lambda _progress: None) -> None:
        self._database = database
        self._clock = clock
        self._observer = observer
        self._roster = Roster(by_segment)
        self._gaps: list[str] = []
        self._gap_count = 0
        self._notes: list[str] = []
        self._started_at = clock.now()

    def take(self, told: Iterable[Sighting | Incident], stage: str = "reading") -> None:
        """Take in everything that one source tells; raises what the source raises."""
        for count, one in enumerate(told):
            if isinstance(one, Incident):
                self.miss(one.text)
            else:
                self._roster.add(one)
            if count % SIGHTINGS_PER_TELLING == 0:
                self._observer(Progress(len(self._roster), 0, stage))

    def note(self, sentence: str) -> None:
        """Add a sentence about what was read."""
        self._notes.append(sentence)

    def miss(self, sentence: str) -> None:
        """Add a sentence about what could not be used."""
        self._gap_count += 1
        if len(self._gaps) < MAX_GAPS:
            self._gaps.append(sentence)

    def finish(self) -> tuple[tuple[Judged, ...], Coverage]:
        """Return every device with its verdict, in the order of their addresses, and how much was read."""
        devices = dossiers(self._roster)
        verdicts = tuple(Judged(one, judged(one, self._database, _not_assessed)) for one in devices)
        more = self._gap_count - len(self._gaps)
        further = (f"{more} more things could not be used",) if more else ()
        coverage = Coverage(
            started_at=self._started_at,
            ended_at=self._clock.now(),
            in_scope=len(verdicts),
            answered=len(verdicts),
            # Whoever reads what others were told has asked nobody.
            examined=0,
            notes=(*self._notes, "nothing was sent"),
            gaps=(*self._gaps, *further, *turned_away(self._roster)),
        )
        return verdicts, coverage


def _not_assessed(_dossier: Dossier) -> str:
    return NOT_ASSESSED
