"""A host met by a discoverer, with what it showed on that occasion."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scanner.model.host import Endpoint, Host
from scanner.model.observation import Fact, Observation, Via


@dataclass(frozen=True, slots=True)
class Sighting:
    """One meeting with one host."""

    host: Host
    observations: tuple[Observation, ...] = ()

    @property
    def seen_at(self) -> datetime | None:
        """When it was, or None for a meeting that showed nothing."""
        return max((seen.observed_at for seen in self.observations), default=None)


def sighted(
    host: Host,
    facts: Iterable[Fact],
    source: str,
    via: Via,
    at: datetime,
    endpoint: Endpoint | None = None,
) -> Sighting:
    """Return a sighting of a host that showed some facts at one moment; a repeated fact counts once."""
    return Sighting(host, tuple(fact.seen(host, source, via, at, endpoint) for fact in dict.fromkeys(facts)))


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that cost a source of sightings part of what there was: a gap of the audit.

    ``text`` is a sentence that says what happened, what it means and what to do. ``interface`` is the
    interface on which the source has ended for good; None while it goes on.
    """

    text: str
    interface: str | None = None
