"""IGMP reports as RFC 1112, RFC 2236 and RFC 3376 lay them out."""

import struct
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import igmp

DHIP, SSDP, MDNS = map(IPv4Address, ("239.255.255.251", "239.255.255.250", "224.0.0.251"))


def record(kind: int, group: IPv4Address, sources: int = 0, auxiliary_words: int = 0) -> bytes:
    head = struct.pack("!BBH4s", kind, auxiliary_words, sources, group.packed)
    return head + bytes([10, 0, 0, 1]) * sources + bytes(4) * auxiliary_words


def report(*records: bytes) -> bytes:
    """RFC 3376 section 4.2: type 0x22, a checksum that is not read, the number of records."""
    return struct.pack("!BBHHH", 0x22, 0, 0, 0, len(records)) + b"".join(records)


def test_a_camera_reports_the_groups_of_its_discovery_protocols() -> None:
    # The groups that an Amcrest camera joins at boot. Source: capture in SeryioGonzalez/onvif_scripts.
    boot = report(record(4, DHIP), record(4, SSDP), record(2, MDNS))

    assert [fact.value for fact in igmp.read(boot)] == [str(DHIP), str(SSDP), str(MDNS)]
    assert {(fact.field, fact.raw) for fact in igmp.read(boot)} == {(Field.IGMP_GROUP, boot)}


@pytest.mark.parametrize("kind", [0x12, 0x16])
def test_older_versions_report_one_group(kind: int) -> None:
    assert igmp.groups(bytes([kind, 0, 0, 0]) + DHIP.packed) == (DHIP,)


@pytest.mark.parametrize(
    ("kind", "sources", "is_member"),
    [
        (1, 0, False),  # includes nothing: not a member
        (1, 1, True),
        (2, 0, True),  # excludes nothing: a member
        (2, 3, True),
        (3, 0, False),  # changes to including nothing: leaves
        (3, 1, True),
        (4, 0, True),
        (5, 1, True),  # allows new sources
        (6, 1, False),  # blocks old sources
        (0, 1, False),
        (7, 1, False),
    ],
)
def test_leaving_a_group_is_not_taken_for_joining_it(kind: int, sources: int, is_member: bool) -> None:
    message = report(record(kind, DHIP, sources, auxiliary_words=2), record(4, SSDP))

    assert igmp.groups(message) == ((DHIP, SSDP) if is_member else (SSDP,))


@pytest.mark.parametrize(
    "message",
    [
        bytes([0x11, 100, 0, 0]) + bytes(4),  # a router's query
        bytes([0x17, 0, 0, 0]) + DHIP.packed,  # leave
        bytes([0x16, 0, 0, 0]) + bytes([192, 168, 1, 1]),  # not a group
        bytes([0x16, 0, 0, 0]) + DHIP.packed[:3],
        b"",
    ],
    ids=["query", "leave", "not a group", "cut", "empty"],
)
def test_other_messages_give_nothing(message: bytes) -> None:
    assert igmp.read(message) == ()


def test_a_report_that_claims_more_records_than_it_holds_gives_those_it_holds() -> None:
    lying = bytearray(report(record(4, DHIP), record(4, SSDP)))
    lying[6:8] = b"\xff\xff"

    assert igmp.groups(bytes(lying)) == (DHIP, SSDP)
    assert igmp.groups(bytes(lying[:-1])) == (DHIP,)
    assert igmp.groups(
        report(record(4, DHIP, 1), record(4, SSDP)).replace(b"\0\x01\xef", b"\xff\xff\xef")
    ) == (DHIP,)


def test_a_group_is_named_once_and_a_flood_of_records_is_cut() -> None:
    flood = report(*(record(4, IPv4Address(0xEF000000 + number)) for number in range(5000)))

    assert igmp.groups(report(record(4, DHIP), record(2, DHIP))) == (DHIP,)
    assert len(igmp.groups(flood)) == 184


@given(st.sampled_from([b"", b"\x12", b"\x16", b"\x22"]), st.binary(max_size=200))
def test_any_bytes_are_read_without_complaint(kind: bytes, junk: bytes) -> None:
    assert all(group.is_multicast for group in igmp.groups(kind + junk))
