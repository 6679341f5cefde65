"""A site: whose network it is, which segments it has, and on what terms it may be examined."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from zoneinfo import ZoneInfo

from scanner.model.host import Address
from scanner.model.scope import Network, Range

UTC_ZONE = ZoneInfo("UTC")
# Between sweeps a camera may be off for a night's works; a third absence is no accident.
DEFAULT_GONE_AFTER = 3
# What stands in tonight's mail need not stand in tonight's second one. Less than a day: a nightly sweep
# that ends a minute earlier than the last one is told again.
DEFAULT_NOTIFY_REPEAT_HOURS = 20


class Role(Enum):
    """What a segment is for; rules on cameras differ by it."""

    CORE = "core"
    CCTV = "cctv"
    GUEST = "guest"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a site's network: by its networks, by its VLAN number, or by both."""

    name: str
    role: Role = Role.OTHER
    networks: tuple[Network, ...] = ()
    vlan: int | None = None

    def holds(self, address: Address, segment: str | None) -> bool:
        """Whether a host belongs here; ``segment`` is what its frames said, such as ``vlan 12``."""
        if self.vlan is not None and segment is not None and segment.startswith("vlan "):
            return segment == f"vlan {self.vlan}"
        return any(address in network for network in self.networks if network.version == address.version)


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of allowed hours: on these weekdays (Monday is 0, at least one) from one time up to another.

    ``until`` before or equal to ``since`` is on the next day, which need not be among ``days``.
    """

    days: frozenset[int]
    since: time
    until: time


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Who allowed the sweeps, until when (that day included), and where that is written."""

    by: str
    until: date | None = None
    reference: str = ""


class NotifyWay(Enum):
    """How a notice travels."""

    WEBHOOK = "webhook"
    SYSLOG = "syslog"
    EMAIL = "email"
    COMMAND = "command"


class NotifyOn(Enum):
    """What a receiver wants to hear of."""

    NEW = "new"
    CHANGED = "changed"
    RETURNED = "returned"
    GONE = "gone"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class NotifyTarget:
    """One receiver. ``settings`` are those of its way, checked when the site file is read.

    A setting that is a list, such as ``to`` and ``argv``, stands there once for each of its entries. Secrets
    are never among them, only the names of the environment variables that hold them.
    """

    name: str
    way: NotifyWay
    on: frozenset[NotifyOn]
    settings: tuple[tuple[str, str], ...] = ()
    flagged_only: bool = True

    def setting(self, name: str, default: str = "") -> str:
        """Return one setting."""
        return dict(self.settings).get(name, default)

    def entries(self, name: str) -> tuple[str, ...]:
        """Return every entry of a setting that is a list."""
        return tuple(text for key, text in self.settings if key == name)


@dataclass(frozen=True, slots=True)
class Site:
    """One site. ``name`` identifies it; an empty ``hours`` allows every hour.

    ``excluded`` beats everything; ``public`` lists the public networks that may be examined, each
    spelled out. ``gone_after`` sweeps must miss a device whose address they covered before it is gone.
    A receiver hears the same thing of the same device once in ``notify_repeat_hours``.
    """

    name: str
    owner: str = ""
    location: str = ""
    contact: str = ""
    segments: tuple[Segment, ...] = ()
    excluded: tuple[Range, ...] = ()
    public: tuple[Network, ...] = ()
    hours: tuple[Hours, ...] = ()
    zone: ZoneInfo = UTC_ZONE
    authorisation: Authorisation | None = None
    profile: str = "normal"
    max_rate: float | None = None
    gone_after: int = DEFAULT_GONE_AFTER
    labels: frozenset[str] = frozenset()
    notify: tuple[NotifyTarget, ...] = ()
    notify_repeat_hours: int = DEFAULT_NOTIFY_REPEAT_HOURS

    def segment_of(self, address: Address, segment: str | None = None) -> Segment | None:
        """Return the segment that a host belongs to, or None when nobody has mapped it.

        Where networks overlap, the smallest one that holds the address decides.
        """
        holding = [one for one in self.segments if one.holds(address, segment)]
        return min(holding, key=lambda one: _size(one, address), default=None)

    def role_of(self, segment: str | None) -> Role | None:
        """Return what the segment of that name is for, or None where nobody has mapped the place."""
        return next((one.role for one in self.segments if one.name == segment), None)

    def day(self, at: datetime) -> date:
        """Return which day a moment is at the site."""
        return at.astimezone(self.zone).date()


def _size(segment: Segment, address: Address) -> int:
    return min((net.num_addresses for net in segment.networks if address in net), default=0)
