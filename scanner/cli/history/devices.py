"""The devices of a site as they are known now."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address

from scanner.cli import talk
from scanner.cli.history.delivery import deliver, tell_last_sweeps
from scanner.cli.history.ruling import Ruled, Ruling
from scanner.cli.history.site_choice import chosen
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat, RuleOptions
from scanner.clock import SystemClock
from scanner.export.listing import Listing, Row
from scanner.export.plural import plural
from scanner.inventory.contract import DeviceRow, FindingRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.roll import Roll
from scanner.model.device import Presence
from scanner.model.site import Site
from scanner.model.verdict import Status

COLUMNS = (
    *("device_id", "site", "segment", "address", "mac", "status", "verdict", "maker", "brand", "model"),
    *("firmware", "serial", "first_seen", "last_seen", "missed"),
    *("policies", "actions_due", "deadline", "lifecycle", "owner"),
)
SHOWN = (
    *("device_id", "site", "segment", "address", "mac", "status", "verdict", "maker", "brand", "model"),
    *("firmware", "first_seen", "last_seen"),
)
# Shown as well where devices are held against policies.
SHOWN_OF_POLICIES = ("actions_due", "deadline")


class Choice:
    """Which devices are listed: those that are there or silent, or those that are gone; and how many.

    With a ``capability``, those of which the finding that assessed them last shows it.
    """

    def __init__(self, only_flagged: bool, only_gone: bool, capability: str | None = None) -> None:
        self.capability = capability
        self._only_flagged = only_flagged
        self._only_gone = only_gone
        self.listed_count = 0
        self.gone_count = 0

    def rows(self, devices: Iterable[tuple[DeviceRow, Ruled]]) -> Iterator[Row]:
        """Yield the rows of the devices that are to be listed."""
        for device, ruled in devices:
            is_gone = device.presence is Presence.GONE
            if self._only_flagged and device.status != Status.FLAGGED.value:
                continue
            self.gone_count += is_gone
            if is_gone is self._only_gone:
                self.listed_count += 1
                yield _row(device, ruled)

    def takes(self, finding: FindingRow | None) -> bool:
        """Whether a device shows what is wanted; ``finding`` is the latest that assessed it, if any did."""
        return self.capability is None or (finding is not None and self.capability in finding.capabilities)

    def sentence(self) -> str:
        """Return how many devices were listed, and how many of those that are gone were not."""
        kind = f"{'flagged ' if self._only_flagged else ''}{plural(self.listed_count, 'device')}"
        if self.capability is not None:
            kind = f"{kind} known for {self.capability}, which is unknown of all others"
        if self._only_gone:
            return f"{self.listed_count} {kind} gone."
        left = f"; {self.gone_count} more gone, which --gone lists" if self.gone_count else ""
        return f"{self.listed_count or 'No'} {kind}{left}."


def run(
    db: str | None,
    site: str | None,
    unit: str | None,
    choice: Choice,
    rules: RuleOptions,
    wanted: ListFormat | None,
) -> None:
    """List devices, then say how much the last sweep of each site looked at."""
    with opened(db) as inventory:
        sites = chosen(inventory, site, unit)
        ruling = Ruling(inventory, sites, rules, now=SystemClock().now())
        shown = (*SHOWN, *(SHOWN_OF_POLICIES if ruling.has_rules else ()))
        found = choice.rows(_ruled(inventory, sites, ruling, choice))
        deliver(Listing("device", COLUMNS, found, shown), wanted)
        talk.closing(choice.sentence())
        tell_last_sweeps(inventory, [one.name for one in sites])


def _ruled(
    inventory: Inventory, sites: Sequence[Site], ruling: Ruling, choice: Choice
) -> Iterator[tuple[DeviceRow, Ruled]]:
    """Yield devices by site, segment and address, each with how it stands today."""
    for site in sites:
        # Only rules and capabilities need a finding: the latest ones take a second on years of history.
        has_need = ruling.has_rules or choice.capability is not None
        found = Roll(inventory.engine).latest(site.name) if has_need else ()
        latest = {one.device: one for one in found}
        for device in sorted(inventory.devices(site.name), key=place):
            if choice.takes(latest.get(device.number)):
                yield device, ruling.of_device(device, latest.get(device.number))


def place(device: DeviceRow) -> tuple[str, str, int, int, int]:
    """Order devices by site, segment and address: as numbers, which no database does of itself."""
    address = ip_address(device.address)
    return device.site, device.segment, address.version, int(address), device.number


def _row(device: DeviceRow, ruled: Ruled) -> Row:
    return (
        device.number,
        device.site,
        device.segment,
        device.address,
        device.macs,
        device.presence.value,
        device.status,
        device.maker,
        device.brand,
        device.model,
        device.firmware,
        device.serial,
        device.first_seen,
        device.last_seen,
        device.missed,
        *ruled.cells,
    )
