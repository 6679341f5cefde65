"""LLDP: what a switch, phone or camera tells its neighbour on the cable, EtherType 0x88cc.

Layout: IEEE 802.1AB-2016 clause 8 (TLVs); address families: IANA address family numbers.

A frame reaches the next port only: a listener hears the device that it is plugged into.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from scanner.model.field import Field
from scanner.model.host import Address
from scanner.model.observation import Fact
from scanner.protocols.text import decode

ETHERTYPE = 0x88CC

# TLV types, table 8-1; the length has nine bits.
_END = 0
_CHASSIS_ID = 1
_PORT_DESCRIPTION = 4
_SYSTEM_NAME = 5
_SYSTEM_DESCRIPTION = 6
_MANAGEMENT_ADDRESS = 8
_LENGTH_BITS = 9

# Chassis id subtypes, table 8-2; the others are text that an administrator or the maker chose.
_BY_MAC = 4
_BY_NETWORK_ADDRESS = 5

# By IANA family number and size in bytes.
_ADDRESSES: dict[tuple[int, int], Callable[[bytes], Address]] = {(1, 4): IPv4Address, (2, 16): IPv6Address}

# Switches send one or two dozen TLVs; a jumbo frame of empty ones would hold thousands.
_MAX_TLVS = 128


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a device says of itself. Texts are empty, and the address None, when it does not say.

    ``chassis_id`` is a MAC in lower-case hex with colons, an IP address, or text, as its subtype says.
    """

    chassis_id: str
    port_description: str
    system_name: str
    system_description: str
    management_address: Address | None


def parse(payload: bytes) -> Announcement | None:
    """Return what stands behind the EtherType, or None when no chassis id comes first. Never raises.

    Of a cut announcement its whole TLVs count. Of several management addresses the first counts.
    """
    tlvs = tuple(_walk(payload))
    if not tlvs or tlvs[0][0] != _CHASSIS_ID or len(tlvs[0][1]) < 2:
        return None
    first = dict(reversed(tlvs))
    return Announcement(
        chassis_id=_chassis_id(first[_CHASSIS_ID]),
        port_description=_text(first.get(_PORT_DESCRIPTION, b"")),
        system_name=_text(first.get(_SYSTEM_NAME, b"")),
        system_description=_text(first.get(_SYSTEM_DESCRIPTION, b"")),
        management_address=_management_address(first.get(_MANAGEMENT_ADDRESS, b"")),
    )


def read(data: bytes) -> tuple[Fact, ...]:
    """Return what an announcement says; ``data`` starts behind the EtherType. Never raises."""
    said = parse(data)
    if said is None:
        return ()
    values = (
        (Field.LLDP_CHASSIS, said.chassis_id),
        (Field.LLDP_PORT, said.port_description),
        (Field.LLDP_NAME, said.system_name),
        (Field.LLDP_DESCRIPTION, said.system_description),
    )
    return tuple(Fact(field, value, data) for field, value in values if value)


def _walk(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the type and value of each whole TLV up to the end mark."""
    offset = 0
    for _ in range(_MAX_TLVS):
        head = int.from_bytes(payload[offset : offset + 2])
        kind, size = head >> _LENGTH_BITS, head & (1 << _LENGTH_BITS) - 1
        offset += 2 + size
        if kind == _END or offset > len(payload):
            return
        yield kind, payload[offset - size : offset]


def _chassis_id(value: bytes) -> str:
    subtype, octets = value[0], value[1:]
    if subtype == _BY_MAC and len(octets) == 6:
        return octets.hex(":")
    address = _address(octets) if subtype == _BY_NETWORK_ADDRESS else None
    return str(address) if address else _text(octets)


def _management_address(value: bytes) -> Address | None:
    """Return the address in a management address TLV, whose first byte counts family and address."""
    return _address(value[1 : 1 + value[0]]) if value else None


def _address(octets: bytes) -> Address | None:
    """Return an address that its family number precedes."""
    kind = _ADDRESSES.get((octets[0], len(octets) - 1)) if octets else None
    return kind(octets[1:]) if kind else None


def _text(octets: bytes) -> str:
    # Some systems count the NUL that ends their string.
    return decode(octets.rstrip(b"\0"))
