"""Events in plain English, escaped: what people read in mails and logs."""

from collections.abc import Iterator

from scanner.export.escape import shorten
from scanner.notify.digest import Digest, Event

# Long enough for everything that a notice holds.
WHOLE = 2000


def sentence(event: Event, characters: int = WHOLE) -> str:
    """Return one line, with no value longer than ``characters``."""
    return ", ".join(shorten(part, characters) for part in _parts(event) if part)


def summary(digest: Digest) -> str:
    """Return what happened in a few words: ``2 new, 1 gone``."""
    return ", ".join(f"{count} {kind}" for kind, count in digest.counts.items())


def _parts(event: Event) -> Iterator[str]:
    if event.device is None:
        yield f"{event.what}: {event.reason}" if event.reason else event.what
        return
    yield f"{event.what}: {event.address}"
    yield event.segment
    yield event.status
    yield " ".join(part for part in (event.maker, event.brand, event.model) if part)
    yield event.firmware
    yield f"serial {event.serial}" if event.serial else ""
    yield f"device {event.device}"
    # A new device has no before, and a gone one no after: its address says it all.
    yield f"was {event.before}, is {event.after}" if event.before and event.after else ""
