"""Frames as bytes, for captures that are made up: Ethernet, IPv4, UDP and TCP.

Checksums are left at zero, as a capture shows them where the network card fills them in.
"""

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address

PROTOCOL_TCP, PROTOCOL_UDP = 6, 17
FIN, SYN, PUSH, ACK = 0x01, 0x02, 0x08, 0x10
# What a TCP segment carries on Ethernet: 1500 less both headers, and less the timestamps beside them.
SEGMENT_BYTES = 1448
# RFC 7323 appendix A: two paddings before the timestamps, as Linux sends them.
_TIMESTAMPS = bytes.fromhex("0101080a 00a1b2c3 00d4e5f6")
_SHORTEST_FRAME_BYTES = 60


@dataclass(frozen=True, slots=True)
class Party:
    """One end of what is said: hardware address, address and port."""

    mac: bytes
    address: IPv4Address
    port: int


def group(address: str, port: int) -> Party:
    """Return a multicast group as somebody to talk to (RFC 1112 section 6.4: its low 23 bits)."""
    packed = IPv4Address(address).packed
    return Party(
        bytes([0x01, 0x00, 0x5E, packed[1] & 0x7F, packed[2], packed[3]]), IPv4Address(address), port
    )


def udp(sender: Party, to: Party, payload: bytes) -> bytes:
    """Return a datagram as a frame, however long it is."""
    head = struct.pack("!4H", sender.port, to.port, 8 + len(payload), 0)
    return _frame(sender, to, PROTOCOL_UDP, head + payload)


def tcp(sender: Party, to: Party, numbers: tuple[int, int], flags: int, payload: bytes = b"") -> bytes:
    """Return a segment as a frame; ``numbers`` are the sequence number and the acknowledgement."""
    sequence, acknowledgement = (number & 0xFFFFFFFF for number in numbers)
    words = (8 << 12) | flags
    head = struct.pack("!HHIIHHHH", sender.port, to.port, sequence, acknowledgement, words, 502, 0, 0)
    return _frame(sender, to, PROTOCOL_TCP, head + _TIMESTAMPS + payload)


def conversation(client: Party, server: Party, turns: list[tuple[bytes, bytes]]) -> list[bytes]:
    """Return a whole connection: handshake, each request with its reply, and both ends."""
    said, heard = 1, 1
    frames = [
        tcp(client, server, (0, 0), SYN),
        tcp(server, client, (0, 1), SYN | ACK),
        tcp(client, server, (1, 1), ACK),
    ]
    for request, reply in turns:
        frames += _spoken(client, server, (said, heard), request)
        said += len(request)
        frames += _spoken(server, client, (heard, said), reply)
        heard += len(reply)
    return [
        *frames,
        tcp(server, client, (heard, said), FIN | ACK),
        tcp(client, server, (said, heard + 1), FIN | ACK),
        tcp(server, client, (heard + 1, said + 1), ACK),
    ]


def _spoken(sender: Party, to: Party, numbers: tuple[int, int], data: bytes) -> list[bytes]:
    """Return data in segments, and the acknowledgement that comes back."""
    sequence, acknowledgement = numbers
    segments = [
        tcp(sender, to, (sequence + at, acknowledgement), ACK | PUSH, data[at : at + SEGMENT_BYTES])
        for at in range(0, len(data), SEGMENT_BYTES)
    ]
    return [*segments, tcp(to, sender, (acknowledgement, sequence + len(data)), ACK)] if segments else []


def _frame(sender: Party, to: Party, protocol: int, body: bytes) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0x4000, 64, protocol, 0)
    packet = head + sender.address.packed + to.address.packed + body
    return (to.mac + sender.mac + b"\x08\x00" + packet).ljust(_SHORTEST_FRAME_BYTES, b"\0")
