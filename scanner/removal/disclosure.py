"""What people are told who walk past cameras: where they hang, whose make, what for; nothing technical."""

from collections import Counter
from dataclasses import dataclass, field

from scanner.model.verdict import Status
from scanner.removal.owner import Custody

# Classes that take pictures of whoever is before them.
_FILMING = frozenset({"camera", "ptz_camera", "thermal_camera", "intercom", "access_terminal"})
_TARGETS = frozenset({Status.FLAGGED, Status.SUSPECTED})


@dataclass(frozen=True, slots=True, order=True)
class Disclosure:
    """What cameras are counted by."""

    site: str
    location: str
    maker: str
    purpose: str


@dataclass(slots=True)
class Disclosures:
    """The cameras in public places, and how many devices that may be some are left out for want of a word."""

    cameras: Counter[Disclosure] = field(default_factory=Counter)
    unplaced_count: int = 0
    uncalled_count: int = 0

    def add(self, site: str, maker: str, films: bool, custody: Custody) -> None:
        """Count one device that is there; ``films`` is what ``may_film`` says of it."""
        if custody.is_public and custody.location:
            purpose = custody.purpose or "not said"
            self.cameras[Disclosure(site, custody.location, maker or "not known", purpose)] += 1
        elif not custody.location:
            self.unplaced_count += custody.is_public or films
        elif not custody.is_private_office:
            self.uncalled_count += films


def may_film(device_class: str | None, status: Status) -> bool:
    """Whether a device is of a kind that films; a flagged one of which no class is known may be."""
    return device_class in _FILMING or (device_class is None and status in _TARGETS)
