"""DHCP: what a host says of itself while it asks for an address, and which one a server grants it.

Layout: RFC 2131 section 2 (BOOTP message), RFC 2132 (options), RFC 3396 (long and overloaded options).
Requests are broadcast, so a listener hears them. Of a server's replies only the acknowledgement is
read. A host with a fixed address, or an old lease, says nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols.text import decode

SERVER_PORT = 67
CLIENT_PORT = 68

# BOOTREQUEST or BOOTREPLY, hardware type Ethernet, six octets (RFC 2131 section 2, RFC 1700).
_REQUEST_HEAD = bytes.fromhex("01 01 06")
_REPLY_HEAD = bytes.fromhex("02 01 06")
_MAGIC_COOKIE = bytes.fromhex("63 82 53 63")
_OPTIONS_AT = 240
_SERVER_NAME = slice(44, 108)
_BOOT_FILE = slice(108, 236)

# Option numbers, RFC 2132.
_PAD = 0
_HOST_NAME = 12
_OVERLOAD = 52
_MESSAGE_TYPE = 53
_PARAMETER_LIST = 55
_VENDOR_CLASS = 60
_CLIENT_ID = 61
_END = 255

_ACKNOWLEDGED = b"\x05"  # DHCPACK, RFC 2132 section 9.6

# A message that fills an Ethernet frame holds fewer; the rest of a larger one is not worth the time.
_MAX_OPTIONS = 128


@dataclass(frozen=True, slots=True)
class DhcpRequest:
    """What a client sent. Absent options are empty; an address is None when not given.

    ``mac`` is the client's own hardware address, also when a relay passed the message on. ``address``
    is the one that the client uses; one that it merely asks for is not its own yet.
    """

    mac: str
    address: IPv4Address | None
    host_name: bytes
    vendor_class: bytes
    parameters: tuple[int, ...]
    client_id: bytes


@dataclass(frozen=True, slots=True)
class DhcpGrant:
    """The address that a server acknowledged to a client, and the client's hardware address."""

    mac: str
    address: IPv4Address


def parse(message: bytes) -> DhcpRequest | None:
    """Return the request in a UDP payload, or None when it is not one over Ethernet. Never raises."""
    if not _is_dhcp(message, _REQUEST_HEAD):
        return None
    options = _options(message)
    return DhcpRequest(
        mac=_mac(message),
        address=_address(message[12:16]),
        host_name=options.get(_HOST_NAME, b""),
        vendor_class=options.get(_VENDOR_CLASS, b""),
        parameters=tuple(options.get(_PARAMETER_LIST, b"")),
        client_id=options.get(_CLIENT_ID, b""),
    )


def parse_grant(message: bytes) -> DhcpGrant | None:
    """Return what an acknowledgement grants, or None for any other message. Never raises."""
    if not _is_dhcp(message, _REPLY_HEAD) or _options(message).get(_MESSAGE_TYPE) != _ACKNOWLEDGED:
        return None
    address = _address(message[16:20])
    return DhcpGrant(_mac(message), address) if address else None


def read(data: bytes) -> tuple[Fact, ...]:
    """Return the client's hardware address and what its options 12, 55, 60 and 61 say.

    Of an acknowledgement, the hardware address of the client that it grants an address to.
    """
    request = parse(data)
    if request is None:
        grant = parse_grant(data)
        return (Fact(Field.MAC, grant.mac, data),) if grant else ()
    values = (
        (Field.MAC, request.mac),
        (Field.DHCP_HOSTNAME, _text(request.host_name)),
        (Field.DHCP_PARAMETERS, ",".join(map(str, request.parameters))),
        (Field.DHCP_VENDOR_CLASS, _text(request.vendor_class)),
        (Field.DHCP_CLIENT_ID, request.client_id.hex()),
    )
    return tuple(Fact(field, value, data) for field, value in values if value)


def _is_dhcp(message: bytes, head: bytes) -> bool:
    return message.startswith(head) and message[_OPTIONS_AT - 4 : _OPTIONS_AT] == _MAGIC_COOKIE


def _mac(message: bytes) -> str:
    return message[28:34].hex(":")


def _options(message: bytes) -> dict[int, bytes]:
    """Return every option; the pieces of a long one put together (RFC 3396)."""
    options: dict[int, bytes] = {}
    _gather(message[_OPTIONS_AT:], options)
    # The overload option says which of the two old fixed fields hold further options, in this order.
    overload = options.get(_OVERLOAD, b"")[:1]
    if overload in (b"\x01", b"\x03"):
        _gather(message[_BOOT_FILE], options)
    if overload in (b"\x02", b"\x03"):
        _gather(message[_SERVER_NAME], options)
    return options


def _gather(area: bytes, options: dict[int, bytes]) -> None:
    for code, value in _walk(area):
        options[code] = options.get(code, b"") + value


def _walk(area: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the whole options of one area; a cut one ends it."""
    offset = 0
    for _ in range(_MAX_OPTIONS):
        while area[offset : offset + 1] == bytes([_PAD]):
            offset += 1
        head = area[offset : offset + 2]
        if len(head) < 2 or head[0] == _END or offset + 2 + head[1] > len(area):
            return
        yield head[0], area[offset + 2 : offset + 2 + head[1]]
        offset += 2 + head[1]


def _address(octets: bytes) -> IPv4Address | None:
    if len(octets) != 4 or not any(octets):
        return None
    return IPv4Address(octets)


def _text(option: bytes) -> str:
    # RFC 2132 section 2: a receiver must trim a NUL that a client sends after its text.
    return decode(option.rstrip(b"\0"))
