"""A device through time: what makes it the same one, where it stands, and what changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from scanner.model.field import Field
from scanner.model.host import Address
from scanner.model.verdict import Verdict


class Presence(Enum):
    """Whether a device is there, as far as the sweeps that covered its address can tell."""

    PRESENT = "present"
    SILENT = "silent"
    GONE = "gone"


class ChangeKind(Enum):
    """What happened to a device between two sweeps of its site."""

    NEW = "new"
    MOVED = "moved"
    REIDENTIFIED = "re-identified"
    FIRMWARE = "firmware changed"
    SILENT = "silent"
    GONE = "gone"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one device; ``before`` and ``after`` are for people, such as addresses or versions."""

    kind: ChangeKind
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """One thing that a device is known by: a serial number, a UUID or a MAC, by the field that shows it."""

    field: Field
    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device was met: the name of its segment (empty where nobody mapped it) and its address."""

    segment: str
    address: Address


@dataclass(frozen=True, slots=True)
class Found:
    """One device as one sweep found it."""

    place: Place
    verdict: Verdict
    identities: frozenset[Identity] = frozenset()


@dataclass(frozen=True, slots=True)
class Device:
    """One device of a site as the inventory knows it before a sweep.

    ``missed`` counts the sweeps in a row that covered its address and did not meet it. The texts are
    those of its last verdict, or of an earlier one that said more; ``last_status`` is the last one's own.
    """

    id: int
    place: Place
    identities: frozenset[Identity]
    presence: Presence
    missed: int
    first_seen: datetime
    last_seen: datetime
    status: str
    maker: str = ""
    brand: str = ""
    model: str = ""
    firmware: str = ""
    last_status: str = ""
