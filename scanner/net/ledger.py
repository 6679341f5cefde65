"""What was sent to whom: counted for every destination, so that a sweep can be accounted for."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """How many messages of one kind went to one destination."""

    kind: str
    destination: str
    count: int


@dataclass(slots=True)
class Ledger:
    """Counts of everything that passed the gate; memory grows with hosts, never with packets."""

    _sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    _refused: Counter[str] = field(default_factory=Counter)

    def sent(self, kind: str, destination: str, count: int = 1) -> None:
        """Record messages that the gate let out."""
        self._sent[kind, destination] += count

    def refused(self, destination: str) -> None:
        """Record a destination that the gate refused."""
        self._refused[destination] += 1

    def entries(self) -> tuple[Entry, ...]:
        """Return everything sent, sorted."""
        return tuple(Entry(kind, to, count) for (kind, to), count in sorted(self._sent.items()))

    def refusals(self) -> dict[str, int]:
        """Return how often each destination was refused."""
        return dict(sorted(self._refused.items()))

    def totals(self) -> dict[str, int]:
        """Return the number of messages of each kind."""
        totals: Counter[str] = Counter()
        for (kind, _), count in self._sent.items():
            totals[kind] += count
        return dict(sorted(totals.items()))
