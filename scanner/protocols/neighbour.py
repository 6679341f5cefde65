"""IPv6 neighbour discovery, RFC 4861: which hardware address an IPv6 address has.

Reads solicitations and advertisements alone. Hosts that never ask and are never asked stay unseen.
"""

from dataclasses import dataclass
from ipaddress import IPv6Address

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols.frame import PROTOCOL_ICMPV6, Frame

_SOLICITATION = 135
_ADVERTISEMENT = 136
# Type, code, checksum, flags or reserved, target address (RFC 4861 sections 4.3 and 4.4).
_MESSAGE_BYTES = 24
# RFC 4861 section 4.6.1.
_SOURCE_LINK_ADDRESS = 1
_TARGET_LINK_ADDRESS = 2
# RFC 4861 section 7.1: a router lowers it, so any other value may come from outside the segment.
_ON_LINK_HOP_LIMIT = 255
# Messages of neighbours carry one or two options; this also ends the walk at one of no length.
_MAX_OPTIONS = 16


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One pair that a host claims for itself; the MAC is lower-case hex with colons."""

    address: IPv6Address
    mac: str


def read_packet(frame: Frame) -> Neighbour | None:
    """Return what the sender says of itself, or None when it is not neighbour discovery. Never raises.

    A solicitation from the unspecified address claims its target (duplicate address detection), with
    the hardware address that the frame came from. So does an advertisement that carries no option.
    """
    message = frame.datagram
    if not isinstance(frame.source, IPv6Address) or not _is_neighbour_message(frame, message):
        return None
    target = IPv6Address(message[8:24])
    is_own_target = message[0] == _ADVERTISEMENT or frame.source.is_unspecified
    address = target if is_own_target else frame.source
    if address.is_multicast or address.is_unspecified:
        return None
    mac = _link_address(message) or frame.source_mac
    return Neighbour(address, mac) if mac else None


def read(data: bytes) -> tuple[Fact, ...]:
    """Return the hardware address in an ICMPv6 neighbour message (what IPv6 carries), if it names one."""
    if len(data) < _MESSAGE_BYTES or data[0] not in (_SOLICITATION, _ADVERTISEMENT):
        return ()
    mac = _link_address(data)
    return (Fact(Field.MAC, mac, data),) if mac else ()


def _is_neighbour_message(frame: Frame, message: bytes) -> bool:
    return (
        frame.protocol == PROTOCOL_ICMPV6
        and frame.hop_limit == _ON_LINK_HOP_LIMIT
        and len(message) >= _MESSAGE_BYTES
        and message[0] in (_SOLICITATION, _ADVERTISEMENT)
    )


def _link_address(message: bytes) -> str | None:
    """Return the link-layer address option that belongs to this kind of message."""
    wanted = _SOURCE_LINK_ADDRESS if message[0] == _SOLICITATION else _TARGET_LINK_ADDRESS
    offset = _MESSAGE_BYTES
    for _ in range(_MAX_OPTIONS):
        option = message[offset : offset + 8]
        if len(option) < 8:
            return None
        if option[0] == wanted and option[1] == 1:
            return option[2:8].hex(":")
        offset += option[1] * 8
    return None
