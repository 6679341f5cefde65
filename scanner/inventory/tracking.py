"""Which device of the last sweeps is which of this one, and what changed. Pure: no database, no clock.

A serial number outranks a UUID, a UUID a MAC, and a MAC the place. Only like things are compared: what
SADP calls the serial number says nothing about what ONVIF calls it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scanner.inventory.contract import SweepKind
from scanner.model.device import Change, ChangeKind, Device, Found, Identity, Place, Presence
from scanner.model.field import Field
from scanner.model.verdict import Firmware, Status, Tier, Verdict

SERIAL_FIELDS = frozenset({Field.SADP_SERIAL, Field.DHIP_SERIAL, Field.ONVIF_SERIAL, Field.UPNP_SERIAL})
UUID_FIELDS = frozenset({Field.WSD_ENDPOINT})
MAC_FIELDS = frozenset({Field.MAC})

# Status, maker, brand and model, as a verdict gives them.
Kind = tuple[str, str | None, str | None, str | None]

# What a status says of a device, the least first.
_SAYING = (Status.NOT_ASSESSED, Status.NOT_MATCHED, Status.OTHER_MAKER, Status.SUSPECTED, Status.FLAGGED)
_UNSURE = frozenset({Tier.NONE, Tier.POSSIBLE})
# Who is there comes before who was missed: the one that left an address is not the one that has it now.
_PRESENCE_ORDER = (Presence.PRESENT, Presence.SILENT, Presence.GONE)

# IEEE 802: the second bit of the first octet marks an address that no maker has given.
_LOCAL_BIT = 0x02


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one device in one sweep.

    ``device_id`` is None for a new one, ``found`` the index of what was found or None where nothing was.
    ``absorbed`` are devices that now prove to be this one, ``learned`` what is known of the device from now
    on: its status, maker, brand, model and firmware, by name, as far as they change. ``is_news`` is False
    for what was seen earlier than the device was last seen: it says nothing of who is there now.
    """

    device_id: int | None
    found: int | None
    presence: Presence
    missed: int
    changes: tuple[Change, ...] = ()
    absorbed: tuple[int, ...] = ()
    learned: Mapping[str, str] = field(default_factory=dict)
    is_news: bool = True


def track(
    known: Sequence[Device],
    found: Sequence[Found],
    covers: Callable[[Place], bool],
    gone_after: int,
    kind: SweepKind = SweepKind.SCAN,
) -> tuple[Step, ...]:
    """Return one step per found device, in their order, then one per known device that was not met.

    ``covers`` tells whether the sweep would have met a device at a place. A device is gone once
    ``gone_after`` sweeps in a row would have met it and did not.
    """
    pairs = _Pairs(known, found)
    for is_same in (_same_serial, _same_uuid, _same_mac, _same_place):
        pairs.match(is_same)
    absorbed = pairs.absorbed()
    met = [_met(pairs.device_of(index), index, one, absorbed, kind) for index, one in enumerate(found)]
    gone = {other for ids in absorbed.values() for other in ids}
    missing = [device for device in pairs.unmatched() if device.id not in gone]
    return (*met, *(_missed(device, covers(device.place), gone_after) for device in missing))


def identities(verdict: Verdict, shown: Iterable[tuple[Field, str]]) -> frozenset[Identity]:
    """Return what a device is known by, from its MACs and the facts that it showed."""
    bearing = SERIAL_FIELDS | UUID_FIELDS
    macs = {verdict.host.mac, *(host.mac for host in verdict.also_at)} - {None}
    own = {Identity(Field.MAC, mac) for mac in macs if mac}
    return frozenset(own | {Identity(one, value) for one, value in shown if one in bearing and value})


def is_local(mac: str) -> bool:
    """Whether a MAC was made up by the host itself, as phones do against tracking."""
    return bool(int(mac[:2], 16) & _LOCAL_BIT)


def firmware_text(firmware: Firmware | None) -> str:
    """Return a firmware for people and for comparing: ``V5.7.3 build 2022-01-12``."""
    if firmware is None:
        return ""
    built = f"build {firmware.build_date.isoformat()}" if firmware.build_date else ""
    return " ".join(part for part in (firmware.version, built) if part)


# Whether a known device and a found one are the same by one kind of evidence.
_Sameness = Callable[[Device, Found], bool]


@dataclass(slots=True)
class _Pairs:
    """Known and found devices, paired step by step; each is in one pair at most."""

    known: Sequence[Device]
    found: Sequence[Found]
    _device_of: dict[int, Device] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)
    _by_key: dict[object, list[Device]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for device in self.known:
            for key in (*device.identities, device.place):
                self._by_key.setdefault(key, []).append(device)

    def match(self, is_same: _Sameness) -> None:
        """Pair what is not paired yet: first whoever kept the place, then who is there and was seen last."""
        for keeps_place in (True, False):
            for index, one in enumerate(self.found):
                free = [] if index in self._device_of else self._free(one, is_same, keeps_place)
                if free:
                    self._device_of[index] = min(free, key=_standing)
                    self._taken.add(self._device_of[index].id)

    def device_of(self, index: int) -> Device | None:
        """Return the device that a found one is."""
        return self._device_of.get(index)

    def absorbed(self) -> dict[int, tuple[int, ...]]:
        """Return, by device, the ids of others that were not met because they are that device."""
        return {
            device.id: tuple(other.id for other in self._also(device, self.found[index]))
            for index, device in self._device_of.items()
        }

    def unmatched(self) -> Iterator[Device]:
        """Yield the known devices that were not met."""
        return (device for device in self.known if device.id not in self._taken)

    def _free(self, one: Found, is_same: _Sameness, keeps_place: bool) -> list[Device]:
        free = (device for device in self._candidates(one) if device.id not in self._taken)
        return [d for d in free if (d.place == one.place or not keeps_place) and is_same(d, one)]

    def _candidates(self, one: Found) -> list[Device]:
        known = (device for key in (*one.identities, one.place) for device in self._by_key.get(key, ()))
        return list({device.id: device for device in known}.values())

    def _also(self, device: Device, one: Found) -> Iterator[Device]:
        for other in self._candidates(one):
            is_free = other.id not in self._taken and not differ(
                device.identities, other.identities, SERIAL_FIELDS
            )
            if is_free and any(is_same(other, one) for is_same in (_same_serial, _same_uuid, _same_mac)):
                self._taken.add(other.id)
                yield other


def _standing(device: Device) -> tuple[int, float, int]:
    return _PRESENCE_ORDER.index(device.presence), -device.last_seen.timestamp(), device.id


def _same_serial(device: Device, one: Found) -> bool:
    return _share(device, one, SERIAL_FIELDS)


def _same_uuid(device: Device, one: Found) -> bool:
    return _share(device, one, UUID_FIELDS) and not differ(device.identities, one.identities, SERIAL_FIELDS)


def _same_mac(device: Device, one: Found) -> bool:
    shared = {known.value for known in device.identities & one.identities if known.field in MAC_FIELDS}
    is_telling = device.place == one.place or any(not is_local(mac) for mac in shared)
    return bool(shared) and is_telling and not differ(device.identities, one.identities, SERIAL_FIELDS)


def _same_place(device: Device, one: Found) -> bool:
    """Whether nothing says that another device has taken the address."""
    if device.place != one.place or one.place.address.is_unspecified:
        return False
    if differ(device.identities, one.identities, SERIAL_FIELDS | UUID_FIELDS):
        return False
    given = {known for known in device.identities if known.field in MAC_FIELDS and not is_local(known.value)}
    now = {known for known in one.identities if known.field in MAC_FIELDS and not is_local(known.value)}
    return not (given and now)


def _share(device: Device, one: Found, fields: frozenset[Field]) -> bool:
    return any(known.field in fields for known in device.identities & one.identities)


def differ(one: frozenset[Identity], other: frozenset[Identity], fields: frozenset[Field]) -> bool:
    """Whether two devices both show one of the fields and none of its values is the same."""
    for shown in fields:
        mine = {known.value for known in one if known.field is shown}
        theirs = {known.value for known in other if known.field is shown}
        if mine and theirs and not mine & theirs:
            return True
    return False


def _met(
    device: Device | None, index: int, one: Found, absorbed: dict[int, tuple[int, ...]], kind: SweepKind
) -> Step:
    if device is None:
        change = Change(ChangeKind.NEW, after=str(one.place.address))
        return Step(None, index, Presence.PRESENT, 0, (change,), learned=_texts(one.verdict))
    is_news = _is_news(device, one, kind)
    presence, missed = (Presence.PRESENT, 0) if is_news else (device.presence, device.missed)
    says_less = _says_less(device, one.verdict, kind)
    changes = tuple(_changes(device, one, is_news, says_less))
    learned = {} if says_less else _learned(device, one.verdict, changes)
    return Step(device.id, index, presence, missed, changes, absorbed.get(device.id, ()), learned, is_news)


def _is_news(device: Device, one: Found, kind: SweepKind) -> bool:
    """Whether it was met later than ever before: not by judging again, nor in an old capture or file."""
    if kind is SweepKind.REJUDGE:
        return False
    seen = one.verdict.last_seen
    return not kind.asks_nobody or seen is None or seen >= device.last_seen


def _says_less(device: Device, verdict: Verdict, kind: SweepKind) -> bool:
    """Whether a verdict rests on weaker evidence than what is known, and so takes nothing of it away.

    Weak evidence for the same maker does. Where nobody was asked, so does any weak evidence and none at all;
    whoever was asked and shows nothing any more may be another device. What is known may rest on the very
    evidence that is judged again, unless that said less before.
    """
    if verdict.status is Status.NOT_ASSESSED:
        return True
    is_weaker = _SAYING.index(verdict.status) < _SAYING.index(Status(device.status))
    if not is_weaker or verdict.tier not in _UNSURE:
        return False
    if kind is SweepKind.REJUDGE:
        return device.last_status != device.status
    return kind.asks_nobody or verdict.maker == device.maker


def _texts(verdict: Verdict) -> dict[str, str]:
    return {
        "status": verdict.status.value,
        "maker": verdict.maker or "",
        "brand": verdict.brand or "",
        "model": verdict.model or "",
        "firmware": firmware_text(verdict.firmware),
    }


def _learned(device: Device, verdict: Verdict, changes: Iterable[Change]) -> dict[str, str]:
    """Return the texts that a verdict changes; what it leaves open stays, unless it contradicts."""
    texts = _texts(verdict)
    if any(change.kind is ChangeKind.REIDENTIFIED for change in changes):
        return texts
    if is_same_firmware(device.firmware, texts["firmware"]):
        texts["firmware"] = max(device.firmware, texts["firmware"], key=len)
    return {name: text for name, text in texts.items() if text}


def _missed(device: Device, is_covered: bool, gone_after: int) -> Step:
    """Return what becomes of a device that was not met; where nobody looked, nothing."""
    missed = device.missed + is_covered
    if device.presence is Presence.GONE or not is_covered:
        return Step(device.id, None, device.presence, device.missed)
    place = str(device.place.address)
    if missed >= gone_after:
        return Step(device.id, None, Presence.GONE, missed, (Change(ChangeKind.GONE, before=place),))
    is_news = device.presence is Presence.PRESENT
    changes = (Change(ChangeKind.SILENT, before=place),) if is_news else ()
    return Step(device.id, None, Presence.SILENT, missed, changes)


def _changes(device: Device, one: Found, is_news: bool, says_less: bool) -> Iterator[Change]:
    verdict = one.verdict
    if is_news and device.presence is Presence.GONE:
        yield Change(ChangeKind.RETURNED, after=str(one.place.address))
    if device.place != one.place and device.place.address not in {host.address for host in verdict.also_at}:
        yield Change(ChangeKind.MOVED, _place_text(device.place), _place_text(one.place))
    if says_less:
        return
    before, after = _kind_before(device), _kind_after(verdict)
    known = (device.status, device.maker, device.brand, device.model)
    if contradicts(known, (verdict.status.value, verdict.maker, verdict.brand, verdict.model)):
        yield Change(ChangeKind.REIDENTIFIED, before, after)
    firmware = firmware_text(verdict.firmware)
    if device.firmware and firmware and not is_same_firmware(device.firmware, firmware):
        yield Change(ChangeKind.FIRMWARE, device.firmware, firmware)


def is_same_firmware(one: str, other: str) -> bool:
    """Whether two texts of firmware name the same, of which one may leave out the version or the build."""
    part, whole = sorted((one, other), key=len)
    return whole == part or whole.startswith(f"{part} ") or whole.endswith(f" {part}")


def contradicts(before: Kind, after: Kind) -> bool:
    """Whether one verdict contradicts another; knowing less, or more, of the same does not."""
    if Status.NOT_ASSESSED.value in (before[0], after[0]):
        return False
    told = zip(before[1:], after[1:], strict=True)
    return before[0] != after[0] or any(one and other and one != other for one, other in told)


def _place_text(place: Place) -> str:
    return f"{place.address} ({place.segment})" if place.segment else str(place.address)


def _kind_before(device: Device) -> str:
    return " ".join(part for part in (device.status, device.maker, device.brand, device.model) if part)


def _kind_after(verdict: Verdict) -> str:
    parts = (verdict.status.value, verdict.maker, verdict.brand, verdict.model)
    return " ".join(part for part in parts if part)
