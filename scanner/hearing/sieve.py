"""The sieve: drops the frames that tell nothing, from a few of their bytes.

Nineteen frames in twenty on a mirror port are bulk TCP. They meet nothing but the loop in ``sift``,
which is laid out for speed; whatever comes through is read with care by others.
"""

from collections.abc import Container, Iterable, Iterator

from scanner.hearing.datagram import DATAGRAM_READERS, DHCP_PORTS
from scanner.protocols import frame, link, lldp, sadp
from scanner.protocols.link import LinkType

Heard = tuple[float, bytes]

_TCP, _UDP, _IGMP, _ICMPV6 = (
    frame.PROTOCOL_TCP,
    frame.PROTOCOL_UDP,
    frame.PROTOCOL_IGMP,
    frame.PROTOCOL_ICMPV6,
)
_IPV4 = frame.ETHERTYPE_IPV4.to_bytes(2)
_IPV6 = frame.ETHERTYPE_IPV6.to_bytes(2)
_VLANS = frozenset(number.to_bytes(2) for number in link.VLAN_ETHERTYPES)
_TOLD_BELOW_IP = frozenset(
    number.to_bytes(2) for number in (frame.ETHERTYPE_ARP, sadp.ETHERTYPE, lldp.ETHERTYPE)
)
_PORTS = frozenset(port.to_bytes(2) for port in (*DATAGRAM_READERS, *DHCP_PORTS))
# RFC 8200 section 4: hop-by-hop options, routing, fragment, destination options. Rare enough to be let
# through unread.
_IPV6_EXTENSIONS = frozenset({0, 43, 44, 60})
# RFC 4861: neighbour solicitation and advertisement.
_NEIGHBOUR_MESSAGES = frozenset({135, 136})
# IPv4 with a header of five words, as nearly all of it has.
_PLAIN = b"\x45"

# Where frames hold the EtherType (None: nowhere), and where what follows the link header starts.
_PLACES: dict[LinkType, tuple[int | None, int]] = {
    LinkType.NULL: (None, 4),
    LinkType.ETHERNET: (12, 14),
    LinkType.RAW: (None, 0),
    LinkType.IPV4: (None, 0),
    LinkType.IPV6: (None, 0),
    LinkType.LINUX_SLL: (14, 16),
    LinkType.LINUX_SLL2: (0, 20),
}


class Sieve:
    """Lets through the frames of one link type that may tell something.

    ``finished`` holds the directions of TCP flows that need no more looking at: addresses and ports as
    they lie in the packet; ``asked`` the UDP ports to which answers are due; ``awaited`` the datagrams of
    which further fragments are due. All are consulted anew for each frame.
    """

    def __init__(
        self,
        link_type: LinkType,
        finished: Container[bytes],
        asked: Container[bytes],
        awaited: Container[bytes] = frozenset(),
    ) -> None:
        self.frame_count = 0
        self._ethertype_at, self._payload_at = _PLACES[link_type]
        self._finished = finished
        self._asked = asked
        self._awaited = awaited

    def sift(self, frames: Iterable[Heard]) -> Iterator[Heard]:
        """Yield the frames that may tell something, in order. Never raises for what a frame holds."""
        finished, may_tell = self._finished, self._may_tell
        payload_at = self._payload_at
        # The bytes of an IPv4 packet that has no options, in a frame that has no tags.
        flow = slice(payload_at + 12, payload_at + 24)
        protocol_at = payload_at + 9
        # Where the EtherType comes right before the packet, both are compared at once.
        is_adjacent = self._ethertype_at == payload_at - 2
        head = slice(payload_at - 2 if is_adjacent else payload_at, payload_at + 1)
        plain = _IPV4 + _PLAIN if is_adjacent else _PLAIN
        first = self.frame_count + 1
        for self.frame_count, heard in enumerate(frames, first):
            data = heard[1]
            if data[flow] in finished and data[head] == plain and data[protocol_at] == _TCP:
                continue
            if may_tell(data):
                yield heard

    def _may_tell(self, data: bytes) -> bool:
        place, start = self._ethertype_at, self._payload_at
        if place is None:
            ethertype = _IPV6 if data[start : start + 1] >= b"\x60" else _IPV4
        else:
            ethertype = data[place : place + 2]
        if ethertype in _VLANS:
            ethertype, start = _behind_tags(data, start)
        if ethertype == _IPV4:
            return self._ipv4_may_tell(data, start)
        if ethertype == _IPV6:
            return self._ipv6_may_tell(data, start)
        return ethertype in _TOLD_BELOW_IP

    def _ipv4_may_tell(self, data: bytes, start: int) -> bool:
        if len(data) < start + 20:
            return False
        protocol = data[start + 9]
        ports = start + (data[start] & 0x0F) * 4
        if protocol == _TCP:
            return data[start + 12 : start + 20] + data[ports : ports + 4] not in self._finished
        if protocol == _UDP and (data[start + 6] & 0x1F or data[start + 7]):
            # A later fragment has no ports.
            return data[start + 12 : start + 20] + data[start + 4 : start + 6] in self._awaited
        if protocol == _UDP:
            return self._datagram_may_tell(data, ports)
        return protocol == _IGMP

    def _ipv6_may_tell(self, data: bytes, start: int) -> bool:
        if len(data) <= start + 40:
            return False
        protocol = data[start + 6]
        if protocol == _TCP:
            return data[start + 8 : start + 44] not in self._finished
        if protocol == _UDP:
            return self._datagram_may_tell(data, start + 40)
        if protocol == _ICMPV6:
            return data[start + 40] in _NEIGHBOUR_MESSAGES
        return protocol in _IPV6_EXTENSIONS

    def _datagram_may_tell(self, data: bytes, ports: int) -> bool:
        port = data[ports + 2 : ports + 4]
        return port in _PORTS or data[ports : ports + 2] in _PORTS or port in self._asked


def _behind_tags(data: bytes, start: int) -> tuple[bytes, int]:
    """Return the EtherType behind the tags, the first of which is at ``start``, and where its payload is."""
    for end in range(start + 4, start + 4 * link.MAX_VLAN_TAGS + 1, 4):
        ethertype = data[end - 2 : end]
        if ethertype not in _VLANS:
            return ethertype, end
    return b"", len(data)
