"""What a device is able to do, as far as it shows without a login."""

from collections.abc import Iterable
from enum import Enum


class Capability(Enum):
    """One thing that a device says of itself, or that all devices of its model have.

    What is not seen is unknown: no device says without a login what it is not able to do. What it says may
    be more than it has (a camera that turns within its picture calls that pan and tilt, too).
    """

    PAN_TILT_ZOOM = "pan_tilt_zoom"
    AUDIO = "audio"
    WIRELESS = "wireless"
    CLOUD = "cloud"  # its maker's service is built in; whether it is switched on is another matter
    ANALYTICS = "analytics"
    THERMAL = "thermal"


def words(seen: Iterable[Capability]) -> list[str]:
    """Return capabilities as the sorted list that files and the inventory hold."""
    return sorted(one.value for one in seen)
