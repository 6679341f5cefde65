"""What a device was asked: the record against which tests hold a scanner's promises."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

# A full sweep asks a device some fifty times; a runaway scanner must not eat the machine's memory.
MAX_ENTRIES = 20_000
# Larger than any request a scanner may send; a longer one is cut, and its length tells.
MAX_ENTRY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """One piece of data, or with empty ``data`` one new connection, as a device got it (TLS removed)."""

    at: datetime
    transport: str
    port: int
    peer: str
    data: bytes

    def to_json(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        encoded = base64.b64encode(self.data).decode()
        return {
            "at": self.at.isoformat(),
            "transport": self.transport,
            "port": self.port,
            "peer": self.peer,
            "data": encoded,
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Read the form that ``to_json`` made."""
        at = datetime.fromisoformat(row["at"])
        return cls(at, row["transport"], row["port"], row["peer"], base64.b64decode(row["data"]))


@dataclass(slots=True)
class Journal:
    """Everything one device received, and how many TCP connections it had to hold at once."""

    entries: list[Received] = field(default_factory=list)
    connections_total: int = 0
    connections_open: int = 0
    connections_peak: int = 0

    def note(self, transport: str, port: int, peer: str, data: bytes) -> None:
        """Write down one piece of data."""
        if len(self.entries) < MAX_ENTRIES:
            self.entries.append(Received(datetime.now(UTC), transport, port, peer, data[:MAX_ENTRY_BYTES]))

    def opened(self, port: int, peer: str) -> None:
        """Count a new TCP connection."""
        self.connections_total += 1
        self.connections_open += 1
        self.connections_peak = max(self.connections_peak, self.connections_open)
        self.note("tcp", port, peer, b"")

    def closed(self) -> None:
        """Count the end of a TCP connection."""
        self.connections_open -= 1
