"""pcapng files, byte by byte after draft-ietf-opsawg-pcapng."""

import pytest

from scanner.errors import NotThisKind
from scanner.intake.capture.contract import END_OF_TIME_S
from scanner.protocols.frame import LinkType
from tests.intake.capture.layout import ARP, BIG_TIME, FRAMES, TOLD_AT, Ng, batches, read

LITTLE, BIG = Ng("<"), Ng(">")
START = LITTLE.section() + LITTLE.interface(name=b"eth0")
GOOD = LITTLE.packet(ARP, BIG_TIME * 10**6)


@pytest.mark.parametrize("ng", [LITTLE, BIG])
def test_enhanced_packets_are_read_in_both_byte_orders(ng: Ng) -> None:
    heard, told = read(ng.file())

    assert [frame for _, frame in heard["eth0"]] == FRAMES
    assert [at_s for at_s, _ in heard["eth0"]] == pytest.approx(
        [BIG_TIME + i + 5e-4 for i in range(3)], abs=1e-6
    )
    assert told == []


def test_each_section_has_its_own_byte_order_and_its_own_interfaces() -> None:
    second = BIG.section() + BIG.interface(101, name=b"tun0") + BIG.packet(b"\x45", 7_000_000)

    got = batches(LITTLE.file() + second + LITTLE.file())

    assert [(batch.interface, batch.link_type) for batch in got] == [
        ("eth0", LinkType.ETHERNET),
        ("tun0", LinkType.RAW),
        ("eth0", LinkType.ETHERNET),
    ]
    assert got[1].frames == [(7.0, b"\x45")]


@pytest.mark.parametrize(
    ("resolution", "ticks"),
    [
        (b"", 1_500_000),
        (b"\x06", 1_500_000),
        (b"\x09", 1_500_000_000),
        (b"\x03", 1_500),
        (b"\x81", 3),  # the highest bit: powers of two
        (b"\x0c", 1_500_000_000_000),
    ],
)
def test_the_interface_says_what_a_tick_is(resolution: bytes, ticks: int) -> None:
    described = LITTLE.interface(resolution=resolution) if resolution else LITTLE.interface()

    heard, _ = read(LITTLE.section() + described + LITTLE.packet(ARP, ticks))

    assert heard[None][0][0] == pytest.approx(1.5)


def test_an_interface_may_count_its_time_from_elsewhere() -> None:
    offset = LITTLE.pack("q", BIG_TIME)

    heard, _ = read(LITTLE.section() + LITTLE.interface(offset=offset) + LITTLE.packet(ARP, 1_000_000))

    assert heard[None] == [(BIG_TIME + 1.0, ARP)]


def test_frames_are_told_apart_by_interface() -> None:
    interfaces = LITTLE.interface(name=b"eth0") + LITTLE.interface(name=b"eth1")
    packets = (LITTLE.packet(bytes([i]) * 14, i * 10**6, interface=i % 2) for i in range(4))

    heard, _ = read(LITTLE.section() + interfaces + b"".join(packets))

    assert [at_s for at_s, _ in heard["eth0"]] == [0.0, 2.0]
    assert [at_s for at_s, _ in heard["eth1"]] == [1.0, 3.0]


def test_a_simple_packet_is_cut_at_the_snap_length_and_as_old_as_the_file() -> None:
    heard, told = read(
        LITTLE.section()
        + LITTLE.interface(snap=60)
        + LITTLE.simple(b"\1" * 60, original=1514)
        + LITTLE.simple(b"\2\2\2", original=3)
    )

    at_s = TOLD_AT.timestamp()
    assert heard[None] == [(at_s, b"\1" * 60), (at_s, b"\2\2\2")]
    assert "1 frame was cut short" in told[0]


def test_the_obsolete_packet_block_is_read() -> None:
    heard, _ = read(START + LITTLE.obsolete(ARP, BIG_TIME * 10**6))

    assert heard["eth0"] == [(float(BIG_TIME), ARP)]


def test_unknown_blocks_are_skipped_however_long() -> None:
    unknown = LITTLE.block(0x0BAD, b"custom") + LITTLE.block(0x40000BAD, bytes(1_000_000))

    heard, told = read(START + unknown + GOOD)

    assert heard["eth0"] == [(float(BIG_TIME), ARP)]
    assert told == []


def test_options_behind_a_frame_are_not_taken_for_it() -> None:
    comment = LITTLE.option(1, b"seen at the gate") + bytes(4)

    heard, _ = read(START + LITTLE.packet(b"\1" * 61, 0, more=comment))

    assert heard["eth0"] == [(0.0, b"\1" * 61)]


def test_an_interface_with_an_unread_link_type_is_named_and_the_others_go_on() -> None:
    interfaces = LITTLE.interface(127, name=b"wlan0mon") + LITTLE.interface(name=b"eth0")
    packets = [LITTLE.packet(ARP, i, interface=i % 2) for i in range(5)]
    start = LITTLE.section() + interfaces

    heard, told = read(start + b"".join(packets))

    assert len(heard["eth0"]) == 2
    assert len(told) == 1
    assert (
        f"3 frames were left out, the first at byte {len(start)}: 'wlan0mon' is of link type 127" in told[0]
    )


def test_frames_of_interfaces_that_nobody_described_are_counted() -> None:
    heard, told = read(START + LITTLE.packet(ARP, 0, interface=9) + GOOD)

    assert len(heard["eth0"]) == 1
    assert "1 frame was left out" in told[0] and "interface 9, which the file does not describe" in told[0]


@pytest.mark.parametrize("seconds", [END_OF_TIME_S, 2**60 // 10**6])
def test_a_time_beyond_the_calendar_costs_its_frame_alone(seconds: int) -> None:
    heard, told = read(START + LITTLE.packet(ARP, seconds * 10**6) + GOOD)

    assert heard["eth0"] == [(float(BIG_TIME), ARP)]
    assert "before 1970 or after 9999" in told[0]


def test_a_time_before_1970_costs_its_frame_alone() -> None:
    early = LITTLE.interface(offset=LITTLE.pack("q", -(2**63)))

    _, told = read(LITTLE.section() + early + GOOD)

    assert "before 1970 or after 9999" in told[0]


def test_what_the_capturing_machine_lost_is_said() -> None:
    _, told = read(START + LITTLE.statistics(0, 17) + GOOD + LITTLE.statistics(0, 23))

    assert len(told) == 1
    assert "lost 23 frames on 'eth0'" in told[0]


def test_the_losses_of_all_sections_are_added() -> None:
    section = START + LITTLE.statistics(0, 17) + GOOD

    assert "lost 34 frames on 'eth0'" in read(section + section)[1][0]


def test_a_frame_that_claims_more_than_its_block_has_is_left_out() -> None:
    lying = bytearray(GOOD)
    lying[20:24] = (len(ARP) + 100).to_bytes(4, "little")

    heard, told = read(START + bytes(lying) + GOOD)

    assert len(heard["eth0"]) == 1
    assert "the block claims more bytes than it has" in told[0]


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (GOOD[:-4] + LITTLE.pack("I", 8), "a block ends with another length (8) than it begins with (76)"),
        (LITTLE.pack("III", 6, 8, 8), "a block claims 8 bytes"),
        (LITTLE.pack("III", 6, 33, 0) + bytes(40), "a block claims 33 bytes"),
        (LITTLE.pack("III", 6, 4_000_000_000, 0), "within a block that claims 4,000,000,000 bytes"),
        (GOOD[:-1], "the file ends within a block"),
        (GOOD[:7], "the file ends within a block"),
        (LITTLE.pack("III", 0x0A0D0D0A, 28, 0x12345678), "no byte-order mark"),
        (LITTLE.section(major=2), "pcapng version 2"),
    ],
)
def test_a_block_that_cannot_be_followed_ends_the_reading_there(block: bytes, why: str) -> None:
    heard, told = read(START + GOOD + block)

    assert heard["eth0"] == [(float(BIG_TIME), ARP)]
    assert len(told) >= 1
    assert why in told[0]


def test_an_oversize_description_keeps_its_number_and_takes_no_frames() -> None:
    huge = LITTLE.block(1, LITTLE.pack("HHI", 1, 0, 0) + bytes(400_000))

    heard, told = read(
        LITTLE.section() + huge + LITTLE.interface(name=b"eth1") + GOOD + LITTLE.packet(ARP, 0, interface=1)
    )

    assert heard == {"eth1": [(0.0, ARP)]}
    assert any("interface 0 has a description that is cut or too long" in text for text in told)


def test_a_flood_of_causes_stays_a_few_sentences() -> None:
    strangers = b"".join(LITTLE.packet(ARP, 0, interface=number) for number in range(1, 5000))

    _, told = read(START + strangers)

    assert len(told) == 101
    assert "4,899 frames were left out" in told[-1]


def test_no_more_interfaces_are_kept_than_a_file_can_need() -> None:
    heard, told = read(
        LITTLE.section() + LITTLE.interface(name=b"eth0") * 5000 + LITTLE.packet(ARP, 0, interface=4500)
    )

    assert heard == {}
    assert "interface 4500" in told[0]


def test_a_name_cannot_drive_the_terminal() -> None:
    _, told = read(LITTLE.section() + LITTLE.interface(127, name=b"\x1b[2Jeth0") + GOOD)

    assert r"'\x1b[2Jeth0'" in told[0]


@pytest.mark.parametrize(
    "content", [LITTLE.section()[:20], LITTLE.section(major=9), b"\x0a\x0d\x0d\x0a" + bytes(60)]
)
def test_a_file_without_one_good_section_is_refused(content: bytes) -> None:
    with pytest.raises(NotThisKind):
        read(content)
