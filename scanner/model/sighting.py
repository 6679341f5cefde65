"""A host met by a discoverer, with what it showed on that occasion."""

from dataclasses import dataclass

from scanner.model.host import Host
from scanner.model.observation import Observation


@dataclass(frozen=True, slots=True)
class Sighting:
    """One meeting with one host."""

    host: Host
    observations: tuple[Observation, ...] = ()
