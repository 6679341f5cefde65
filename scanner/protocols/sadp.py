"""SADP, the search protocol of Hikvision firmware: UDP port 37020 and EtherType 0x8033.

Over UDP a question and its answers are small XML documents, sent to the SSDP group; an answer comes
back by unicast or to the group. Below IP both are binary frames. Only the inquiry is ever built here:
the other message types change the device.

Sources: question and group from cameronnewman/hikvision-tooling, 4n4nk3/HikPwn and
julienblitte/UniversalScanner, which agree; answers from devices quoted in public files 28488762960
and 19375522317; frames from MatrixEditor/hiktools (``lua/sadp.lua``) and the responder in
LLLL-M/privateCodeforItsc (``sadp.c``).

Sees nothing of a device whose SADP service is switched off. An address inside a message is evidence
of how the device is set up, never a target.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from struct import Struct
from uuid import UUID

from scanner.model.field import Field
from scanner.model.host import canonical_mac
from scanner.model.observation import Fact
from scanner.protocols import xml
from scanner.protocols.text import decode

GROUP = IPv4Address("239.255.255.250")
PORT = 37020
ETHERTYPE = 0x8033

# ProbeMatch answers a question, Hello is sent at start-up; Probe is somebody else's question.
_ROOTS = ("ProbeMatch", "Hello")
_PLAIN_FIELDS = {
    "DeviceDescription": Field.SADP_MODEL,
    "DeviceSN": Field.SADP_SERIAL,
    "SoftwareVersion": Field.SADP_SOFTWARE,
    "DSPVersion": Field.SADP_DSP,
    "DeviceType": Field.SADP_TYPE,
}
_IDENTIFYING = {"MAC", *_PLAIN_FIELDS}
# Firmware from 2018 to 2020 misspells "false" in some elements (both quoted devices do).
_BOOLEANS = {"true": "true", "false": "false", "flase": "false"}
# The largest recorders have 256 channels.
_CHANNEL_COUNT = re.compile("[0-9]{1,4}")

_BROADCAST_MAC = b"\xff" * 6
_IDENTIFIER, _VERSION, _SERIES = 0x21, 0x02, 0x01
_MAC_BYTES, _ADDRESS_BYTES = 6, 4
_INQUIRY_CODE, _RESPONSE_CODE = 0x03, 0x04
# Identifier, version, series, length, sequence, address lengths, opcode, sub-code, checksum, sender's
# MAC and address, target's MAC; then target's address, subnet mask, sender's IPv6 address and 12
# reserved bytes, all left at zero.
_INQUIRY = Struct("!4BI4BH6s4s6s36x")
# The same header up to the checksum; sender's MAC and address, target and mask; then serial number,
# device type, port, encoders, disks, software version, DSP version and start time.
_RESPONSE = Struct("!14x6s4s14x48sI12x48s48s48x")
_RESPONSE_MARKS = {0: _IDENTIFIER, 1: _VERSION, 8: _MAC_BYTES, 9: _ADDRESS_BYTES, 10: _RESPONSE_CODE}


def question(uuid: UUID) -> bytes:
    """Return the inquiry, whose identifier every answer repeats."""
    inquiry = f"<Probe><Uuid>{str(uuid).upper()}</Uuid><Types>inquiry</Types></Probe>"
    return f'<?xml version="1.0" encoding="utf-8"?>{inquiry}'.encode()


def read(data: bytes) -> tuple[Fact, ...]:
    """Return what an answer or a start-up announcement says; () for anything else. Never raises."""
    root = xml.parse(data)
    if root is None or xml.local_name(root) not in _ROOTS:
        return ()
    said = xml.child_texts(root)
    if said.keys().isdisjoint(_IDENTIFYING):
        return ()
    values = {field: said.get(name) for name, field in _PLAIN_FIELDS.items()} | {
        Field.SADP_MAC: canonical_mac(said.get("MAC", "")),
        Field.SADP_ACTIVATED: _BOOLEANS.get(said.get("Activated", "").lower()),
        Field.SADP_CHANNELS: _channels(said),
        Field.SADP_REPLY: xml.decode(data)[: xml.MAX_TEXT_CHARACTERS],
    }
    return tuple(Fact(field, value, data) for field, value in values.items() if value)


def _channels(said: dict[str, str]) -> str | None:
    counts = (said.get("AnalogChannelNum", ""), said.get("DigitalChannelNum", ""))
    are_known = all(_CHANNEL_COUNT.fullmatch(count) for count in counts)
    return str(sum(map(int, counts))) if are_known else None


@dataclass(frozen=True, slots=True)
class FrameReply:
    """An inquiry response. ``address`` is what the device is set to, which may be another network's."""

    mac: str
    address: IPv4Address
    serial_number: str
    device_type: int
    software_version: str
    dsp_version: str


def inquiry_frame(source_mac: str, source_address: IPv4Address, sequence: int) -> bytes:
    """Return the whole Ethernet frame of an inquiry: 80 bytes, broadcast, without frame check sequence.

    ``source_mac`` is hex with colons; ``sequence`` (32 bits) comes back in the response.
    """
    mac = bytes.fromhex(source_mac.replace(":", ""))
    blank = _inquiry(mac, source_address, sequence, checksum=0)
    message = _inquiry(mac, source_address, sequence, _checksum(blank))
    return _BROADCAST_MAC + mac + ETHERTYPE.to_bytes(2) + message


def read_frame(payload: bytes) -> tuple[Fact, ...]:
    """Return what an inquiry response says; ``payload`` starts behind the EtherType. Never raises."""
    reply = parse_frame(payload)
    if reply is None:
        return ()
    values = {
        Field.SADP_SERIAL: reply.serial_number,
        Field.SADP_SOFTWARE: reply.software_version,
        Field.SADP_DSP: reply.dsp_version,
        Field.SADP_TYPE: str(reply.device_type),
        Field.SADP_MAC: reply.mac,
    }
    return tuple(Fact(field, value, payload) for field, value in values.items() if value)


def parse_frame(payload: bytes) -> FrameReply | None:
    """Return the inquiry response behind an EtherType, or None. Never raises.

    The header stands in two sources. The layout of the body has a SINGLE source, the responder named
    above, and no capture shows one; so the checksum is not held against a response, and one that
    names neither serial number nor software version is refused.
    """
    if len(payload) < _RESPONSE.size:
        return None
    if any(payload[offset] != mark for offset, mark in _RESPONSE_MARKS.items()):
        return None
    mac, address, serial, device_type, software, dsp = _RESPONSE.unpack_from(payload)
    reply = FrameReply(
        mac=mac.hex(":"),
        address=IPv4Address(address),
        serial_number=_padded(serial),
        device_type=device_type,
        software_version=_padded(software),
        dsp_version=_padded(dsp),
    )
    return reply if reply.serial_number or reply.software_version else None


def _inquiry(mac: bytes, address: IPv4Address, sequence: int, checksum: int) -> bytes:
    kind = (_IDENTIFIER, _VERSION, _SERIES, _INQUIRY.size, sequence)
    call = (_MAC_BYTES, _ADDRESS_BYTES, _INQUIRY_CODE, 0, checksum)
    return _INQUIRY.pack(*kind, *call, mac, address.packed, _BROADCAST_MAC)


def _checksum(message: bytes) -> int:
    """Return the one's complement of the one's complement sum of little-endian words (hiktools)."""
    total = sum(int.from_bytes(message[i : i + 2], "little") for i in range(0, len(message), 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def _padded(field: bytes) -> str:
    return decode(field.partition(b"\0")[0]).strip()
