"""Frames that scapy builds are read back field by field; broken ones are read as far as they are whole."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import frame
from tests.protocols.oracle import (
    IP,
    UDP,
    Dot1AD,
    Dot1Q,
    Ether,
    IPOption_Router_Alert,
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
)

OURS, THEIRS = "02:00:00:00:00:01", "01:00:5e:7f:ff:fa"
ETHER = Ether(src=OURS, dst=THEIRS)
CAMERA, GROUP = "192.168.1.64", "239.255.255.250"
# The head of a SADP inquiry over UDP.
SAID = b'<?xml version="1.0" encoding="utf-8"?><Probe>'
SADP = UDP(sport=37020, dport=37020) / SAID

macs = st.binary(min_size=6, max_size=6).map(lambda octets: octets.hex(":"))
ports = st.integers(0, 65535)
vlan_numbers = st.integers(0, 4095)


def parsed(packet: object) -> frame.Frame:
    """Return what we read in the bytes of a scapy packet."""
    read = frame.parse(bytes(packet))  # type: ignore[call-overload]
    assert read is not None
    return read


@given(macs, macs, st.ip_addresses(v=4), st.ip_addresses(v=4), ports, ports, st.binary(max_size=100))
def test_udp_over_ipv4_is_read_as_scapy_built_it(
    source_mac: str, mac: str, source: object, destination: object, sport: int, dport: int, said: bytes
) -> None:
    head = Ether(src=source_mac, dst=mac) / IP(src=str(source), dst=str(destination), ttl=7)
    read = parsed(head / UDP(sport=sport, dport=dport) / said)

    assert (read.source_mac, read.destination_mac, read.vlans) == (source_mac, mac, ())
    assert (read.ethertype, read.protocol, read.hop_limit) == (0x0800, 17, 7)
    assert (read.source, read.destination) == (source, destination)
    assert (read.source_port, read.destination_port, read.datagram) == (sport, dport, said)


@given(st.ip_addresses(v=6), st.ip_addresses(v=6), ports, ports, st.binary(max_size=100))
def test_udp_over_ipv6_is_read_as_scapy_built_it(
    source: object, destination: object, sport: int, dport: int, said: bytes
) -> None:
    packet = ETHER / IPv6(src=str(source), dst=str(destination), hlim=255)
    read = parsed(packet / UDP(sport=sport, dport=dport) / said)

    assert (read.ethertype, read.protocol, read.hop_limit) == (0x86DD, 17, 255)
    assert (read.source, read.destination) == (source, destination)
    assert (read.source_port, read.destination_port, read.datagram) == (sport, dport, said)


@given(vlan_numbers, vlan_numbers)
def test_both_tags_of_a_qinq_frame_are_kept_outermost_first(outer: int, inner: int) -> None:
    tags = Dot1AD(vlan=outer, prio=3) / Dot1Q(vlan=inner, prio=5)
    read = parsed(ETHER / tags / IP(src=CAMERA, dst=GROUP) / SADP)

    assert (read.vlans, read.ethertype, read.datagram) == ((outer, inner), 0x0800, SAID)


def test_priority_and_drop_eligibility_are_no_part_of_the_vlan_number() -> None:
    read = frame.parse(bytes(12) + bytes.fromhex("8100 f005 0806") + bytes(28))

    assert read is not None and (read.vlans, read.ethertype) == ((5,), 0x0806)


def test_a_frame_that_is_all_tags_is_read_up_to_the_fourth() -> None:
    read = frame.parse(bytes(12) + bytes.fromhex("8100 0001") * 9)

    assert read is not None
    assert (read.vlans, read.ethertype) == ((1, 1, 1, 1), 0x8100)


def test_ip_options_are_skipped_and_padding_is_cut_off() -> None:
    short = UDP(sport=1, dport=2) / b"x"
    read = parsed(ETHER / IP(src=CAMERA, dst=GROUP, options=[IPOption_Router_Alert()]) / short)
    padded = frame.parse(bytes(ETHER / IP(src=CAMERA, dst=GROUP) / short) + bytes(20))

    report = ETHER / IP(src=CAMERA, dst=GROUP, proto=2) / b"report"
    padded_report = frame.parse(bytes(report) + bytes(20))

    assert read.datagram == b"x"
    assert padded is not None and padded.datagram == b"x"
    assert padded_report is not None and padded_report.datagram == b"report"


def test_of_a_fragmented_datagram_only_the_first_part_is_read() -> None:
    first = parsed(ETHER / IP(src=CAMERA, dst=GROUP, flags="MF") / SADP)
    later = parsed(ETHER / IP(src=CAMERA, dst=GROUP, frag=185, proto=17) / SAID)

    assert (first.source_port, first.datagram) == (37020, SAID)
    assert (later.source, later.source_port, later.datagram) == (ip_address(CAMERA), None, b"")


def test_ipv6_extension_headers_are_walked() -> None:
    head = ETHER / IPv6(src="fe80::1", dst="ff02::c")
    options = IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt()

    assert parsed(head / options / IPv6ExtHdrFragment(m=1) / SADP).datagram == SAID
    assert parsed(head / IPv6ExtHdrFragment(offset=10, nh=17) / SAID).datagram == b""


def test_endless_extension_headers_end_the_walk() -> None:
    body = bytes.fromhex("0000000000000000") * 150
    read = frame.parse(bytes(ETHER)[:12] + b"\x86\xdd\x60\0\0\0\x04\xb0\0\xff" + bytes(32) + body)

    assert read is not None
    assert (read.protocol, read.source_port) == (0, None)


def test_another_protocol_over_ip_is_given_whole() -> None:
    report = bytes.fromhex("22 00 f9 fc 0000 0001 04 00 0000 effffffb")

    assert parsed(ETHER / IP(src=CAMERA, dst="224.0.0.22", proto=2) / report).datagram == report


@pytest.mark.parametrize(
    ("place", "lie"),
    [
        (14, b"\x65"),  # a version other than the EtherType's
        (14, b"\x44"),  # a header of 16 bytes
        (14, b"\x4f"),  # a header longer than the packet says it is
        (14, b"\x4f\0\0\x40"),  # a header longer than the frame, and a packet that could hold it
        (16, b"\0\0"),  # a packet of no bytes
    ],
)
def test_an_ip_header_that_lies_leaves_the_ethernet_frame_alone(place: int, lie: bytes) -> None:
    whole = bytes(ETHER / IP(src=CAMERA, dst=GROUP) / UDP(sport=1, dport=2))
    read = frame.parse(whole[:place] + lie + whole[place + len(lie) :])

    assert read is not None
    assert (read.source_mac, read.ethertype, read.source, read.datagram) == (OURS, 0x0800, None, b"")


@pytest.mark.parametrize(
    ("udp_bytes", "datagram"), [(0, b""), (7, b""), (8, b""), (12, SAID[:4]), (65535, SAID)]
)
def test_a_udp_length_that_lies_gives_at_most_what_is_there(udp_bytes: int, datagram: bytes) -> None:
    read = parsed(ETHER / IP(src=CAMERA, dst=GROUP) / UDP(sport=1, dport=2, len=udp_bytes) / SAID)

    assert (read.source_port, read.destination_port, read.datagram) == (1, 2, datagram)


def test_every_cut_of_a_frame_is_read_as_far_as_it_goes() -> None:
    whole = bytes(ETHER / Dot1Q(vlan=5) / IP(src=CAMERA, dst=GROUP) / SADP)
    reads = [frame.parse(whole[:length]) for length in range(len(whole))]

    assert reads[:14] == [None] * 14
    assert all(read is not None and SAID.startswith(read.datagram) for read in reads[46:])
    assert [read.source_port for read in reads[14:] if read] == [None] * (46 - 14) + [37020] * len(SAID)


@given(
    st.sampled_from([b"", b"\x08\0\x45", b"\x86\xdd\x60", b"\x81\0\0\x05\x08\0\x45"]), st.binary(max_size=200)
)
def test_any_bytes_are_read_without_complaint(start: bytes, junk: bytes) -> None:
    data = bytes(12) + start + junk
    read = frame.parse(data)

    assert (read is None) == (len(data) < 14)
    assert all(len(fact.raw) == len(data) for fact in frame.read(data))


def test_the_sender_of_a_frame_is_a_fact_unless_it_is_a_group() -> None:
    (fact,) = frame.read(bytes(ETHER / b"anything"))

    assert (fact.field, fact.value) == (Field.MAC, OURS)
    assert frame.read(bytes(Ether(src=THEIRS, dst=OURS) / b"anything")) == ()
    assert frame.read(b"too short") == ()


COOKED = bytes.fromhex("0000 0001 0006 9c8ecd0f0b1c 0000")


@pytest.mark.parametrize(
    ("link_type", "start"),
    [
        (frame.LinkType.ETHERNET, bytes(ETHER)[:12] + b"\x08\x00"),
        (frame.LinkType.LINUX_SLL, COOKED + b"\x08\x00"),
        (frame.LinkType.LINUX_SLL2, b"\x08\x00" + bytes(18)),
        (frame.LinkType.RAW, b""),
        (frame.LinkType.IPV4, b""),
        (frame.LinkType.NULL, b"\x02\0\0\0"),
    ],
)
def test_the_packet_is_the_same_behind_every_link_header(link_type: frame.LinkType, start: bytes) -> None:
    read = frame.parse(start + bytes(IP(src=CAMERA, dst=GROUP) / SADP), link_type)

    assert read is not None
    assert (str(read.source), str(read.destination), read.protocol) == (CAMERA, GROUP, 17)
    assert (read.source_port, read.datagram) == (37020, SAID)


@pytest.mark.parametrize(
    ("link_type", "start", "destination", "is_to_group"),
    [
        (frame.LinkType.ETHERNET, bytes(ETHER)[:12] + b"\x08\x00", GROUP, True),
        (frame.LinkType.ETHERNET, bytes(12) + b"\x08\x00", GROUP, False),
        (frame.LinkType.LINUX_SLL, COOKED + b"\x08\x00", "192.168.1.255", False),
        (frame.LinkType.LINUX_SLL, b"\0\x01" + COOKED[2:] + b"\x08\x00", "192.168.1.255", True),
        (frame.LinkType.RAW, b"", GROUP, True),
        (frame.LinkType.RAW, b"", "255.255.255.255", True),
        (frame.LinkType.RAW, b"", "192.168.1.9", False),
    ],
)
def test_the_link_tells_whether_a_frame_went_to_a_group_else_the_address_does(
    link_type: frame.LinkType, start: bytes, destination: str, is_to_group: bool
) -> None:
    read = frame.parse(start + bytes(IP(src=CAMERA, dst=destination) / SADP), link_type)

    assert read is not None and read.is_to_group is is_to_group
