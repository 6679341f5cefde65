"""Classic capture files, byte by byte after pcap-savefile(5)."""

import pytest

from scanner.errors import NotThisKind
from scanner.protocols.frame import LinkType
from tests.intake.capture.layout import ARP, BIG_TIME, FRAMES, batches, pcap, pcap_head, read, record

MICRO, NANO = 0xA1B2C3D4, 0xA1B23C4D


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("magic", "fraction_s"), [(MICRO, 500e-6), (NANO, 500e-9)])
def test_both_byte_orders_and_both_units_of_time_are_read(order: str, magic: int, fraction_s: float) -> None:
    heard, told = read(pcap(order=order, magic=magic))

    assert [frame for _, frame in heard[None]] == FRAMES
    expected = [BIG_TIME + i + fraction_s for i in range(3)]
    assert [at_s for at_s, _ in heard[None]] == pytest.approx(expected, abs=1e-6)
    assert told == []


@pytest.mark.parametrize("link_type", LinkType)
def test_the_file_says_how_its_frames_begin(link_type: LinkType) -> None:
    assert {batch.link_type for batch in batches(pcap(link_type))} == {link_type}


def test_a_note_of_the_check_sequence_beside_the_link_type_is_no_other_link_type() -> None:
    # pcap-savefile(5): the upper bits hold the length of the frame check sequence.
    assert [batch.link_type for batch in batches(pcap(1 | 0x24000000))] == [LinkType.ETHERNET]


def test_a_capture_without_frames_is_a_capture() -> None:
    assert read(pcap_head()) == ({}, [])


def test_a_cut_last_record_is_said_and_the_rest_is_used() -> None:
    whole = pcap()

    heard, told = read(whole[:-1])

    assert [frame for _, frame in heard[None]] == FRAMES[:2]
    assert len(told) == 1
    position = len(whole) - len(FRAMES[2]) - 16
    assert f"up to byte {position} and no further: the file ends within a frame's record" in told[0]


def test_a_record_header_that_is_cut_is_said_too() -> None:
    _, told = read(pcap() + bytes(15))

    assert "the file ends within a frame's record" in told[0]


@pytest.mark.parametrize("claimed", [262_145, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_record_that_lies_about_its_length_ends_the_reading_there(claimed: int) -> None:
    lying = BIG_TIME.to_bytes(4, "little") + bytes(4) + claimed.to_bytes(4, "little") * 2
    good = pcap()

    heard, told = read(good + lying + bytes(400_000))

    assert [frame for _, frame in heard[None]] == FRAMES
    assert f"up to byte {len(good):,} and no further: a frame's record claims {claimed:,} bytes" in told[0]


def test_the_longest_frame_that_libpcap_captures_is_read() -> None:
    longest = b"\7" * 262_144

    heard, told = read(pcap_head() + record(longest, 1) + record(ARP, 2))

    assert [frame for _, frame in heard[None]] == [longest, ARP]
    assert told == []


def test_frames_cut_by_the_snap_length_are_counted_in_one_sentence() -> None:
    cut = [record(ARP, at, original=1514) for at in range(3)]

    heard, told = read(pcap_head() + b"".join(cut) + record(ARP, 4))

    assert len(heard[None]) == 4
    assert [text.split("'")[0] for text in told] == ["site.pcap: 3 frames were cut short by the capture"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"\xd4", "it begins with the bytes d4"),
        (b'<?xml version="1.0"?>', "it begins with the bytes 3c 3f 78 6d 6c 20 76 65 ('<?xml ve')"),
        (b"\x1b[2Jpwned", r"('\x1b[2Jpwne')"),
        (pcap()[:23], "the file ends within its header"),
        (pcap(127), "link type 127 (Wi-Fi with a radiotap header)"),
        (pcap(65535), "link type 65535;"),
        (pcap(magic=0xA1B2CD34), "it is in a modified pcap format (34 cd b2 a1); editcap"),
        (pcap(order=">", magic=0xA1B234CD), "it is in a modified pcap format (a1 b2 34 cd); editcap"),
        (pcap_head(version=(2, 3)), "it is of pcap version 2.3"),
    ],
)
def test_what_is_no_readable_capture_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotThisKind) as refused:
        read(content)

    assert str(refused.value).startswith("site.pcap cannot be read as a capture: ")
    assert why in str(refused.value)
