"""Streams put together from segments in any order, held against a byte-by-byte account of first copies."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.hearing import assembly
from scanner.hearing.assembly import Assembly

FIRST = 0xFFFF_FFF0  # the numbers wrap within every example


def stream(*segments: tuple[int, bytes]) -> Assembly:
    built = Assembly(FIRST)
    for offset, payload in segments:
        built.take(FIRST + offset & 0xFFFF_FFFF, payload)
    return built


def test_segments_in_order_are_the_stream() -> None:
    assert stream((0, b"HTTP/1.1 "), (9, b"200 "), (13, b"OK\r\n")).data == b"HTTP/1.1 200 OK\r\n"


def test_a_gap_holds_back_what_is_behind_it() -> None:
    built = stream((0, b"HTTP"), (9, b"200 "))

    assert (bytes(built.data), built.held_bytes, built.next) == (b"HTTP", 8, FIRST + 4)
    built.take(FIRST + 4, b"/1.1 ")
    assert (bytes(built.data), built.held_bytes, built.next) == (b"HTTP/1.1 200 ", 13, FIRST + 13)


def test_a_probe_that_keeps_a_connection_alive_adds_nothing() -> None:
    # RFC 9293 section 3.8.4: one byte that was sent before.
    assert stream((0, b"HTTP"), (3, b"\0"), (4, b"/1.1")).data == b"HTTP/1.1"


def test_what_lies_before_the_stream_is_cut_off() -> None:
    assert stream((-3, b"oldHTTP")).data == b"HTTP"


def test_what_lies_far_away_is_not_kept() -> None:
    far = [(assembly.MAX_EARLY_BYTES + 1, b"x"), (2**31, b"x"), (-(2**31), b"x" * 100), (1, b"")]

    assert stream(*far).held_bytes == 0


def test_dropped_bytes_do_not_come_back() -> None:
    built = stream((0, b"first reply"))
    built.drop(11)
    built.take(FIRST, b"first replysecond")

    assert built.data == b"second"


def test_a_gap_with_too_much_behind_it_is_stuck() -> None:
    pieces = [(2 * number, b"x") for number in range(1, assembly.MAX_EARLY_PIECES + 2)]

    assert not stream(*pieces[:-1]).is_stuck
    assert stream(*pieces).is_stuck
    assert stream((1, bytes(100_000)), (2, bytes(100_000))).is_stuck


@given(st.lists(st.tuples(st.integers(-20, 60), st.binary(max_size=30)), max_size=40))
def test_every_byte_is_the_first_copy_that_came(segments: list[tuple[int, bytes]]) -> None:
    first_copies: dict[int, int] = {}
    for offset, payload in segments:
        for position, byte in enumerate(payload, offset):
            first_copies.setdefault(position, byte)
    whole = bytearray()
    while len(whole) in first_copies:
        whole.append(first_copies[len(whole)])

    assert stream(*segments).data == whole
