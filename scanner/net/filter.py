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

# mDNS, SSDP, WS-Discovery, SADP, DHIP, DHCP.
DISCOVERY_PORTS = (5353, 1900, 3702, 37020, 37810, 67, 68)

_ETHERTYPE_ARP = 0x0806
_ETHERTYPE_SADP = 0x8033
_ETHERTYPE_IPV4 = 0x0800
_ETHERTYPE_IPV6 = 0x86DD

_LOAD_HALF = 0x28  # A = 16 bits at k
_LOAD_HALF_INDEXED = 0x48  # A = 16 bits at X + k
_LOAD_BYTE_INDEXED = 0x50  # A = 8 bits at X + k
_LOAD_X = 0x01  # X = k
_AND = 0x54  # A &= k
_SHIFT_LEFT = 0x64  # A <<= k
_ADD_X = 0x0C  # A += X
_A_TO_X = 0x07  # X = A
_JUMP = 0x05
_IF_EQUAL = 0x15
_IF_AT_LEAST = 0x35
_IF_ANY_BIT = 0x45
_RETURN = 0x06

# Longer than any frame: a frame that passes is passed whole.
_WHOLE_FRAME = 0x40000


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
    ports = tuple(udp_ports)
    return _assemble(
        [
            *_ethertype(),
            *_any_of([_ETHERTYPE_ARP, _ETHERTYPE_SADP], "accept"),
            _Step(_IF_EQUAL, _ETHERTYPE_IPV4, if_true="ipv4"),
            _Step(_IF_EQUAL, _ETHERTYPE_IPV6, if_true="ipv6", if_false="reject"),
            *_ipv4(ports),
            *_ipv6(ports),
            *_ends(),
        ]
    )


def _ethertype() -> Iterator[_Step]:
    """Leave the EtherType in A, and in X how many bytes of VLAN tag come before the payload."""
    yield _Step(_LOAD_X, 0)
    yield _Step(_LOAD_HALF, 12)
    yield from _any_of([0x8100, 0x88A8], "tagged")
    yield _Step(_IF_EQUAL, 0x9100, if_true="tagged", if_false="untagged")
    yield _Step(_LOAD_X, 4, at="tagged")
    yield _Step(_LOAD_HALF_INDEXED, 12, at="untagged")


def _ipv4(ports: tuple[int, ...]) -> Iterator[_Step]:
    """Pass IGMP, and UDP of a port that is not a later fragment; offsets count 14 for Ethernet."""
    yield _Step(_LOAD_HALF_INDEXED, 14 + 6, at="ipv4")
    yield _Step(_IF_ANY_BIT, 0x1FFF, if_true="reject")
    yield _Step(_LOAD_BYTE_INDEXED, 14 + 9)
    yield _Step(_IF_EQUAL, 2, if_true="accept")
    yield _Step(_IF_EQUAL, 17, if_false="reject")
    # The low half of the first byte counts the header's words: move X behind the header.
    yield _Step(_LOAD_BYTE_INDEXED, 14)
    yield _Step(_AND, 0x0F)
    yield _Step(_SHIFT_LEFT, 2)
    yield _Step(_ADD_X)
    yield _Step(_A_TO_X)
    yield from _udp(14, ports)


def _ipv6(ports: tuple[int, ...]) -> Iterator[_Step]:
    """Pass ICMPv6 types 133 to 136 (RFC 4861 section 4) and UDP of a port."""
    yield _Step(_LOAD_BYTE_INDEXED, 14 + 6, at="ipv6")
    yield _Step(_IF_EQUAL, 17, if_true="ipv6-udp")
    yield _Step(_IF_EQUAL, 58, if_false="reject")
    yield _Step(_LOAD_BYTE_INDEXED, 14 + 40)
    yield _Step(_IF_AT_LEAST, 137, if_true="reject")
    yield _Step(_IF_AT_LEAST, 133, if_true="accept", if_false="reject")
    yield from _udp(14 + 40, ports, at="ipv6-udp")


def _udp(offset: int, ports: tuple[int, ...], at: str = "") -> Iterator[_Step]:
    """Pass a datagram whose source or destination port is wanted."""
    yield _Step(_LOAD_HALF_INDEXED, offset, at=at)
    yield from _any_of(ports, "accept")
    yield _Step(_LOAD_HALF_INDEXED, offset + 2)
    yield from _any_of(ports, "accept")
    yield _Step(_JUMP, if_true="reject")


def _any_of(values: Iterable[int], label: str) -> Iterator[_Step]:
    return (_Step(_IF_EQUAL, value, if_true=label) for value in values)


def _ends() -> Iterator[_Step]:
    yield _Step(_RETURN, 0, at="reject")
    yield _Step(_RETURN, _WHOLE_FRAME, at="accept")


def _assemble(steps: Iterable[_Step]) -> Program:
    """Turn labels into distances; a conditional jump reaches 255 instructions ahead."""
    program = tuple(steps)
    places = {step.at: place for place, step in enumerate(program) if step.at}
    return tuple(_instruction(step, place, places) for place, step in enumerate(program))


def _instruction(step: _Step, place: int, places: dict[str, int]) -> Instruction:
    def distance(label: str) -> int:
        return places[label] - place - 1 if label else 0

    if step.code == _JUMP:
        return (_JUMP, 0, 0, distance(step.if_true))
    return (step.code, distance(step.if_true), distance(step.if_false), step.operand)


ARP_FILTER = _assemble([*_ethertype(), *_any_of([_ETHERTYPE_ARP], "accept"), *_ends()])
SADP_FILTER = _assemble([*_ethertype(), *_any_of([_ETHERTYPE_SADP], "accept"), *_ends()])
DISCOVERY_FILTER = discovery()
