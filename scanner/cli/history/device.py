"""Everything that is known of one device: what it is, what it is known by, and what became of it."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.cli.history.delivery import tell_last_sweeps
from scanner.cli.inventory import opened
from scanner.cli.running import result
from scanner.export import sheet
from scanner.export.listing import Listing, Row
from scanner.export.table import show_listing
from scanner.inventory.contract import ChangeRow, DeviceRow, FindingRow, IdentityRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.tracking import firmware_text
from scanner.model.device import Presence

IDENTITY_COLUMNS = ("known by", "value", "first_seen", "last_seen")
HISTORY_COLUMNS = (
    *("sweeps", "from", "to", "segment", "address", "mac", "verdict", "tier", "maker", "brand", "model"),
    *("firmware",),
)
CHANGE_COLUMNS = ("sweep", "at", "change", "before", "after")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sweeps in a row that found the same."""

    first: FindingRow
    last: FindingRow
    count: int


def run(db: str | None, reference: str) -> None:
    """Print all about the device that a reference names, then what the last sweep of its site covered."""
    with opened(db) as inventory:
        device = inventory.device(reference)
        found = stretches(inventory.findings(device=device.number))
        result.put(_head(device, found[-1].last if found else None))
        _show("Known by", Listing("identity", IDENTITY_COLUMNS, _known_by(inventory, device)))
        _show("Found", Listing("stretch", HISTORY_COLUMNS, map(_stretch_row, found)))
        changes = inventory.changes(device=device.number)
        _show("Changes", Listing("change", CHANGE_COLUMNS, map(_change_row, changes)))
        tell_last_sweeps(inventory, [device.site])


def stretches(findings: Iterable[FindingRow]) -> list[Stretch]:
    """Return findings, oldest first, with those in a row that say the same taken together."""
    found: list[Stretch] = []
    for finding in findings:
        if found and _told(found[-1].first) == _told(finding):
            found[-1] = replace(found[-1], last=finding, count=found[-1].count + 1)
        else:
            found.append(Stretch(finding, finding, 1))
    return found


def _told(finding: FindingRow) -> Row:
    """Return what a finding says of where and what a device is."""
    return (
        finding.segment,
        finding.address,
        finding.mac,
        finding.verdict,
        finding.tier,
        finding.maker,
        finding.brand,
        finding.model,
        firmware_text(finding.firmware),
    )


def _head(device: DeviceRow, last: FindingRow | None) -> Iterator[str]:
    yield from sheet.sentence(f"Device {device.number} of {device.site}")
    yield from sheet.labelled(_as_known(device))
    if last is None:
        return
    yield from sheet.heading(f"As sweep {last.sweep} found it")
    yield from sheet.labelled(_as_found(last))


def _as_known(device: DeviceRow) -> Iterator[tuple[str, str | None]]:
    missed = f", missed by {device.missed} sweeps in a row" if device.missed > 1 else ""
    yield "Status", f"{device.presence.value}{missed if device.presence is not Presence.PRESENT else ''}"
    yield "Address", device.address
    yield "Segment", device.segment or "not mapped"
    yield "Verdict", device.status
    yield "Maker", device.maker
    yield "Brand", device.brand
    yield "Model", device.model
    yield "Firmware", device.firmware
    yield "Serial", device.serial
    yield "First seen", device.first_seen.isoformat(timespec="seconds")
    yield "Last seen", device.last_seen.isoformat(timespec="seconds")


def _as_found(finding: FindingRow) -> Iterator[tuple[str, str | None]]:
    yield "Verdict", f"{finding.verdict}, {finding.tier}"
    yield "Reason", finding.reason
    yield "Device class", finding.device_class
    yield "Channels", None if finding.channels is None else str(finding.channels)
    yield "Capabilities", _able(finding)
    yield "MAC", finding.mac
    yield "MAC vendor", finding.mac_vendor
    yield "Host name", finding.hostname
    yield "Also at", ", ".join(finding.also_at)
    yield "Open ports", ", ".join(finding.open_ports)
    for told in finding.evidence:
        yield "Evidence", told
    for told in finding.advisories:
        yield "Advisory", told


def _able(finding: FindingRow) -> str:
    """Return what was seen; that a device is not able to do something never shows."""
    return f"{', '.join(finding.capabilities)}; others unknown" if finding.capabilities else "unknown"


def _known_by(inventory: Inventory, device: DeviceRow) -> Iterator[Row]:
    return map(_identity_row, inventory.identities(device.number))


def _identity_row(row: IdentityRow) -> Row:
    return row.identity.field.value, row.identity.value, row.first_seen, row.last_seen


def _stretch_row(stretch: Stretch) -> Row:
    one, other = stretch.first, stretch.last
    sweeps = str(one.sweep) if one is other else f"{one.sweep} to {other.sweep} ({stretch.count})"
    return (sweeps, one.observed_at, other.observed_at, *_told(one))


def _change_row(row: ChangeRow) -> Row:
    return row.sweep, row.at, row.change.kind.value, row.change.before, row.change.after


def _show(title: str, listing: Listing) -> None:
    """Print a part as a table, or that there is nothing in it."""
    rows = list(listing.rows)
    result.put(sheet.heading(title if rows else f"{title}: nothing"))
    if rows:
        show_listing(Listing(listing.kind, listing.columns, rows), sys.stdout)
