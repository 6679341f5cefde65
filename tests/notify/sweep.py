"""A site, and what sweeps of it end with."""

from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from scanner.inventory.contract import Result
from scanner.inventory.register import Entry
from scanner.inventory.sweep_log import Ending
from scanner.inventory.tracking import track
from scanner.model.coverage import Coverage
from scanner.model.device import Device, Found, Identity, Place, Presence
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.site import NotifyOn, NotifyTarget, NotifyWay, Segment, Site
from scanner.model.verdict import Firmware, Status, Tier, Verdict

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
EVERYTHING = frozenset(NotifyOn)
HOOK = NotifyTarget(
    "hook", NotifyWay.WEBHOOK, EVERYTHING, (("url", "http://127.0.0.1:1/"),), flagged_only=False
)
COMPLETE = Coverage(AT, AT, in_scope=254, answered=31, examined=31)


def site(*targets: NotifyTarget) -> Site:
    segment = Segment("cctv", networks=(ip_network("10.0.0.0/24"),))
    return Site("depot", segments=(segment,), notify=targets)


def found(
    address: str, mac: str, status: Status = Status.FLAGGED, version: str = "V5.7.3", model: str = "DS-2CD"
) -> Found:
    host = Host(ip_address(address), mac)
    verdict = Verdict(
        host,
        status,
        Tier.CONFIRMED,
        "because",
        "Acme",
        "Label",
        model,
        firmware=Firmware(version),
        serial="S1",
    )
    return Found(Place("cctv", host.address), verdict, frozenset({Identity(Field.MAC, mac)}))


def device(
    number: int,
    address: str,
    mac: str,
    status: Status = Status.FLAGGED,
    version: str = "V5.7.3",
    presence: Presence = Presence.PRESENT,
    missed: int = 0,
) -> Device:
    return Device(
        id=number,
        place=Place("cctv", ip_address(address)),
        identities=frozenset({Identity(Field.MAC, mac)}),
        presence=presence,
        missed=missed,
        first_seen=AT,
        last_seen=AT,
        status=status.value,
        maker="Acme",
        brand="Label",
        model="DS-2CD",
        firmware=version,
    )


def ending(
    targets: Sequence[NotifyTarget],
    met: Sequence[Found] = (),
    known: Sequence[Device] = (),
    coverage: Coverage | None = COMPLETE,
    trouble: str = "",
) -> Ending:
    """What the inventory tells of a sweep that met these devices of a site where those were known."""
    steps = track(known, met, lambda _place: True, 3)
    entries = [
        Entry(step, Result(met[step.found], ()), step.device_id or 100 + step.found, step.found)
        for step in steps
        if step.found is not None
    ]
    return Ending(
        site(*targets),
        12,
        "0b5f6c1e",
        AT,
        coverage=coverage,
        known=known,
        steps=steps,
        entries=entries,
        trouble=trouble,
    )
