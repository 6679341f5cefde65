"""DHIP, the search protocol of Dahua firmware: UDP port 37810, and its predecessor on UDP port 5050.

A 32-byte header and a JSON object travel in each direction; the answer comes by unicast to a question
that asks for it. The predecessor is binary. Only the search is ever built here: other methods on the
same ports change the device.

Sources: rroller/dahua (``discovery.py``), julienblitte/UniversalScanner (``Dahua1.cs``, ``Dahua2.cs``)
and mcw0/DahuaConsole (``net.py``); answers from devices quoted in public files 1180738884,
28717267299 and 68961566355.

Sees nothing of a device whose search service is switched off. An address inside a message is evidence
of how the device is set up, never a target.
"""

import json
import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from struct import Struct

from scanner.model.field import Field
from scanner.model.host import canonical_mac
from scanner.model.observation import Fact
from scanner.protocols.text import decode

GROUP = IPv4Address("239.255.255.251")
PORT = 37810
LEGACY_PORT = 5050

# Answers in the captures have 700 to 800 bytes and nest 4 deep.
MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
# The longest value in the captures has 25 characters.
MAX_VALUE_CHARACTERS = 256

_MAGIC = b"\x20\0\0\0DHIP"
# Header size, "DHIP", two numbers that only TCP uses, and the body length twice, as 64-bit numbers.
_HEADER = Struct("<I4s8xQQ")
# The text of the packet in public file 139996060; some firmware ignores frames of another shape
# (rroller/dahua ``discovery.py``).
_SEARCH = b'{ "method" : "DHDiscover.search", "params" : { "mac" : "", "uni" : 1 } }\n'
_ANSWER_METHOD = "client.notifyDevInfo"

_STRING_FIELDS = {
    "method": Field.DHIP_METHOD,
    "DeviceType": Field.DHIP_MODEL,
    "DeviceClass": Field.DHIP_CLASS,
    "SerialNo": Field.DHIP_SERIAL,
    "Version": Field.DHIP_VERSION,
    "Vendor": Field.DHIP_VENDOR,
    "Manufacturer": Field.DHIP_MANUFACTURER,
}

# strict=False: line ends inside strings, which JSON forbids, do not cost the answer.
_DECODER = json.JSONDecoder(strict=False)
_BRACKET = re.compile(r"[][{}]")
_MEMBER = re.compile(r'"(\w{1,40})"\s*:\s*(?:"((?:[^"\\]|\\.){0,256})"|(-?\d{1,9})(?=[\s,}]))')

# The header, in which 0xB3 answers 0xA3, is DVRIP's; 0x58 bytes follow it.
_LEGACY_SEARCH = bytes.fromhex("a3010001 00000000 00000000 00000000 02000000 00000000 00000000 00000000")
# Magic, length of section 2, length of the fixed part behind the header, protocol version, length of
# section 3, firmware version, device type. Ports and addresses up to byte 0x78 are not read.
_LEGACY_FIXED = Struct("<BxBxI8xIH10x4H16s64x")
_LEGACY_MAGIC, _LEGACY_TYPE, _LEGACY_PROTOCOL = 0xB3, 0x58, 2
_MAC_CHARACTERS = 17


def question() -> bytes:
    """Return the search datagram, which asks for a unicast answer: 105 bytes."""
    return _HEADER.pack(_HEADER.size, b"DHIP", len(_SEARCH), len(_SEARCH)) + _SEARCH


def read(data: bytes) -> tuple[Fact, ...]:
    """Return what an answer says, with or without its header; () for anything else. Never raises.

    The two lengths in the header are not held against the body: some tools store zero there, and the
    JSON object itself shows where it ends, before any padding.
    """
    members = _members(data)
    if members.get("method") != _ANSWER_METHOD:
        return ()
    values = {field: _text(members.get(name)) for name, field in _STRING_FIELDS.items()} | {
        Field.DHIP_MAC: canonical_mac(_text(members.get("mac"))),
        Field.DHIP_CHANNELS: _channels(members),
        Field.DHIP_INIT: _number(members.get("Init")),
    }
    return tuple(Fact(field, value, data) for field, value in values.items() if value)


def _members(data: bytes) -> dict[str, object]:
    """Return the members of the message and of its ``deviceInfo``, as one."""
    text = _body(data)
    start = text.find("{")
    if start < 0:
        return {}
    if _is_too_deep(text):
        return _scattered_members(text)
    try:
        message, _ = _DECODER.raw_decode(text, start)
    except ValueError:
        return _scattered_members(text)
    return {**_member(_member(message, "params"), "deviceInfo"), **message}


def _body(data: bytes) -> str:
    """Return what follows the header, or the whole text of a bare object; empty for anything else."""
    has_header = data.startswith(_MAGIC)
    body = data[_HEADER.size :] if has_header else data.lstrip()
    if not has_header and not body.startswith(b"{"):
        return ""
    # A name in another encoding must not leave escapes behind that JSON does not know.
    return body[:MAX_BYTES].decode("utf-8", "replace")


def _is_too_deep(text: str) -> bool:
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _scattered_members(text: str) -> dict[str, object]:
    """Return the members that stand whole in a broken object: cut off, or with a quote unescaped."""
    found: dict[str, object] = {}
    for name, string, number in _MEMBER.findall(text):
        found.setdefault(name, int(number) if number else string)
    return found


def _member(container: object, name: str) -> dict[str, object]:
    value = container.get(name) if isinstance(container, dict) else None
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip()[:MAX_VALUE_CHARACTERS] if isinstance(value, str) else ""


def _number(value: object) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 32
    return str(value) if is_number else ""


def _channels(members: dict[str, object]) -> str:
    own = _number(members.get("VideoInputChannels"))
    remote = _number(members.get("RemoteVideoInputChannels"))
    return str(int(own) + int(remote or 0)) if own else ""


@dataclass(frozen=True, slots=True)
class LegacyReply:
    """An answer on port 5050; a text is empty, and ``mac`` None, where the device left it out."""

    device_type: str
    model: str
    mac: str | None
    serial_number: str
    firmware_version: str


def legacy_question() -> bytes:
    """Return the search datagram of the predecessor: 32 bytes, for broadcast or unicast."""
    return _LEGACY_SEARCH


def read_legacy(data: bytes) -> tuple[Fact, ...]:
    """Return what an answer on port 5050 says; () for anything else. Never raises.

    ``DHIP_LEGACY`` is there for every valid answer, with an empty value if the device names no type.
    """
    reply = parse_legacy(data)
    if reply is None:
        return ()
    values = {
        Field.DHIP_MODEL: reply.model,
        Field.DHIP_SERIAL: reply.serial_number,
        Field.DHIP_VERSION: reply.firmware_version,
        Field.DHIP_MAC: reply.mac,
    }
    stated = (Fact(field, value, data) for field, value in values.items() if value)
    return (Fact(Field.DHIP_LEGACY, reply.device_type, data), *stated)


def parse_legacy(data: bytes) -> LegacyReply | None:
    """Return the answer on port 5050, or None unless its parts add up to its length. Never raises.

    Behind the fixed part stand the MAC and the model, then lines ``Key:Value``. The firmware version
    has a SINGLE source (mcw0/DahuaConsole); the rest of the layout has two.
    """
    if len(data) < _LEGACY_FIXED.size:
        return None
    magic, second, kind, protocol, third, *version, device_type = _LEGACY_FIXED.unpack_from(data)
    if (magic, kind, protocol) != (_LEGACY_MAGIC, _LEGACY_TYPE, _LEGACY_PROTOCOL):
        return None
    if len(data) != _LEGACY_FIXED.size + second + third:
        return None
    section2 = decode(data[_LEGACY_FIXED.size :][:second])
    lines = _lines(decode(data[len(data) - third :]))
    return LegacyReply(
        device_type=decode(device_type.partition(b"\0")[0]).strip(),
        model=section2[_MAC_CHARACTERS:].strip("\0 ") or lines.get("Device", ""),
        mac=canonical_mac(section2[:_MAC_CHARACTERS]),
        serial_number=lines.get("SerialNo", ""),
        firmware_version=".".join(map(str, version)) if any(version) else "",
    )


def _lines(section: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in section.splitlines())
    return {key.strip(): value.strip("\0 ")[:MAX_VALUE_CHARACTERS] for key, _, value in pairs}
