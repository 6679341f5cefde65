"""Multicast DNS and DNS service discovery: UDP port 5353.

Sources: RFC 1035 section 4 (messages, compressed names), RFC 6762 (multicast), RFC 6763 (services,
TXT strings), RFC 2782 (SRV).

Sees only what a device announces or is asked for. An address in a record is evidence, never a target.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import islice

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols.text import decode

GROUP = IPv4Address("224.0.0.251")
PORT = 5353
# Asks for the service types that a host offers (RFC 6763 section 9).
SERVICE_TYPES = "_services._dns-sd._udp.local"

# The fullest message in the captures has 9 records; a hub for many devices may send some dozens. No
# response holds this many questions either.
MAX_RECORDS = 200
# Of one TXT record; the fullest in the captures has 10.
MAX_STRINGS = 100
# What one jumbo frame can carry.
MAX_TEXT_CHARACTERS = 9000

_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
_RESPONSE, _OPCODE_MASK = 0x8000, 0x7800
_A, _PTR, _TXT, _AAAA, _SRV = 1, 12, 16, 28, 33
_SRV_NUMBERS_BYTES = 6
_IN = 1
_WANTS_UNICAST = 0x8000  # RFC 6762 section 5.4
_MAX_LABEL_BYTES = 63
_POINTER = 0xC0
# A name has at most 127 labels (255 bytes); with a pointer before each one, this many steps.
_MAX_NAME_STEPS = 255
_REVERSE_ZONES = (".in-addr.arpa", ".ip6.arpa")

_SERVICE_NAME = re.compile(r"(^|\.)_[^.=]+\._(tcp|udp)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One resource record: ``target`` of a PTR or SRV, ``strings`` of a TXT; names without final dot."""

    name: str
    kind: int
    target: str = ""
    strings: tuple[bytes, ...] = ()


def question(names: Sequence[str], unicast_reply: bool) -> bytes:
    """Return a query for the PTR records of service types such as ``_http._tcp.local``.

    Raises ValueError for a label that is empty or longer than 63 bytes.
    """
    query_class = _IN | (_WANTS_UNICAST if unicast_reply else 0)
    asked = (_encode(name) + struct.pack("!HH", _PTR, query_class) for name in names)
    return _HEADER.pack(0, 0, len(names), 0, 0, 0) + b"".join(asked)


def read(data: bytes) -> tuple[Fact, ...]:
    """Return what a response announces; () for queries and anything else. Never raises.

    Of a damaged response the records before the damage count.
    """
    facts = (fact for record in records(data) for fact in _record_facts(record, data))
    return tuple(dict.fromkeys(facts))


def read_text(text: str) -> tuple[Fact, ...]:
    """Return the facts of a record written as text: the service's name, then one TXT string per line.

    The name may be missing. Shadowserver's reports end their lines with a backslash.
    """
    lines = [line for line in map(_bare, text[:MAX_TEXT_CHARACTERS].splitlines()) if line]
    has_name = bool(lines) and _SERVICE_NAME.search(lines[0]) is not None
    instance, strings = (lines[0], lines[1:]) if has_name else ("", lines)
    return service_facts(instance, None, [_bytes(string) for string in strings], _bytes(text))


def service_facts(
    instance: str, host: str | None, txt: Sequence[bytes], raw: bytes | None = None
) -> tuple[Fact, ...]:
    """Return the facts of one service: its name, its host, its TXT strings and their keys.

    ``instance`` may be a bare service type, or empty when only TXT strings are known. Without the
    message itself as ``raw``, name and strings stand in for it.
    """
    evidence = b"\n".join([_bytes(instance), *txt]) if raw is None else raw
    strings = [decode(string) for string in txt[:MAX_STRINGS] if string]
    stated = [
        (Field.MDNS_SERVICE, instance.rstrip(".")),
        (Field.MDNS_HOST, (host or "").rstrip(".")),
        *((Field.MDNS_TXT, string) for string in strings),
        (Field.MDNS_TXT_KEYS, ",".join(string.partition("=")[0] for string in strings)),
    ]
    return tuple(Fact(field, value, evidence) for field, value in stated if value)


def records(data: bytes) -> Iterator[Record]:
    """Yield the records of a response, up to the first damaged one; nothing for a query. Never raises."""
    if len(data) < _HEADER.size:
        return
    _, flags, questions, *counts = _HEADER.unpack_from(data)
    if flags & _OPCODE_MASK or not flags & _RESPONSE or questions > MAX_RECORDS:
        return
    try:
        offset = _skip_questions(data, questions)
        for _ in range(min(sum(counts), MAX_RECORDS)):
            record, offset = _record(data, offset)
            yield record
    except (IndexError, ValueError, struct.error):
        return


def _record_facts(record: Record, raw: bytes) -> tuple[Fact, ...]:
    if record.kind in (_SRV, _TXT):
        return service_facts(record.name, record.target, record.strings, raw)
    if record.kind in (_A, _AAAA):
        return service_facts("", record.name, (), raw)
    if record.name.lower().endswith(_REVERSE_ZONES):
        return service_facts("", record.target, (), raw)
    return service_facts(record.target, None, (), raw) if record.kind == _PTR else ()


def _skip_questions(data: bytes, count: int) -> int:
    offset = _HEADER.size
    for _ in range(count):
        _, offset = _name(data, offset)
        offset += 4
    return offset


def _record(data: bytes, offset: int) -> tuple[Record, int]:
    name, offset = _name(data, offset)
    kind, _, _, size = _RECORD.unpack_from(data, offset)
    start = offset + _RECORD.size
    end = start + size
    if end > len(data):
        raise IndexError("the record is longer than the message")
    if kind == _PTR:
        return Record(name, kind, target=_name(data, start)[0]), end
    if kind == _SRV:
        return Record(name, kind, target=_name(data, start + _SRV_NUMBERS_BYTES)[0]), end
    if kind == _TXT:
        return Record(name, kind, strings=tuple(islice(_strings(data[start:end]), MAX_STRINGS))), end
    return Record(name, kind), end


def _name(data: bytes, offset: int) -> tuple[str, int]:
    """Return the name at ``offset`` and where the bytes behind it start.

    Raises IndexError when it runs out of the message and ValueError when it is malformed. A pointer
    must lead to before the part that holds it, so no loop can form.
    """
    labels: list[str] = []
    behind = 0
    start = offset
    for _ in range(_MAX_NAME_STEPS):
        size = data[offset]
        if size == 0:
            return ".".join(labels), behind or offset + 1
        if size >= _POINTER:
            behind = behind or offset + 2
            offset = (size & ~_POINTER) << 8 | data[offset + 1]
            if offset >= start:
                raise ValueError("a pointer leads forward")
            start = offset
        else:
            labels.append(_label(data, offset + 1, size))
            offset += 1 + size
    raise ValueError("the name has too many parts")


def _label(data: bytes, start: int, size: int) -> str:
    if size > _MAX_LABEL_BYTES:
        raise ValueError("the label type is unknown")
    return decode(data[start : start + size])


def _strings(data: bytes) -> Iterator[bytes]:
    offset = 0
    while offset < len(data):
        end = offset + 1 + data[offset]
        yield data[offset + 1 : end]
        offset = end


def _bare(line: str) -> str:
    return line.strip("\\ \t")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _encode(name: str) -> bytes:
    labels = [label.encode() for label in name.rstrip(".").split(".")]
    if not all(0 < len(label) <= _MAX_LABEL_BYTES for label in labels):
        raise ValueError(f"not a DNS name: {name!r}")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
