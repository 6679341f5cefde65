"""LLDP announcements, laid out by hand from IEEE 802.1AB-2016 clause 8."""

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import lldp
from scanner.protocols.lldp import Announcement

MAC = "9c:8e:cd:0f:0b:1c"
OCTETS = bytes.fromhex(MAC.replace(":", ""))


def tlv(kind: int, value: bytes) -> bytes:
    """Seven bits of type, nine bits of length."""
    return struct.pack("!H", kind << 9 | len(value)) + value


CHASSIS = tlv(1, b"\x04" + OCTETS)
PORT = tlv(2, b"\x05eth0")
TIME_TO_LIVE = tlv(3, struct.pack("!H", 120))
END = tlv(0, b"")
HEAD = CHASSIS + PORT + TIME_TO_LIVE
WHOLE = HEAD + tlv(4, b"LAN") + tlv(5, b"ipcam1") + tlv(6, b"Linux 4.9") + tlv(7, bytes(4))


def management(family: int, address: bytes) -> bytes:
    """Clause 8.5.9: counted family and address, then an interface number and no object identifier."""
    return tlv(8, bytes([1 + len(address), family]) + address + b"\x02" + bytes(4) + b"\0")


def parsed(data: bytes) -> Announcement:
    said = lldp.parse(data)
    assert said is not None
    return said


def test_a_device_tells_its_chassis_its_name_and_what_it_is() -> None:
    assert [(fact.field, fact.value, fact.raw) for fact in lldp.read(WHOLE + END)] == [
        (Field.LLDP_CHASSIS, MAC, WHOLE + END),
        (Field.LLDP_PORT, "LAN", WHOLE + END),
        (Field.LLDP_NAME, "ipcam1", WHOLE + END),
        (Field.LLDP_DESCRIPTION, "Linux 4.9", WHOLE + END),
    ]


def test_what_it_does_not_say_is_no_fact() -> None:
    assert [fact.field for fact in lldp.read(HEAD + END)] == [Field.LLDP_CHASSIS]
    assert parsed(HEAD + END) == Announcement(MAC, "", "", "", None)


@pytest.mark.parametrize(
    ("value", "chassis"),
    [
        (b"\x04" + OCTETS, MAC),
        (b"\x04" + OCTETS[:5] + b"x", "9c:8e:cd:0f:0b:78"),
        (b"\x04short", "short"),
        (b"\x05\x01\x0a\x00\x00\x96", "10.0.0.150"),
        (b"\x05\x02" + ip_address("fe80::1").packed, "fe80::1"),
        (b"\x05\x01\x0a", "\x01\n"),
        (b"\x07rack 3\0", "rack 3"),
        (b"\x06\xff\x1b", "\\xff\x1b"),
    ],
    ids=["mac", "any mac", "no mac", "ipv4", "ipv6", "no address", "chosen text", "no text"],
)
def test_the_chassis_id_reads_as_its_subtype_says(value: bytes, chassis: str) -> None:
    assert parsed(tlv(1, value) + PORT).chassis_id == chassis


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (management(1, IPv4Address("10.0.0.150").packed), IPv4Address("10.0.0.150")),
        (management(2, IPv6Address("fe80::1").packed), IPv6Address("fe80::1")),
        (management(6, OCTETS), None),
        (management(1, b"\x0a"), None),
        (tlv(8, b""), None),
        (tlv(8, b"\0"), None),
        (tlv(8, b"\xff\x01\x0a\x00\x00\x96"), IPv4Address("10.0.0.150")),
        (management(6, OCTETS) + management(1, bytes(4)), None),
    ],
    ids=["ipv4", "ipv6", "mac", "too short", "empty", "no family", "lying length", "the first counts"],
)
def test_the_management_address_is_the_one_of_a_known_family(told: bytes, address: object) -> None:
    assert parsed(HEAD + told).management_address == address


@pytest.mark.parametrize(
    "data",
    [b"", b"\0", END + WHOLE, PORT + CHASSIS, tlv(1, b"\x04"), CHASSIS[:-1], bytes(60)],
    ids=["empty", "one byte", "ended", "another order", "no chassis id", "cut in it", "zeros"],
)
def test_what_does_not_start_with_a_chassis_id_is_not_lldp(data: bytes) -> None:
    assert lldp.read(data) == ()


def test_of_a_cut_announcement_the_whole_parts_count() -> None:
    lengths = {len(lldp.read(WHOLE[:length])) for length in range(len(CHASSIS), len(WHOLE))}

    assert lengths == {1, 2, 3, 4}
    assert parsed(HEAD + b"\x0b\xffcut") == Announcement(MAC, "", "", "", None)


def test_a_flood_of_parts_is_cut() -> None:
    assert parsed(CHASSIS + tlv(9, b"") * 5000 + tlv(5, b"late")).system_name == ""


@given(st.sampled_from([b"", CHASSIS, HEAD]), st.binary(max_size=300))
def test_any_bytes_are_read_without_complaint(start: bytes, junk: bytes) -> None:
    assert all(fact.value for fact in lldp.read(start + junk))
    assert bool(lldp.read(start + junk)) or not start
