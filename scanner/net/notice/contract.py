"""What the senders have in common: how a delivery fails, and what each may put on the wire."""

from dataclasses import dataclass

from scanner.errors import CamcensusError
from scanner.model.traffic import Traffic


class Undelivered(CamcensusError):
    """The receiver did not take it this time. ``retry_after_s`` is how long it asks to be left alone."""

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class Rejected(Undelivered):
    """The receiver will never take it; asking again would only annoy it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way that notices travel, by the name that site files use."""

    name: str
    traffic: tuple[Traffic, ...]
