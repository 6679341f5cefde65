"""Listening: nothing is sent, and what devices announce can be judged at any moment."""

from collections import Counter

from scanner.clock import Clock
from scanner.matching.database import Database
from scanner.model.coverage import Coverage
from scanner.model.host import Host
from scanner.model.scope import EXCLUDED, OUTSIDE
from scanner.model.verdict import Verdict
from scanner.net.gate import Gate
from scanner.net.network import opened
from scanner.sweep.dossier import Dossier
from scanner.sweep.gathering import Gathering
from scanner.sweep.judgement import Judge, Judged
from scanner.sweep.plan import Observer, Plan
from scanner.sweep.roster import Roster, by_interface, turned_away

# A capture ends within two seconds, and what it had already taken in is then read.
CLOSE_S = 3.0


class Listening:
    """One stretch of listening. ``version`` grows whenever something new was heard.

    ``snapshot`` may be called at any time, also after the end.
    """

    def __init__(
        self, plan: Plan, database: Database, clock: Clock, observer: Observer = lambda _progress: None
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._roster = Roster(by_interface)
        self._judge = Judge(database, self._why_not_assessed)
        self._gathering = Gathering(self._roster, plan.interfaces, observer, close_s=CLOSE_S)
        self._gate = Gate(plan.scope, plan.limits, clock)
        self._started_at = clock.now()

    @property
    def version(self) -> int:
        """A number that grows with everything new that is heard."""
        return self._roster.version + len(self._gathering.gaps)

    async def run(self) -> None:
        """Listen until the plan's time is over or ``stop`` is called."""
        self._started_at = self._clock.now()
        async with opened(self._gate, self._clock) as network:
            await self._gathering.run(self._plan.listeners, network, self._plan.listen_s, self._close)

    def stop(self) -> None:
        """End the listening."""
        self._gathering.stop()

    def snapshot(self) -> tuple[tuple[Verdict, ...], Coverage]:
        """Return the verdicts on everybody heard so far, and how much that is."""
        verdicts = tuple(one.verdict for one in self.judged())
        return verdicts, self._covered(verdicts)

    def judged(self) -> tuple[Judged, ...]:
        """Return everybody heard so far with the verdict on them."""
        return self._judge.judge(self._roster)

    def _close(self) -> None:
        for listener in self._plan.listeners:
            listener.stop()

    def _why_not_assessed(self, dossier: Dossier) -> str:
        left_out = self._left_out(dossier.host)
        if left_out:
            return f"it was heard, but is {left_out}"
        return "it was heard, but announced nothing that can be read; nothing was asked"

    def _covered(self, verdicts: tuple[Verdict, ...]) -> Coverage:
        scope = self._plan.scope
        left_out = Counter(self._left_out(verdict.host) for verdict in verdicts)
        skipped = {EXCLUDED: scope.excluded_count, OUTSIDE: left_out[OUTSIDE]}
        return Coverage(
            started_at=self._started_at,
            ended_at=self._clock.now(),
            in_scope=scope.size or left_out[None],
            answered=left_out[None],
            examined=0,
            skipped={reason: count for reason, count in skipped.items() if count},
            notes=("nothing was sent: the verdicts rest on what devices announce", *self._counts()),
            gaps=(*self._gathering.gaps, *turned_away(self._roster)),
            packets_sent=self._gate.ledger.totals(),
        )

    def _counts(self) -> tuple[str, ...]:
        return tuple(str(tally) for listener in self._plan.listeners for tally in listener.tallies())

    def _left_out(self, host: Host) -> str | None:
        """Return why a host is not of interest.

        One without an address is on the segment all the same. A mirror port mostly has no network of its
        own: then everybody is of interest who is mirrored to it.
        """
        scope = self._plan.scope
        if host.address.is_unspecified or not scope.targets:
            return None
        return scope.why_left_out(host.address)
