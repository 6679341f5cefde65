"""A DHCP client: it takes and gives back an address as a device does that is plugged in and out.

Messages: RFC 2131 and RFC 2132. It needs no address of its own: it asks from 0.0.0.0 and wants to be
answered by broadcast.
"""

import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from tests.lab.errors import LabError
from tests.lab.lan import DEVICE_INTERFACE
from tests.lab.namespace import Namespace

DISCOVER, OFFER, REQUEST, ACK, RELEASE = 1, 2, 3, 5, 7
HOST_NAME, WANTED_ADDRESS, KIND, SERVER, VENDOR_CLASS, CLIENT_ID, END = 12, 50, 53, 54, 60, 61, 255
SERVER_PORT, CLIENT_PORT = 67, 68
MAGIC_COOKIE = bytes.fromhex("63825363")
BROADCAST_FLAG = 0x8000
NO_ADDRESS = IPv4Address(0)

ANSWER_SECONDS = 1.0
# A server that has just been started opens its socket within a second or two.
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Tenant:
    """One device that asks for an address; ``host_name`` and ``vendor_class`` may be empty."""

    mac: str
    host_name: str = ""
    vendor_class: str = ""

    @property
    def mac_bytes(self) -> bytes:
        """The six octets of the MAC."""
        return bytes.fromhex(self.mac.replace(":", ""))

    def message(self, kind: int, own: IPv4Address = NO_ADDRESS, *more: tuple[int, bytes]) -> bytes:
        """Return a message to a server; ``own`` is the address that the client has."""
        bootp = struct.pack(
            "!4BIHH4s12x6s202x4s",
            *(1, 1, 6, 0),
            *(
                int.from_bytes(self.mac_bytes[2:]),
                0,
                BROADCAST_FLAG,
                own.packed,
                self.mac_bytes,
                MAGIC_COOKIE,
            ),
        )
        options = (
            (KIND, bytes([kind])),
            (CLIENT_ID, b"\x01" + self.mac_bytes),
            (HOST_NAME, self.host_name.encode()),
            (VENDOR_CLASS, self.vendor_class.encode()),
            *more,
        )
        return (
            bootp
            + b"".join(bytes([code, len(value)]) + value for code, value in options if value)
            + bytes([END])
        )


@dataclass(frozen=True, slots=True)
class Lease:
    """What a server has agreed to."""

    address: IPv4Address
    server: bytes


def take(namespace: Namespace, tenant: Tenant) -> Lease:
    """Get an address for a device in its namespace; raises ``LabError`` when no server answers."""
    with _opened(namespace) as sock:
        offer = _asked(sock, tenant.message(DISCOVER), OFFER)
        wanted = ((WANTED_ADDRESS, offer.address.packed), (SERVER, offer.server))
        return _asked(sock, tenant.message(REQUEST, NO_ADDRESS, *wanted), ACK)


def give_back(namespace: Namespace, tenant: Tenant, lease: Lease) -> None:
    """Say that the device does not need its address any more; servers do not answer that."""
    with _opened(namespace) as sock:
        _send(sock, tenant.message(RELEASE, lease.address, (SERVER, lease.server)))


def _opened(namespace: Namespace) -> socket.socket:
    with namespace.entered():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, DEVICE_INTERFACE.encode())
        sock.bind(("", CLIENT_PORT))
    sock.settimeout(ANSWER_SECONDS)
    return sock


def _asked(sock: socket.socket, message: bytes, kind: int) -> Lease:
    """Send a message until an answer of one kind comes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        _send(sock, message)
        try:
            answer = sock.recv(1500)
        except TimeoutError:
            continue
        options = dict(_options(answer))
        if answer[4:8] == message[4:8] and options.get(KIND) == bytes([kind]):
            return Lease(IPv4Address(answer[16:20]), options[SERVER])
    raise LabError("no DHCP server answers")


def _send(sock: socket.socket, message: bytes) -> None:
    sock.sendto(message, ("255.255.255.255", SERVER_PORT))


def _options(message: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 240
    while offset + 2 <= len(message) and message[offset] != END:
        length = message[offset + 1]
        if message[offset]:
            yield message[offset], message[offset + 2 : offset + 2 + length]
            offset += 2 + length
        else:
            offset += 1
