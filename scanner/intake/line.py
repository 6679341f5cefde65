"""One line of judge's input: a JSON object that tells one thing about one host.

``{"host": H, "field": F, "value": V}`` tells a fact, ``{"host": H, "protocol": P, "data_base64": D}`` a
raw message, ``{"host": H, "mac": M}`` a hardware address; ``"port": N`` may stand beside the first two.
``host`` is any text; other keys are left alone.
"""

import binascii
import json
from base64 import b64decode
from dataclasses import dataclass

from scanner.intake import field, protocol
from scanner.model.field import Field
from scanner.model.host import Transport, canonical_mac
from scanner.model.observation import Fact

# Names of hosts are shown in tables; DNS ends at 253 characters.
MAX_HOST_CHARACTERS = 253

# Fields of protocols that travel in datagrams; the rest is said over TCP.
_DATAGRAM_FIELDS = ("dhcp.", "dhip.", "mdns.", "onvif.scope", "sadp.", "snmp.", "ssdp", "wsd.")


class BadLine(ValueError):
    """A line that nothing can be learned from; the message says why and completes ``line 7:``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that names its host; what it says of it is read apart, so that no host is lost."""

    host: str
    said: dict[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """What one line tells: which facts, and over which port where it says so."""

    facts: tuple[Fact, ...]
    port: int | None = None
    transport: Transport = Transport.TCP
    mac: str | None = None


def parse(text: str) -> Entry:
    """Return the line as an entry. Raises BadLine when it is not JSON or names no host."""
    said = _object(text)
    return Entry(_host(said), said)


def read(said: dict[str, object]) -> Told:
    """Return what an entry tells. Raises BadLine."""
    port = _port(said)
    if "field" in said:
        named = _field(said)
        transport = Transport.UDP if named.startswith(_DATAGRAM_FIELDS) else Transport.TCP
        return _told(field.read(named, _value(said)), port, transport)
    if "protocol" in said:
        spoken = _protocol(said)
        return _told(_message_facts(spoken, _data(said)), port, spoken.transport)
    if "mac" in said:
        mac = _mac(said)
        return Told((Fact(Field.MAC, mac, mac.encode()),), mac=mac)
    raise BadLine("it has neither a field, nor a protocol, nor a mac")


def _told(facts: tuple[Fact, ...], port: int | None, transport: Transport) -> Told:
    """Return the facts; what was said over TCP shows that its port is open."""
    is_open = port is not None and transport is Transport.TCP
    opened = (Fact(Field.PORT_OPEN, f"{port}/tcp"),) if is_open else ()
    return Told((*facts, *opened), port, transport)


def _object(text: str) -> dict[str, object]:
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"it is not JSON ({error})") from error
    if not isinstance(entry, dict):
        raise BadLine("it is not a JSON object")
    return entry


def _host(said: dict[str, object]) -> str:
    host = _text(said.get("host"))
    if not host.strip():
        raise BadLine("it names no host: a text under 'host' is needed")
    if len(host) > MAX_HOST_CHARACTERS:
        raise BadLine(f"the name of its host is longer than {MAX_HOST_CHARACTERS} characters")
    return host.strip()


def _port(said: dict[str, object]) -> int | None:
    port = said.get("port")
    if port is None:
        return None
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= 65535:
        raise BadLine("its port is not a number from 0 to 65535")
    return port or None


def _field(said: dict[str, object]) -> Field:
    name = _text(said["field"])
    told = field.BY_NAME.get(name) or field.BY_NAME.get(name.lower())
    if told is None:
        raise BadLine(f"the field {name!r:.60} is not known; 'camcensus judge --list-fields' lists all")
    return told


def _value(said: dict[str, object]) -> str:
    value = said.get("value")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadLine("its field has no text under 'value'")
    return _text(value)


def _protocol(said: dict[str, object]) -> protocol.Protocol:
    name = _text(said["protocol"])
    spoken = protocol.BY_NAME.get(name.lower().replace("-", "_"))
    if spoken is None:
        raise BadLine(f"the protocol {name!r:.60} is not known; 'camcensus judge --list-fields' lists all")
    return spoken


def _message_facts(spoken: protocol.Protocol, data: bytes) -> tuple[Fact, ...]:
    facts = spoken.read(data)
    if not facts:
        raise BadLine(f"its {len(data)} bytes say nothing as {spoken.name} ({spoken.note})")
    return facts


def _data(said: dict[str, object]) -> bytes:
    encoded = said.get("data_base64")
    if not isinstance(encoded, str):
        raise BadLine("its protocol has no text under 'data_base64'")
    try:
        return b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadLine(f"its data_base64 is not base64 ({error})") from error


def _mac(said: dict[str, object]) -> str:
    mac = canonical_mac(_text(said["mac"]))
    if mac is None:
        raise BadLine("its mac is not six octets in hex")
    return mac


def _text(value: object) -> str:
    """Return text that UTF-8 can hold: half a surrogate pair, which JSON allows, becomes its escape."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else ""
