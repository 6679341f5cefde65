"""ARP, RFC 826: who has this address? Probes and announcements as RFC 5227 names them.

Cannot see hosts behind a router; ARP does not leave its segment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address
from struct import Struct

from scanner.model.field import Field
from scanner.model.observation import Fact

# RFC 826 and RFC 894: hardware type Ethernet, protocol type IPv4, address lengths 6 and 4.
_HEADER = bytes.fromhex("0001 0800 06 04")
_BROADCAST = bytes.fromhex("ffffffffffff")
_ETHERTYPE = bytes.fromhex("0806")
# Senders pad short frames themselves; IEEE 802.3 asks for 60 bytes before the check sequence.
_PADDING = bytes(60 - 42)

_packet = Struct("!6sH6s4s6s4s")


class Operation(Enum):
    """The two operations of RFC 826."""

    REQUEST = 1
    REPLY = 2


@dataclass(frozen=True, slots=True)
class ArpPacket:
    """One ARP packet for IPv4 over Ethernet; MACs are lower-case hex with colons."""

    operation: Operation
    sender_mac: str
    sender_address: IPv4Address
    target_mac: str
    target_address: IPv4Address

    @property
    def is_probe(self) -> bool:
        """Whether the sender asks if an address is free, so has none yet (RFC 5227 section 1.1)."""
        return self.operation is Operation.REQUEST and int(self.sender_address) == 0

    @property
    def is_gratuitous(self) -> bool:
        """Whether the sender announces its own address (RFC 5227 section 1.1)."""
        return int(self.sender_address) != 0 and self.sender_address == self.target_address


def requests(source_mac: str, source_ip: IPv4Address, targets: Iterable[IPv4Address]) -> Iterator[bytes]:
    """Yield one broadcast request frame of 60 bytes for each target, in order.

    A ``source_ip`` of 0.0.0.0 makes them probes, which leave no trace in the caches of those who hear.
    """
    sender = bytes.fromhex(source_mac.replace(":", ""))
    operation = Operation.REQUEST.value.to_bytes(2)
    ethernet = _BROADCAST + sender + _ETHERTYPE
    before_target = ethernet + _HEADER + operation + sender + source_ip.packed + bytes(6)
    for target in targets:
        yield before_target + target.packed + _PADDING


def read_packet(payload: bytes) -> ArpPacket | None:
    """Return the packet behind the EtherType, or None when it is not IPv4 over Ethernet. Never raises."""
    if len(payload) < _packet.size or not payload.startswith(_HEADER):
        return None
    _, operation, sender_mac, sender, target_mac, target = _packet.unpack_from(payload)
    if operation not in (Operation.REQUEST.value, Operation.REPLY.value):
        return None
    return ArpPacket(
        Operation(operation),
        sender_mac.hex(":"),
        IPv4Address(sender),
        target_mac.hex(":"),
        IPv4Address(target),
    )


def read(data: bytes) -> tuple[Fact, ...]:
    """Return the sender's hardware address."""
    packet = read_packet(data)
    if packet is None:
        return ()
    return (Fact(Field.MAC, packet.sender_mac, data),)
