"""TCP segments: ports, place in the stream, flags and payload.

Layout and arithmetic: RFC 9293, sections 3.1 and 3.4. Checksums are not verified, and options not read.
"""

from struct import Struct
from typing import NamedTuple

from scanner.model.field import Field
from scanner.model.observation import Fact

# RFC 9293 section 3.1.
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10

# Sequence numbers begin again behind this.
SEQUENCE_MASK = 0xFFFF_FFFF

_HEADER_BYTES = 20
_HALF = 0x8000_0000

_header = Struct("!HHIIBB").unpack_from


# A named tuple rather than a frozen dataclass, as for frames: one is made for every segment that is read.
class Segment(NamedTuple):
    """One segment; ``flags`` are the eight bits of the header, and ``payload`` what follows the options."""

    source_port: int
    destination_port: int
    sequence: int
    acknowledgement: int
    flags: int
    payload: bytes


def parse(body: bytes) -> Segment | None:
    """Return the segment that an IP packet carries, or None when its header is not whole. Never raises.

    Port 0 is reserved (RFC 6335 section 6): a header with it is none.
    """
    if len(body) < _HEADER_BYTES:
        return None
    source_port, destination_port, sequence, acknowledgement, offset, flags = _header(body)
    header_bytes = (offset >> 4) * 4
    if not (source_port and destination_port and _HEADER_BYTES <= header_bytes <= len(body)):
        return None
    return Segment(source_port, destination_port, sequence, acknowledgement, flags, body[header_bytes:])


def read(data: bytes) -> tuple[Fact, ...]:
    """Return the open port that accepts a connection in this segment (SYN with ACK), or ()."""
    segment = parse(data)
    if segment is None or not accepts(segment):
        return ()
    return (open_port(segment.source_port, data),)


def accepts(segment: Segment) -> bool:
    """Whether the sender accepts a connection: SYN and ACK, and no RST."""
    return segment.flags & (SYN | ACK | RST) == SYN | ACK


def open_port(port: int, raw: bytes) -> Fact:
    """Return the fact that a port is open, with the bytes that show it."""
    return Fact(Field.PORT_OPEN, f"{port}/tcp", raw)


def ahead(sequence: int, base: int) -> int:
    """Return how many bytes ``sequence`` lies ahead of ``base``; negative where it lies behind.

    Numbers wrap at 2**32: of the two ways round, the shorter counts.
    """
    return ((sequence - base + _HALF) & SEQUENCE_MASK) - _HALF
