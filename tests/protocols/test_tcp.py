"""TCP headers: RFC 9293 section 3.1, written out byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols import tcp
from scanner.protocols.tcp import Segment

# A web server accepts: port 80 to 51000, SYN and ACK, options MSS 1460, two NOPs and SACK permitted.
SYN_ACK = bytes.fromhex("0050 c738 ffffffff 00000001 7012 7210 0000 0000 020405b4 0101 0402")
# The same server speaks: no options, PSH and ACK.
DATA = bytes.fromhex("0050 c738 00000000 00000012 5018 7210 0000 0000") + b"HTTP/1.1 200 OK\r\n"


def test_a_segment_is_its_ports_place_flags_and_payload() -> None:
    assert tcp.parse(DATA) == Segment(80, 51000, 0, 0x12, 0x18, b"HTTP/1.1 200 OK\r\n")


def test_options_are_no_payload() -> None:
    assert tcp.parse(SYN_ACK) == Segment(80, 51000, 0xFFFFFFFF, 1, 0x12, b"")


@pytest.mark.parametrize("length", range(20))
def test_a_header_cut_short_is_no_segment(length: int) -> None:
    assert tcp.parse(DATA[:length]) is None


@pytest.mark.parametrize("offset", [0x00, 0x40, 0xF0])
def test_a_header_that_lies_about_its_length_is_no_segment(offset: int) -> None:
    assert tcp.parse(DATA[:12] + bytes([offset]) + DATA[13:]) is None


@pytest.mark.parametrize("ports", ["0000 c738", "0050 0000"])
def test_a_header_with_the_reserved_port_is_no_segment(ports: str) -> None:
    assert tcp.parse(bytes.fromhex(ports) + SYN_ACK[4:]) is None


def test_an_accepted_connection_is_an_open_port() -> None:
    assert tcp.read(SYN_ACK) == (Fact(Field.PORT_OPEN, "80/tcp", SYN_ACK),)


@pytest.mark.parametrize("flags", [0x02, 0x10, 0x14, 0x16, 0x18])
def test_anything_else_is_no_open_port(flags: int) -> None:
    assert tcp.read(SYN_ACK[:13] + bytes([flags]) + SYN_ACK[14:]) == ()


@pytest.mark.parametrize(
    ("sequence", "base", "distance"),
    [(5, 3, 2), (3, 5, -2), (0, 0xFFFFFFFF, 1), (0xFFFFFFFF, 0, -1), (7, 7, 0)],
)
def test_sequence_numbers_are_compared_the_short_way_round(sequence: int, base: int, distance: int) -> None:
    assert tcp.ahead(sequence, base) == distance


@given(st.binary(max_size=80))
def test_no_bytes_raise(data: bytes) -> None:
    tcp.read(data)
    tcp.read(SYN_ACK[:12] + data)
