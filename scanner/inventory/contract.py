"""What goes into the inventory and what comes out of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from scanner.model.coverage import Coverage
from scanner.model.device import Change, ChangeKind, Found, Identity, Presence
from scanner.model.host import Host
from scanner.model.observation import Observation
from scanner.model.probe import ProbeResult
from scanner.model.verdict import Firmware


class SweepKind(Enum):
    """How a sweep came by what it saw."""

    SCAN = "scan"
    LISTEN = "listen"
    CAPTURE = "capture"
    IMPORT = "import"
    REJUDGE = "rejudge"

    @property
    def asks_nobody(self) -> bool:
        """Whether it took what came, so that its coverage says nothing about who is there."""
        return self in (SweepKind.LISTEN, SweepKind.CAPTURE, SweepKind.IMPORT)


class SweepState(Enum):
    """Where a sweep stands; readers are shown findings of finished ones only."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Versions:
    """What a sweep's verdicts were made with."""

    program: str
    signatures: str
    registry: date | None = None
    policies: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """One host as a sweep left it: evidence that can be judged again, and how every exchange ended.

    The ``results`` are without their observations, which stand among the others. ``id`` is the number under
    which it is stored, 0 before that. ``shortfall`` says why it was not examined to the end; it is empty
    when it was.
    """

    host: Host
    observations: tuple[Observation, ...]
    shortfall: str = ""
    id: int = 0
    results: tuple[ProbeResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One device as a sweep found it, with what the verdict rests on and how the CSV shows it."""

    found: Found
    kept: tuple[Kept, ...]
    evidence: tuple[str, ...] = ()
    advisories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """One message for one receiver, until it is delivered.

    ``subjects`` are words without blanks, one for each thing that it tells; repeats are counted by them.
    """

    target: str
    subjects: tuple[str, ...]
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice in the outbox. ``trouble`` is what its last attempt met with; empty where nothing."""

    number: int
    site: str
    notice: Notice
    created_at: datetime
    attempts: int
    next_attempt_at: datetime
    delivered_at: datetime | None
    given_up_at: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One sweep of one site. ``number`` is what people call it by."""

    number: int
    uuid: str
    site: str
    kind: SweepKind
    state: SweepState
    started_at: datetime
    ended_at: datetime | None
    owner: str
    plan: dict[str, Any]
    versions: Versions
    coverage: Coverage | None
    trouble: str = ""
    flagged: int = 0
    devices: int = 0

    @property
    def covered(self) -> Coverage:
        """What it covered: where nothing is stored, nothing."""
        return self.coverage or Coverage(self.started_at, self.ended_at or self.started_at, 0, 0, 0)

    @property
    def is_complete(self) -> bool:
        """Whether it is known to have looked at everything that it was to look at."""
        return self.coverage is not None and self.coverage.is_complete


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device of a site as it is known now."""

    number: int
    site: str
    segment: str
    address: str
    macs: tuple[str, ...]
    presence: Presence
    missed: int
    first_seen: datetime
    last_seen: datetime
    status: str
    maker: str
    brand: str
    model: str
    firmware: str
    serial: str
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """One thing that a device is known by, from when to when it was seen."""

    identity: Identity
    first_seen: datetime
    last_seen: datetime


class FindingRow(NamedTuple):
    """One device as one finished sweep found it: the columns of a sweep's CSV, and its history.

    ``segment`` is the name that the site gives the segment; empty where nobody has mapped the address. A
    tuple, because a history has hundreds of thousands and frozen dataclasses take ten times as long to make.
    """

    number: int
    sweep: int
    sweep_uuid: str
    site: str
    device: int
    segment: str | None
    address: str
    mac: str | None
    mac_vendor: str | None
    hostname: str | None
    verdict: str
    tier: str
    maker: str | None
    brand: str | None
    model: str | None
    device_class: str | None
    firmware_version: str | None
    firmware_build_date: date | None
    serial: str | None
    channels: int | None
    open_ports: tuple[str, ...]
    evidence: tuple[str, ...]
    reason: str
    advisories: tuple[str, ...]
    observed_at: datetime
    change: tuple[ChangeKind, ...]
    first_seen: datetime
    last_seen: datetime
    presence: Presence
    also_at: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()

    @property
    def firmware(self) -> Firmware | None:
        """The firmware that it runs, or None where nothing of it is known."""
        version, built = self.firmware_version, self.firmware_build_date
        return Firmware(version or "", built) if version or built else None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of one device in one sweep; what it says of the device is what is known today."""

    sweep: int
    sweep_uuid: str
    site: str
    device: int
    at: datetime
    segment: str
    address: str
    status: str
    maker: str
    model: str
    change: Change


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """When one site is swept. ``cron`` and ``zone`` are as they were given, and were checked then.

    ``last_due_at`` is the latest due time that has had its sweep, or None before the first.
    """

    number: int
    site: str
    cron: str
    zone: str
    jitter_s: int
    added_at: datetime
    last_due_at: datetime | None = None
