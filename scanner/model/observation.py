"""Facts, and facts as seen: by whom, when, and with which bytes."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from scanner.model.field import Field
from scanner.model.host import Endpoint, Host

# Enough to hold any header block or discovery reply in the captures; whole pages are not evidence.
MAX_RAW_BYTES = 4096


class Via(Enum):
    """How a fact reached us; what anybody on the segment can claim weighs less than what a peer answers."""

    LINK = "link"  # an address in a frame header
    MULTICAST = "multicast"  # announced or answered without a connection: anyone may claim it
    UNICAST = "unicast"  # a datagram sent to us by the address that we asked
    OVERHEARD = "overheard"  # said to somebody else, with one side seen: anyone may have sent it
    CONNECTION = "connection"  # answered over a completed TCP handshake
    IMPORTED = "imported"  # told by another tool


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact read from a message: what parsers return."""

    field: Field
    value: str
    raw: bytes = b""

    def seen(
        self, host: Host, source: str, via: Via, at: datetime, endpoint: Endpoint | None = None
    ) -> "Observation":
        """Return this fact as an observation, with its evidence cut to ``MAX_RAW_BYTES``."""
        raw = self.raw[:MAX_RAW_BYTES]
        return Observation(host, self.field, self.value, source, via, at, endpoint, raw)


@dataclass(frozen=True, slots=True)
class Observation:
    """One fact as seen on the network; evidence that can be judged again without the network.

    ``raw`` holds at most ``MAX_RAW_BYTES`` of the message that shows the fact; ``source`` names the
    probe, listener or import that saw it; ``observed_at`` is aware and in UTC.
    """

    host: Host
    field: Field
    value: str
    source: str
    via: Via
    observed_at: datetime
    endpoint: Endpoint | None = None
    raw: bytes = b""
