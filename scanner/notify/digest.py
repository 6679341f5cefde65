"""What one message says: the events of one sweep for one receiver, and their JSON.

Texts are as the device sent them, only cut; whoever writes them out escapes them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

# Raised when a receiver that reads the JSON would have to change.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell. ``kind`` is the word that site files use for it, ``what`` says it in English.

    ``before`` and ``after`` are addresses, versions or verdicts. Without a ``device`` the event is the
    sweep's own, and ``reason`` says why it failed or what it left out.
    """

    kind: str
    what: str
    before: str = ""
    after: str = ""
    device: int | None = None
    flagged: bool = False
    segment: str = ""
    address: str = ""
    mac: str = ""
    status: str = ""
    maker: str = ""
    brand: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """One message. ``id`` is the same for every attempt to deliver it.

    ``counts`` are all events by kind, ``left_out`` says how many of them ``events`` does not list, and
    ``looked_at`` are the counts of the coverage, empty for a sweep that failed.
    """

    id: str
    site: str
    sweep: int
    at: datetime
    counts: Mapping[str, int]
    events: tuple[Event, ...]
    left_out: int = 0
    looked_at: Mapping[str, int] = field(default_factory=dict)


def dumped(digest: Digest) -> dict[str, Any]:
    """Return the JSON document that receivers get and the outbox keeps."""
    return {"schema": SCHEMA_VERSION, **asdict(digest), "at": digest.at.isoformat()}


def loaded(entry: Mapping[str, Any]) -> Digest:
    """Return the digest that a document stands for."""
    texts = {name: value for name, value in entry.items() if name != "schema"}
    events = tuple(Event(**event) for event in entry["events"])
    return Digest(**{**texts, "at": datetime.fromisoformat(entry["at"]), "events": events})
