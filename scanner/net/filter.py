"""Kernel packet filters as classic BPF bytecode: which frames a capture wakes up for.

Written out here so that no libpcap is needed. Instruction set: Linux Documentation/networking/filter.rst;
opcodes: linux/bpf_common.h. The kernel takes the outermost VLAN tag out of a received frame before it
runs a filter; a second tag (QinQ) is still in place, and these filters look behind it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# code, jump if true, jump if false, operand: struct sock_filter.
Instruction = tuple[int, int, int, int]
Program = tuple[Instruction, ...]

# mDNS, SSDP, WS-Discovery, SADP, DHIP, DHIP's legacy form, DHCP.
DISCOVERY_PORTS = (5353, 1900, 3702, 37020, 37810, 5050, 67, 68)
# Servers whose whole conversation is wanted: the handshake and what the other side acknowledges prove
# who spoke, and a page or an ONVIF answer goes on beyond its first segment. SSH, FTP and telnet greet
# in words that no rule below knows. Web and ONVIF: the ports that cameras and recorders serve them on
# by default; TLS likewise. A server elsewhere is known by the first bytes of its answer.
GREETING_PORTS = (21, 22, 23)
WEB_PORTS = (80, 81, 88, 2020, 5000, 8080, 8899, 49152, 443, 8443)
# Here media flows between the replies.
RTSP_PORTS = (554, 8554, 10554)

_ETHERTYPE_ARP = 0x0806
_ETHERTYPE_SADP = 0x8033
_ETHERTYPE_LLDP = 0x88CC  # IEEE 802.1AB
_ETHERTYPE_IPV4 = 0x0800
_ETHERTYPE_IPV6 = 0x86DD

# A load beyond the end of the frame ends the filter: the frame does not pass.
_LOAD_HALF = 0x28  # A = 16 bits at k
_LOAD_WORD_INDEXED = 0x40  # A = 32 bits at X + k
_LOAD_HALF_INDEXED = 0x48  # A = 16 bits at X + k
_LOAD_BYTE_INDEXED = 0x50  # A = 8 bits at X + k
_LOAD_LENGTH = 0x80  # A = bytes of the frame
_LOAD_X = 0x01  # X = k
_AND = 0x54  # A &= k
_SHIFT_LEFT = 0x64  # A <<= k
_SHIFT_RIGHT = 0x74  # A >>= k
_ADD = 0x04  # A += k
_ADD_X = 0x0C  # A += X
_SUBTRACT = 0x14  # A -= k
_A_TO_X = 0x07  # X = A
_X_TO_A = 0x87  # A = X
_JUMP = 0x05
_IF_EQUAL = 0x15
_IF_AT_LEAST = 0x35
_IF_MORE_THAN_X = 0x2D
_IF_ANY_BIT = 0x45
_RETURN = 0x06

# Longer than any frame: a frame that passes is passed whole.
_WHOLE_FRAME = 0x40000
# A conditional jump has one byte for each of its distances.
_MAX_JUMP = 255

# Every offset below counts the Ethernet header; X holds what else comes before.
_ETHERNET_BYTES = 14
_PROTOCOL_IGMP, _PROTOCOL_TCP, _PROTOCOL_UDP, _PROTOCOL_ICMPV6 = 2, 6, 17, 58


@dataclass(frozen=True, slots=True)
class _Step:
    """One instruction whose jumps are labels; ``at`` names it. An empty label is the next step."""

    code: int
    operand: int = 0
    if_true: str = ""
    if_false: str = ""
    at: str = ""


def discovery(udp_ports: Iterable[int] = DISCOVERY_PORTS) -> Program:
    """Return the filter that passes whatever hosts announce of themselves.

    That is ARP, SADP on layer 2 (EtherType 0x8033), IGMP, ICMPv6 router and neighbour discovery, and
    UDP from or to one of the ports, over IPv4 and IPv6. Later fragments, and IPv6 packets with
    extension headers, do not pass.
    """
    ethertypes = (_ETHERTYPE_ARP, _ETHERTYPE_SADP)
    return _assemble([*_packets(ethertypes, tcp="reject"), *_udp(tuple(udp_ports)), *_ends()])


def listening(
    udp_ports: Iterable[int] = DISCOVERY_PORTS,
    server_ports: Iterable[int] = GREETING_PORTS + WEB_PORTS,
    rtsp_ports: Iterable[int] = RTSP_PORTS,
) -> Program:
    """Return the filter that also passes LLDP and, for a mirror port, what servers say in clear.

    That is the later fragments of UDP datagrams over IPv4, since a WS-Discovery message often needs two
    frames and only the first has ports. And it is TCP from or to a server's port, without interleaved
    media on the RTSP ports (a segment that begins with ``$``; RFC 2326 section 10.12); and, whatever its
    ports, a segment that begins as an HTTP or RTSP reply or as a TLS handshake does.
    """
    ethertypes = (_ETHERTYPE_ARP, _ETHERTYPE_SADP, _ETHERTYPE_LLDP)
    return _assemble(
        [
            *_packets(ethertypes, tcp="tcp", fragment="fragment"),
            *_fragment(),
            *_udp(tuple(udp_ports)),
            *_tcp(tuple(server_ports), tuple(rtsp_ports)),
            *_ends(),
        ]
    )


def _packets(ethertypes: Iterable[int], tcp: str, fragment: str = "reject") -> Iterator[_Step]:
    """Sort frames by what they carry; go on at ``udp`` or at ``tcp`` with X moved behind the IP header.

    A later fragment over IPv4 goes on at ``fragment``, where X is not moved.
    """
    yield from _ethertype()
    yield from _any_of(ethertypes, "accept")
    yield _Step(_IF_EQUAL, _ETHERTYPE_IPV4, if_true="ipv4")
    yield _Step(_IF_EQUAL, _ETHERTYPE_IPV6, if_true="ipv6", if_false="reject")
    yield from _ipv4(tcp, fragment)
    yield from _ipv6(tcp)


def _ethertype() -> Iterator[_Step]:
    """Leave the EtherType in A, and in X how many bytes of VLAN tag come before the payload."""
    yield _Step(_LOAD_X, 0)
    yield _Step(_LOAD_HALF, 12)
    yield from _any_of([0x8100, 0x88A8], "tagged")
    yield _Step(_IF_EQUAL, 0x9100, if_true="tagged", if_false="untagged")
    yield _Step(_LOAD_X, 4, at="tagged")
    yield _Step(_LOAD_HALF_INDEXED, 12, at="untagged")


def _ipv4(tcp: str, fragment: str) -> Iterator[_Step]:
    """Pass IGMP."""
    yield _Step(_LOAD_HALF_INDEXED, _ETHERNET_BYTES + 6, at="ipv4")
    yield _Step(_IF_ANY_BIT, 0x1FFF, if_true=fragment)
    yield _Step(_LOAD_BYTE_INDEXED, _ETHERNET_BYTES + 9)
    yield _Step(_IF_EQUAL, _PROTOCOL_IGMP, if_true="accept")
    yield _Step(_IF_EQUAL, _PROTOCOL_TCP, if_true="tcp over ipv4")
    yield _Step(_IF_EQUAL, _PROTOCOL_UDP, if_false="reject")
    yield from _behind_ipv4()
    yield _Step(_JUMP, if_true="udp")
    yield from _behind_ipv4(at="tcp over ipv4")
    yield _Step(_JUMP, if_true=tcp)


def _behind_ipv4(at: str = "") -> Iterator[_Step]:
    """Move X behind the header: the low half of its first byte counts its words of four bytes."""
    yield _Step(_LOAD_BYTE_INDEXED, _ETHERNET_BYTES, at=at)
    yield _Step(_AND, 0x0F)
    yield _Step(_SHIFT_LEFT, 2)
    yield _Step(_ADD_X)
    yield _Step(_A_TO_X)


def _fragment() -> Iterator[_Step]:
    """Pass a later fragment of a datagram."""
    yield _Step(_LOAD_BYTE_INDEXED, _ETHERNET_BYTES + 9, at="fragment")
    yield _Step(_IF_EQUAL, _PROTOCOL_UDP, if_true="accept", if_false="reject")


def _ipv6(tcp: str) -> Iterator[_Step]:
    """Pass ICMPv6 types 133 to 136 (RFC 4861 section 4)."""
    yield _Step(_LOAD_BYTE_INDEXED, _ETHERNET_BYTES + 6, at="ipv6")
    yield _Step(_IF_EQUAL, _PROTOCOL_TCP, if_true="tcp over ipv6")
    yield _Step(_IF_EQUAL, _PROTOCOL_UDP, if_true="udp over ipv6")
    yield _Step(_IF_EQUAL, _PROTOCOL_ICMPV6, if_false="reject")
    yield _Step(_LOAD_BYTE_INDEXED, _ETHERNET_BYTES + 40)
    yield _Step(_IF_AT_LEAST, 137, if_true="reject")
    yield _Step(_IF_AT_LEAST, 133, if_true="accept", if_false="reject")
    yield from _behind_ipv6(at="tcp over ipv6")
    yield _Step(_JUMP, if_true=tcp)
    yield from _behind_ipv6(at="udp over ipv6")
    yield _Step(_JUMP, if_true="udp")


def _behind_ipv6(at: str) -> Iterator[_Step]:
    """Move X behind the header of 40 bytes."""
    yield _Step(_X_TO_A, at=at)
    yield _Step(_ADD, 40)
    yield _Step(_A_TO_X)


def _udp(ports: tuple[int, ...]) -> Iterator[_Step]:
    """Pass a datagram whose source or destination port is wanted."""
    yield _Step(_LOAD_HALF_INDEXED, _ETHERNET_BYTES, at="udp")
    yield from _any_of(ports, "accept")
    yield _Step(_LOAD_HALF_INDEXED, _ETHERNET_BYTES + 2)
    yield from _any_of(ports, "accept")
    yield _Step(_JUMP, if_true="reject")


def _tcp(server_ports: tuple[int, ...], rtsp_ports: tuple[int, ...]) -> Iterator[_Step]:
    """Pass a segment by its ports, or by how its payload begins."""
    for offset, at in ((0, "tcp"), (2, "")):
        yield _Step(_LOAD_HALF_INDEXED, _ETHERNET_BYTES + offset, at=at)
        yield from _any_of(server_ports, "accept")
        yield from _any_of(rtsp_ports, "rtsp")
    yield from _behind_tcp()
    yield _Step(_LOAD_WORD_INDEXED, _ETHERNET_BYTES)
    yield from _any_of((int.from_bytes(b"HTTP"), int.from_bytes(b"RTSP")), "accept")
    # A handshake record (22) of SSL 3.0 or any TLS (RFC 5246 section 6.2.1).
    yield _Step(_SHIFT_RIGHT, 16)
    yield _Step(_IF_EQUAL, 0x1603, if_true="accept", if_false="reject")
    # Without this comparison a segment that carries nothing would be rejected for being too short.
    yield from _behind_tcp(at="rtsp")
    yield _Step(_LOAD_LENGTH)
    yield _Step(_SUBTRACT, _ETHERNET_BYTES)
    yield _Step(_IF_MORE_THAN_X, if_false="accept")
    yield _Step(_LOAD_BYTE_INDEXED, _ETHERNET_BYTES)
    yield _Step(_IF_EQUAL, ord("$"), if_true="reject", if_false="accept")


def _behind_tcp(at: str = "") -> Iterator[_Step]:
    """Move X behind the header: the high half of its byte 12 counts its words of four bytes."""
    yield _Step(_LOAD_BYTE_INDEXED, _ETHERNET_BYTES + 12, at=at)
    yield _Step(_AND, 0xF0)
    yield _Step(_SHIFT_RIGHT, 2)
    yield _Step(_ADD_X)
    yield _Step(_A_TO_X)


def _any_of(values: Iterable[int], label: str) -> Iterator[_Step]:
    return (_Step(_IF_EQUAL, value, if_true=label) for value in values)


def _ends() -> Iterator[_Step]:
    yield _Step(_RETURN, 0, at="reject")
    yield _Step(_RETURN, _WHOLE_FRAME, at="accept")


def _assemble(steps: Iterable[_Step]) -> Program:
    """Turn labels into distances. Raises ValueError for a jump that is too far."""
    program = tuple(steps)
    places = {step.at: place for place, step in enumerate(program) if step.at}
    return tuple(_instruction(step, place, places) for place, step in enumerate(program))


def _instruction(step: _Step, place: int, places: dict[str, int]) -> Instruction:
    def distance(label: str) -> int:
        return places[label] - place - 1 if label else 0

    if step.code == _JUMP:
        return (_JUMP, 0, 0, distance(step.if_true))
    if_true, if_false = distance(step.if_true), distance(step.if_false)
    if max(if_true, if_false) > _MAX_JUMP:
        raise ValueError("a filter for so many ports needs a jump that is too far")
    return (step.code, if_true, if_false, step.operand)


ARP_FILTER = _assemble([*_ethertype(), *_any_of([_ETHERTYPE_ARP], "accept"), *_ends()])
SADP_FILTER = _assemble([*_ethertype(), *_any_of([_ETHERTYPE_SADP], "accept"), *_ends()])
DISCOVERY_FILTER = discovery()
LISTENING_FILTER = listening()
