"""What a sweep has to tell whom: one notice per receiver that wants any of it. Pure."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from scanner.inventory.contract import Notice
from scanner.inventory.register import Entry
from scanner.inventory.sweep_log import Ending
from scanner.inventory.tracking import firmware_text
from scanner.model.device import Change, ChangeKind, Device
from scanner.model.site import NotifyOn, NotifyTarget, Site
from scanner.model.verdict import Status
from scanner.notify.digest import Digest, Event, dumped

# Nobody reads further, and syslog sends a datagram each; the counts tell of all.
MAX_EVENTS = 500
# The longest model and version texts in the captures have some 60 characters.
MAX_CHARACTERS = 200
MAX_REASON_CHARACTERS = 2000
# 64 bits: among the events of a day no two differing ones share it by chance.
_SUBJECT_CHARACTERS = 16

_KINDS: dict[ChangeKind, NotifyOn] = {
    ChangeKind.NEW: NotifyOn.NEW,
    ChangeKind.MOVED: NotifyOn.CHANGED,
    ChangeKind.REIDENTIFIED: NotifyOn.CHANGED,
    ChangeKind.FIRMWARE: NotifyOn.CHANGED,
    ChangeKind.RETURNED: NotifyOn.RETURNED,
    ChangeKind.GONE: NotifyOn.GONE,
}
TEST = "test"


def announce(ending: Ending) -> tuple[Notice, ...]:
    """Return the notices of a sweep that has finished or failed, for the site's receivers."""
    events = (*_of_sweep(ending), *_of_devices(ending)) if ending.site.notify else ()
    wanted = ((target, [one for one in events if _wants(target, one)]) for target in ending.site.notify)
    news = ((target, [one for one in told if not _is_repeat(ending, target, one)]) for target, told in wanted)
    return tuple(_notice(ending, target, told) for target, told in news if told)


def trial(site: Site, target: NotifyTarget, at: datetime) -> Digest:
    """Return a message that only shows whether messages arrive."""
    event = Event(TEST, "a test: messages about this site reach you")
    return Digest(_id(f"{at.isoformat()} {site.name}", target), site.name, 0, at, {TEST: 1}, (event,))


def _notice(ending: Ending, target: NotifyTarget, told: Sequence[Event]) -> Notice:
    coverage = ending.coverage
    looked_at = (
        {"in_scope": coverage.in_scope, "answered": coverage.answered, "examined": coverage.examined}
        if coverage
        else {}
    )
    first = sorted(told, key=lambda event: (event.device is not None, not event.flagged))[:MAX_EVENTS]
    digest = Digest(
        id=_id(ending.uuid, target),
        site=ending.site.name,
        sweep=ending.sweep,
        at=ending.at,
        counts=dict(Counter(event.kind for event in told)),
        events=tuple(first),
        left_out=len(told) - len(first),
        looked_at=looked_at,
    )
    return Notice(target.name, tuple(map(_subject, told)), dumped(digest))


def _id(uuid: str, target: NotifyTarget) -> str:
    """Return what makes a message the same one in every attempt: ASCII, whatever the receiver's name."""
    return sha256(f"{uuid} {target.name}".encode(errors="surrogatepass")).hexdigest()[:32]


def _subject(event: Event) -> str:
    """Return what two events share that say the same thing of the same device."""
    same = (event.kind, event.what, event.before, event.after, event.device, event.reason)
    return sha256(json.dumps(same).encode()).hexdigest()[:_SUBJECT_CHARACTERS]


def _is_repeat(ending: Ending, target: NotifyTarget, event: Event) -> bool:
    return (target.name, _subject(event)) in ending.told


def _wants(target: NotifyTarget, event: Event) -> bool:
    is_of_interest = event.device is None or event.flagged or not target.flagged_only
    return is_of_interest and NotifyOn(event.kind) in target.on


def _of_sweep(ending: Ending) -> Iterator[Event]:
    if ending.trouble:
        reason = _cut(ending.trouble, MAX_REASON_CHARACTERS)
        yield Event(NotifyOn.FAILED.value, "the sweep failed", reason=reason)
    coverage = ending.coverage
    if coverage is not None and not coverage.is_complete:
        skipped = [f"{count} addresses {why}" for why, count in sorted(coverage.unintended.items())]
        reason = _cut(" ".join([*coverage.gaps, *skipped]), MAX_REASON_CHARACTERS)
        yield Event(NotifyOn.INCOMPLETE.value, "the sweep is incomplete", reason=reason)


def _of_devices(ending: Ending) -> Iterator[Event]:
    known = {device.id: device for device in ending.known}
    for entry in ending.entries:
        before = known.get(entry.device)
        yield from _events(entry.step.changes, _met(entry, before))
    for step in ending.steps:
        if step.found is None and step.device_id is not None:
            yield from _events(step.changes, _missing(known[step.device_id]))


def _events(changes: Sequence[Change], device: Event) -> Iterator[Event]:
    for change in changes:
        if kind := _KINDS.get(change.kind):
            told = (_cut(change.before), _cut(change.after))
            yield replace(device, kind=kind.value, what=change.kind.value, before=told[0], after=told[1])


def _met(entry: Entry, before: Device | None) -> Event:
    """Return what is told of a device that was met; it concerns whoever minds what it is or what it was."""
    place, verdict = entry.result.found.place, entry.result.found.verdict
    flagged = Status.FLAGGED.value
    return Event(
        kind="",
        what="",
        device=entry.device,
        flagged=verdict.status is Status.FLAGGED or (before is not None and before.status == flagged),
        segment=place.segment,
        address=verdict.host.label,
        mac=verdict.host.mac or "",
        status=verdict.status.value,
        maker=_cut(verdict.maker),
        brand=_cut(verdict.brand),
        model=_cut(verdict.model),
        firmware=_cut(firmware_text(verdict.firmware)),
        serial=_cut(verdict.serial),
    )


def _missing(device: Device) -> Event:
    return Event(
        kind="",
        what="",
        device=device.id,
        flagged=device.status == Status.FLAGGED.value,
        segment=device.place.segment,
        address=str(device.place.address),
        status=device.status,
        maker=_cut(device.maker),
        brand=_cut(device.brand),
        model=_cut(device.model),
        firmware=_cut(device.firmware),
    )


def _cut(text: str | None, characters: int = MAX_CHARACTERS) -> str:
    text = text or ""
    return text if len(text) <= characters else f"{text[: characters - 1]}…"
