"""Which line on paper is which device: by serial number, then MAC, then address, then model and location."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple

from scanner.inventory.contract import DeviceRow
from scanner.model.device import Presence
from scanner.model.host import canonical_mac
from scanner.reconcile.asset import Asset
from scanner.reconcile.likeness import bare, is_same_place, model_likeness

# Makers print the end of a serial number on the label; shorter ends are many devices' at once.
MIN_SERIAL_CHARACTERS = 8
# Lists name a model once for each device; so many different ones are compared letter by letter.
MAX_FUZZY_MODELS = 500


@dataclass(frozen=True, slots=True)
class Pair:
    """One line and the device that it is, with how that is known, as the end of a sentence."""

    asset: Asset
    device: DeviceRow
    how: str


class Pairing:
    """Lines and devices, each in one pair at most; those that are there come before those that are gone."""

    def __init__(self, assets: Sequence[Asset], devices: Iterable[DeviceRow]) -> None:
        self._devices = sorted(devices, key=lambda one: (one.presence is Presence.GONE, one.number))
        self._assets = assets
        self.pairs: dict[int, Pair] = {}
        self.taken: dict[int, Asset] = {}
        self.twice: dict[int, Pair] = {}

    def pair(self) -> None:
        """Pair what can be paired, by what tells most first."""
        self._by_key(_serial, lambda device: map(bare, device.serials), "its serial number")
        self._by_serial_part()
        self._by_key(lambda asset: canonical_mac(asset.mac) or "", lambda device: device.macs, "its MAC")
        self._by_address()
        self._by_model()

    def _open(self) -> Iterator[Asset]:
        """Yield the lines that are no device's yet, but for those that name one a second time."""
        return (one for one in self._assets if one.line not in self.pairs and one.line not in self.twice)

    def _free(self) -> list[DeviceRow]:
        return [device for device in self._devices if device.number not in self.taken]

    def _take(self, asset: Asset, device: DeviceRow, how: str) -> None:
        self.pairs[asset.line] = Pair(asset, device, how)
        self.taken[device.number] = asset

    def _by_key(
        self, of_asset: Callable[[Asset], str], of_device: Callable[[DeviceRow], Iterable[str]], how: str
    ) -> None:
        known: dict[str, list[DeviceRow]] = {}
        for device in self._devices:
            for key in of_device(device):
                known.setdefault(key, []).append(device)
        for asset in list(self._open()):
            found = known.get(of_asset(asset), []) if of_asset(asset) else []
            free = [device for device in found if device.number not in self.taken]
            if free:
                self._take(asset, free[0], how)
            elif found:
                self.twice[asset.line] = Pair(asset, found[0], how)

    def _by_serial_part(self) -> None:
        """Pair serial numbers of which paper has a part: the end that is printed on the label."""
        parts: dict[str, list[tuple[str, DeviceRow]]] = {}
        for device in self._free():
            for serial in map(bare, device.serials):
                for start in range(len(serial) - MIN_SERIAL_CHARACTERS + 1):
                    part = serial[start : start + MIN_SERIAL_CHARACTERS]
                    parts.setdefault(part, []).append((serial, device))
        for asset in list(self._open()):
            serial = _serial(asset)
            candidates = parts.get(serial[:MIN_SERIAL_CHARACTERS], [])
            found = list({device.number: device for whole, device in candidates if serial in whole}.values())
            if len(found) == 1 and found[0].number not in self.taken:
                self._take(asset, found[0], "part of its serial number")

    def _by_address(self) -> None:
        """Pair what stands at the address on paper, unless it says that it is of another model."""
        at = {device.address: device for device in reversed(self._free())}
        for asset in list(self._open()):
            device = at.get(asset.address)
            if device and device.number not in self.taken and _may_be(asset, device):
                self._take(asset, device, "its address")

    def _by_model(self) -> None:
        """Pair the rest, where neither number nor address says otherwise, those of a like place first."""
        wanted = [asset for asset in self._open() if asset.model and not _has_address(asset)]
        groups = _grouped(device for device in self._free() if device.model)
        models = {asset.model for asset in wanted}
        is_small = max(len(groups), len(models)) <= MAX_FUZZY_MODELS
        alike = {model: _alike(model, groups, is_small) for model in models}
        for needs_place in (True, False):
            for asset in [one for one in wanted if one.line not in self.pairs]:
                found = (group for model in alike[asset.model] for group in groups[model].items())
                self._take_like(asset, found, needs_place)

    def _take_like(
        self, asset: Asset, groups: Iterable[tuple["_Trait", list[DeviceRow]]], needs_place: bool
    ) -> None:
        """Take the first device that fits: one that shows a number was found by it, or is another."""
        mac = canonical_mac(asset.mac)
        for trait, group in groups:
            is_other = (trait.has_serial and asset.serial) or (trait.has_mac and mac)
            if not group or is_other or (needs_place and not is_same_place(asset.location, trait.place)):
                continue
            self._take(asset, group.pop(), "its model and location" if needs_place else "its model alone")
            return


class _Trait(NamedTuple):
    """What devices of one model have in common, as far as a line may fit them."""

    place: str
    has_serial: bool
    has_mac: bool


def _grouped(devices: Iterable[DeviceRow]) -> dict[str, dict[_Trait, list[DeviceRow]]]:
    """Return devices by model and trait, the one that comes first at the end of its list."""
    groups: dict[str, dict[_Trait, list[DeviceRow]]] = {}
    for device in devices:
        trait = _Trait(device.segment or device.site, bool(device.serials), bool(device.macs))
        groups.setdefault(bare(device.model), {}).setdefault(trait, []).append(device)
    for group in (group for traits in groups.values() for group in traits.values()):
        group.reverse()
    return groups


def are_at_odds(asset: Asset, device: DeviceRow) -> bool:
    """Whether serial numbers or MACs say that a line and a device are two."""
    mac = canonical_mac(asset.mac)
    is_other_mac = bool(mac and device.macs and mac not in device.macs)
    return is_other_mac or has_other_serial(asset, device)


def has_other_serial(asset: Asset, device: DeviceRow) -> bool:
    """Whether both have a serial number and neither holds the other."""
    serial, known = _serial(asset), [bare(one) for one in device.serials]
    return bool(serial and known) and not any(serial in one or one in serial for one in known)


def _serial(asset: Asset) -> str:
    return bare(asset.serial)


def _may_be(asset: Asset, device: DeviceRow) -> bool:
    if asset.model and device.model:
        return model_likeness(asset.model, device.model) > 0
    return not are_at_odds(asset, device)


def _has_address(asset: Asset) -> bool:
    try:
        return bool(ip_address(asset.address))
    except ValueError:
        return False


def _alike(model: str, by_model: Iterable[str], is_small: bool) -> list[str]:
    """Return the models that one on paper may mean, the likest first; only itself in a flood of models."""
    if not is_small:
        return [known for known in (bare(model),) if known in by_model]
    liking = {known: model_likeness(model, known) for known in by_model}
    return sorted(
        (known for known, value in liking.items() if value), key=lambda known: (-liking[known], known)
    )
