"""What differs between paper and inventory, with the reason; only what was sought can be not found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from scanner.inventory.contract import DeviceRow
from scanner.model.coverage import Coverage
from scanner.model.device import Presence
from scanner.model.host import canonical_mac
from scanner.reconcile.asset import Asset
from scanner.reconcile.likeness import is_same_place, says_the_same
from scanner.reconcile.pairing import Pair, Pairing, has_other_serial


class Outcome(StrEnum):
    """How paper and inventory differ; ``CANNOT_TELL`` says that nobody looked where a line may be."""

    NOT_ON_PAPER = "not on paper"
    NOT_FOUND = "not found"
    DIFFERS = "differs"
    TWICE = "on paper twice"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Entry:
    """One difference: of a line, of a device, or of both.

    ``differing`` are what both tell differently, such as ``model: DS-1, found DS-2``.
    """

    outcome: Outcome
    reason: str
    asset: Asset | None = None
    device: DeviceRow | None = None
    differing: tuple[str, ...] = ()


def reconcile(assets: Sequence[Asset], devices: Sequence[DeviceRow], covered: Coverage) -> Iterator[Entry]:
    """Yield what differs: lines in their order, then devices that are on no line.

    ``devices`` are all of one site, and ``covered`` is what its last sweep looked at.
    """
    pairing = Pairing(assets, devices)
    pairing.pair()
    places = {device.segment for device in devices if device.segment}
    at = {device.address: device for device in devices if device.presence is not Presence.GONE}
    for asset in assets:
        if asset.line in pairing.twice:
            yield _twice(pairing.twice[asset.line], pairing.taken)
        elif asset.line in pairing.pairs:
            yield from _paired(pairing.pairs[asset.line], places)
        else:
            yield _unfound(asset, at.get(asset.address), covered)
    for device in devices:
        if device.number not in pairing.taken and device.presence is not Presence.GONE:
            yield Entry(Outcome.NOT_ON_PAPER, "No line of the list fits it.", device=device)


def _twice(pair: Pair, taken: dict[int, Asset]) -> Entry:
    first = taken[pair.device.number].line
    reason = f"By {pair.how} it is device {pair.device.number}, which line {first} is already."
    return Entry(Outcome.TWICE, reason, pair.asset, pair.device)


def _paired(pair: Pair, places: Iterable[str]) -> Iterator[Entry]:
    device = pair.device
    if device.presence is not Presence.PRESENT:
        seen = f"{device.last_seen:%Y-%m-%d}"
        is_silent = device.presence is Presence.SILENT
        met = "The last sweep that covered its place did not meet it" if is_silent else "It is gone"
        reason = f"{met}: by {pair.how} it is device {device.number}, last seen on {seen}."
        yield Entry(Outcome.NOT_FOUND, reason, pair.asset, device)
        return
    differing = tuple(_differing(pair.asset, device, places))
    if differing:
        yield Entry(Outcome.DIFFERS, f"Known by {pair.how}.", pair.asset, device, differing)


def _differing(asset: Asset, device: DeviceRow, places: Iterable[str]) -> Iterator[str]:
    """Yield what paper and device both tell, and differently."""
    if has_other_serial(asset, device):
        yield f"serial: {asset.serial}, found {', '.join(device.serials)}"
    mac = canonical_mac(asset.mac)
    if mac and device.macs and mac not in device.macs:
        yield f"mac: {mac}, found {', '.join(device.macs)}"
    if asset.model and device.model and not says_the_same(asset.model, device.model):
        yield f"model: {asset.model}, found {device.model}"
    makers = [name for name in (device.brand, device.maker) if name]
    if asset.maker and makers and not any(says_the_same(asset.maker, name) for name in makers):
        yield f"maker: {asset.maker}, found {' by '.join(makers)}"
    if _is_address(asset.address) and asset.address != device.address:
        yield f"address: {asset.address}, found {device.address}"
    if _is_elsewhere(asset, device, places):
        yield f"location: {asset.location}, found in {device.segment}"


def _is_elsewhere(asset: Asset, device: DeviceRow, places: Iterable[str]) -> bool:
    """Whether paper names another segment; words that name none of the site's segments say nothing."""
    if not asset.location or not device.segment or is_same_place(asset.location, device.segment):
        return False
    return any(is_same_place(asset.location, place) for place in places)


def _unfound(asset: Asset, other: DeviceRow | None, covered: Coverage) -> Entry:
    """Return what can be said of a line that is no device's."""
    if other is not None:
        what = " ".join(filter(None, (other.brand or other.maker, other.model))) or other.status
        reason = f"At its address stands device {other.number} ({what}), which is another one."
        return Entry(Outcome.NOT_FOUND, reason, asset)
    if _is_address(asset.address):
        if covered.covers(ip_address(asset.address)):
            return Entry(
                Outcome.NOT_FOUND, "The last sweep covered its address and met nothing there.", asset
            )
        reason = "The last sweep did not cover its address, so nothing is known."
        return Entry(Outcome.CANNOT_TELL, reason, asset)
    addresses = sum(map(len, covered.ranges))
    if not addresses or not covered.is_complete:
        reason = "It has no address on paper, and the last sweep did not look at all of its scope."
        return Entry(Outcome.CANNOT_TELL, reason, asset)
    reason = (
        f"None of the devices at the {addresses} addresses that the last sweep covered fits it; where it "
        "should stand is not on paper."
    )
    return Entry(Outcome.NOT_FOUND, reason, asset)


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False
