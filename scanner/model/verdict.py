"""What the evidence says about one host."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from scanner.model.capability import Capability
from scanner.model.host import Host
from scanner.model.signature import Match


class Status(Enum):
    """The verdict column: what an auditor counts."""

    FLAGGED = "flagged"
    SUSPECTED = "suspected"
    OTHER_MAKER = "other_maker"
    NOT_MATCHED = "not_matched"
    NOT_ASSESSED = "not_assessed"


class Tier(Enum):
    """How sure: one decisive or two strong of different layers; one strong; weak only; at odds; nothing."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    CONFLICTING = "conflicting"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Firmware:
    """A firmware version as the device wrote it, with its build date where the wire shows one.

    ``branch`` is the part of the version within which its numbers can be compared; empty where the
    maker counts all its versions in one row.
    """

    version: str
    build_date: date | None = None
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The conclusion for one host; it can be computed again from the observations alone.

    ``maker`` is who wrote the firmware and ``brand`` the label it was sold under; ``reason`` is one
    sentence that says why, or why not assessed. ``matches`` holds the evidence, strongest first; ``also_at``
    is where else the same device was met, ``last_seen`` when it last showed anything. ``capabilities``
    are those that were seen; nothing is known of the others.
    """

    host: Host
    status: Status
    tier: Tier
    reason: str
    maker: str | None = None
    brand: str | None = None
    model: str | None = None
    device_class: str | None = None
    firmware: Firmware | None = None
    serial: str | None = None
    channels: int | None = None
    mac_vendor: str | None = None
    hostname: str | None = None
    open_ports: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()
    also_at: tuple[Host, ...] = ()
    last_seen: datetime | None = None
    capabilities: frozenset[Capability] = frozenset()

    def told(self) -> dict[str, Any]:
        """Return what it tells of the device, under the names that results and the inventory give it."""
        firmware = self.firmware
        return {
            "mac_vendor": self.mac_vendor,
            "hostname": self.hostname,
            "verdict": self.status.value,
            "tier": self.tier.value,
            "maker": self.maker,
            "brand": self.brand,
            "model": self.model,
            "device_class": self.device_class,
            "firmware_version": firmware.version if firmware else None,
            "firmware_build_date": firmware.build_date if firmware else None,
            "serial": self.serial,
            "open_ports": self.open_ports,
        }
