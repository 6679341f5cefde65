"""Whatever bytes a capture file holds, reading it ends, and raises nothing but NotThisKind."""

import gzip
from contextlib import suppress
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import NotThisKind
from tests.intake.capture.layout import ARP, Ng, Trickle, pcap, read, record

LITTLE = Ng("<")
MIXED = (
    LITTLE.file()
    + LITTLE.interface(127, name=b"wlan0")
    + LITTLE.packet(ARP, 5, interface=1)
    + LITTLE.simple(ARP, len(ARP))
    + LITTLE.obsolete(ARP, 7)
    + LITTLE.statistics(0, 3)
    + LITTLE.block(0x0BAD, b"custom")
    + Ng(">").file()
)
SAMPLES = [pcap(), pcap(order=">", magic=0xA1B23C4D) + record(ARP, 9, order=">"), MIXED]
PACKED = [*SAMPLES, gzip.compress(pcap(), mtime=0), gzip.compress(MIXED, mtime=0)]

sizes = st.lists(st.integers(1, 3000), min_size=1, max_size=5).map(tuple)
edits = st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=8)), max_size=6)


@given(st.sampled_from(PACKED), edits, st.integers(0, 10_000), sizes)
def test_mutated_and_cut_files_are_read_to_their_end(
    sample: bytes, edited: list[tuple[int, bytes]], cut: int, steps: tuple[int, ...]
) -> None:
    data = bytearray(sample)
    for at, replacement in edited:
        start = at % len(data)
        data[start : start + len(replacement)] = replacement
    with suppress(NotThisKind):
        heard, _ = read(Trickle(bytes(data[: max(cut, 1)]), steps))
        assert sum(len(frame) for _, frame in chain(*heard.values())) <= len(MIXED) * 4


@given(st.binary(max_size=400))
def test_any_bytes_behind_a_good_beginning_are_read_to_their_end(tail: bytes) -> None:
    for start in SAMPLES:
        heard, _ = read(start + tail)
        assert heard


@given(st.sampled_from(SAMPLES), edits, sizes)
def test_how_the_stream_is_split_changes_nothing(
    sample: bytes, edited: list[tuple[int, bytes]], steps: tuple[int, ...]
) -> None:
    data = bytearray(sample)
    for at, replacement in edited:
        start = 24 + at % (len(data) - 24)
        data[start : start + len(replacement)] = replacement
    whole = _outcome(bytes(data), (len(data),))

    assert _outcome(bytes(data), steps) == whole


def _outcome(data: bytes, steps: tuple[int, ...]) -> object:
    try:
        heard, told = read(Trickle(data, steps))
    except NotThisKind as refused:
        return str(refused)
    # Damage may give two interfaces one name; how their frames follow each other is then left open.
    return {name: sorted(taken) for name, taken in heard.items()}, told
