"""Whether a device is there. It is gone when sweeps and a person agree on it, and neither alone is enough."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from scanner.model.device import Presence
from scanner.removal.obligation import Obligation, State, Step


class Lifecycle(Enum):
    """Where a device is in its life, as an auditor counts it."""

    PRESENT = "present"
    NOT_SEEN = "not seen"
    GONE = "gone"
    RETURNED = "returned"


def lifecycle(
    presence: Presence, last_seen: datetime, obligations: Iterable[Obligation], zone: ZoneInfo
) -> Lifecycle:
    """Return where a device is in its life.

    ``presence`` is what sweeps that covered its address say, ``zone`` the site's. A removal that is
    attested under any policy counts, and a device that was met after it has returned, until somebody
    takes the next step.
    """
    removal = attestation(obligations)
    if removal is not None and was_met_after(removal, last_seen, zone):
        return Lifecycle.RETURNED
    if presence is Presence.PRESENT:
        return Lifecycle.PRESENT
    is_gone = presence is Presence.GONE and removal is not None
    return Lifecycle.GONE if is_gone else Lifecycle.NOT_SEEN


def attestation(obligations: Iterable[Obligation]) -> Step | None:
    """Return the latest attestation that stands of a device's removal, or None."""
    steps = [one.last for one in obligations if one.last is not None and one.state is State.REMOVED]
    return max(steps, key=lambda step: (step.day, step.at), default=None)


def was_met_after(removal: Step, last_seen: datetime, zone: ZoneInfo) -> bool:
    """Whether a device was met after its removal; on the day itself, after that had been entered."""
    return last_seen > removal.at or last_seen.astimezone(zone).date() > removal.day
