"""Labelled records of what devices answered, for measuring the database: JSON Lines, one record a line.

A record has an ``id``, a ``channel`` (where it was seen), a ``value`` or ``value_b64``, a ``label`` whose
``family`` says whose firmware it is, and a ``kind`` that says how it came to be.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scanner.errors import UsageProblem
from scanner.intake import field, protocol
from scanner.intake.jsonl import NO_ADDRESS, SOURCE
from scanner.matching.score import Record
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via

# Kinds in which a device, or the registry, has really said the value.
STRICT_KINDS = frozenset({"capture", "capture-derived", "example", "registry"})
# Marks of records that do not tell whose firmware runs, or that no scan without a login can see.
UNTELLING_MARKS = ("weak", "auth_required", "conflict")
MANAGEMENT_SOFTWARE = "management-software"
UNKNOWN = "unknown"

_MAC_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Labelled:
    """A record with its kind; ``is_strict`` says that the scanner ought to know it.

    ``told`` is the record as a line of judge's input, with its id as the host.
    """

    record: Record
    kind: str
    is_strict: bool
    told: dict[str, str]


def read(lines: Iterable[bytes], at: datetime) -> Iterator[Labelled]:
    """Yield the records whose sources agree about them. Raises UsageProblem with the line's number."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            labelled = _labelled(entry, at)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            cause = f"{type(error).__name__}: {error}"
            raise UsageProblem(f"Line {number} of the corpus is not a labelled record ({cause}).") from error
        if not entry.get("conflict"):
            yield labelled


def facts(channel: str, data: bytes) -> tuple[Fact, ...]:
    """Return what a value shows, read as its channel's field or message; () where nothing can be read."""
    spoken = protocol.BY_NAME.get(channel)
    if spoken is not None:
        return spoken.read(data)
    told = field.BY_NAME[channel]
    return field.read(told, _text(told, data))


def _labelled(entry: dict[str, Any], at: datetime) -> Labelled:
    label, kind = entry["label"], entry["kind"]
    host = Host(NO_ADDRESS, name=entry["id"])
    channel, data = entry["channel"], _value(entry)
    seen = tuple(fact.seen(host, SOURCE, Via.IMPORTED, at) for fact in facts(channel, data))
    maker = None if label["family"] == UNKNOWN else label["family"]
    tells = not any(entry.get(mark) for mark in UNTELLING_MARKS)
    is_device = label.get("device_class") != MANAGEMENT_SOFTWARE
    is_strict = kind in STRICT_KINDS and tells and is_device
    told = {"host": entry["id"], **_told(channel, data)}
    return Labelled(Record(entry["id"], channel, maker, seen), kind, is_strict, told)


def _told(channel: str, data: bytes) -> dict[str, str]:
    if channel in protocol.BY_NAME:
        return {"protocol": channel, "data_base64": b64encode(data).decode()}
    return {"field": channel, "value": _text(field.BY_NAME[channel], data)}


def _value(entry: dict[str, Any]) -> bytes:
    if "value_b64" in entry:
        return b64decode(entry["value_b64"], validate=True)
    text: str = entry["value"]
    return text.encode("utf-8", "backslashreplace")


def _text(told: Field, data: bytes) -> str:
    text = data.decode("utf-8", "backslashreplace")
    return _whole_address(text) if told is Field.MAC else text


def _whole_address(text: str) -> str:
    """Return a registered block's prefix as one address of the block."""
    digits = "".join(character for character in text if character.isalnum())
    return digits.ljust(_MAC_DIGITS, "0")
