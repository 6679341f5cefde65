"""Plain frames: an IPv4 packet without options behind no tags. Nearly all are, and are read in place.

Layouts: RFC 791 section 3.1, IEEE 802.3, and tcpdump.org/linktypes.html for Linux cooked and raw captures.
"""

from scanner.protocols import frame
from scanner.protocols.link import LinkType

# Version 4 and a header of five words, behind the EtherType where that comes right before the packet.
_VERSION_AND_LENGTH = b"\x45"
_ETHERTYPE_AND_VERSION = frame.ETHERTYPE_IPV4.to_bytes(2) + _VERSION_AND_LENGTH
_TCP = frame.PROTOCOL_TCP.to_bytes()

# Where that stands. Frames of the link types that are missing here have to be read as a whole.
_STARTS: dict[LinkType, tuple[int, bytes]] = {
    LinkType.ETHERNET: (12, _ETHERTYPE_AND_VERSION),
    LinkType.LINUX_SLL: (14, _ETHERTYPE_AND_VERSION),
    LinkType.RAW: (0, _VERSION_AND_LENGTH),
    LinkType.IPV4: (0, _VERSION_AND_LENGTH),
    LinkType.IPV6: (0, _VERSION_AND_LENGTH),
}
_NOWHERE = (0, b"")

_IPV4_BYTES = 20
_OFFSET_HIGH = 0x1F  # the first of the two bytes also holds the flags


class Plain:
    """The places in plain frames of one link type."""

    __slots__ = ("_at", "_flow", "_head", "_protocol", "_start")

    def __init__(self, link_type: LinkType) -> None:
        first, start = _STARTS.get(link_type, _NOWHERE)
        self._head = slice(first, first + len(start))
        self._start = start or None  # which no bytes are equal to
        self._at = at = self._head.stop - 1
        self._protocol = slice(at + 9, at + 10)
        self._flow = slice(at + 12, at + 24)

    def segment(self, data: bytes) -> tuple[bytes, bytes] | None:
        """Return a plain frame's TCP: addresses and ports as they lie in the packet, and the packet's body.

        None says nothing: any such frame may still carry TCP, and has to be read as a whole.
        """
        if data[self._protocol] != _TCP or data[self._head] != self._start:
            return None
        at = self._at
        if data[at + 6] & _OFFSET_HIGH or data[at + 7]:
            return None
        return data[self._flow], data[at + _IPV4_BYTES : at + (data[at + 2] << 8 | data[at + 3])]

    def look(self, data: bytes) -> int:
        """Return a number for all of a frame but a plain packet's own counter and its checksum.

        It is Python's keyed hash, which nobody on the network can make collide.
        """
        if data[self._head] != self._start:
            return hash(data)
        at = self._at
        return hash((data[: at + 4], data[at + 6 : at + 10], data[at + 12 :]))
