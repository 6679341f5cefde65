"""Datagrams in several IPv4 fragments: WS-Discovery messages of cameras are often longer than a frame.

Layout: RFC 791 section 3.1. Pieces are taken in the order in which IP stacks send them, first to last.
"""

from collections import OrderedDict

from scanner.protocols import frame
from scanner.protocols.frame import Frame

# Pieces of a datagram come back to back: as many wait at once as devices may speak in the same moment.
MAX_WAITING = 256
# Ten times the longest discovery message that is known, 1.7 KB.
MAX_DATAGRAM_BYTES = 16 * 1024

_MORE = 0x2000
_OFFSET = 0x1FFF
_OFFSET_UNIT_BYTES = 8
_UDP_BYTES = 8


class Fragments:
    """Datagrams whose first piece came and whose last did not.

    ``awaited`` holds source, destination and identification of each, as they lie in the packet.
    """

    def __init__(self) -> None:
        self.awaited: OrderedDict[bytes, tuple[Frame, bytearray]] = OrderedDict()

    def joined(self, got: Frame) -> Frame | None:
        """Return the last piece of a datagram as the whole of it, and None for those in the middle.

        A first piece is returned as it is, since the rest may never come, as is all that is in one piece.
        """
        if not is_piece(got):
            return got
        place = int.from_bytes(got.payload[6:8])
        key = got.payload[12:20] + got.payload[4:6]
        if place & _OFFSET:
            return self._continue(key, got.payload, place)
        self._begin(key, got)
        return got

    def _begin(self, key: bytes, first: Frame) -> None:
        self.awaited[key] = first, bytearray(first.datagram)
        self.awaited.move_to_end(key)
        if len(self.awaited) > MAX_WAITING:
            self.awaited.popitem(last=False)

    def _continue(self, key: bytes, packet: bytes, place: int) -> Frame | None:
        """Add a piece that comes right behind those before; one from elsewhere is ignored."""
        first, said = self.awaited.get(key, (None, bytearray()))
        offset = (place & _OFFSET) * _OFFSET_UNIT_BYTES
        if first is None or offset != _UDP_BYTES + len(said):
            return None
        header_bytes, packet_bytes = (packet[0] & 0x0F) * 4, int.from_bytes(packet[2:4])
        said += packet[header_bytes:packet_bytes]
        if place & _MORE and len(said) <= MAX_DATAGRAM_BYTES:
            return None
        del self.awaited[key]
        return None if place & _MORE else first._replace(datagram=bytes(said))


def is_piece(got: Frame) -> bool:
    """Whether a frame carries one of several fragments of a datagram."""
    if got.protocol != frame.PROTOCOL_UDP or got.ethertype != frame.ETHERTYPE_IPV4:
        return False
    return bool(int.from_bytes(got.payload[6:8]) & (_MORE | _OFFSET))
