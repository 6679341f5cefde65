"""DHCP requests, with scapy to build them and values from a capture."""

from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import dhcp
from tests.protocols.oracle import BOOTP, DHCP

MAC = "9c:8e:cd:0f:0b:1c"
OCTETS = bytes.fromhex(MAC.replace(":", "")) + bytes(10)
# What an Amcrest camera asks at boot, options 12, 55 and 61. Source: capture in SeryioGonzalez/onvif_scripts.
HOST_NAME = b"AMC000B0_CE1428"
PARAMETERS = [1, 3, 4, 5, 6, 12, 15, 28, 42]
CLIENT_ID = b"\x01" + OCTETS[:6]


def request(*options: object, **fields: Any) -> bytes:
    """Build a request; options are pairs as scapy takes them."""
    head = BOOTP(**{"op": 1, "chaddr": OCTETS, "flags": "B", **fields})
    return bytes(head / DHCP(options=[("message-type", "discover"), *options, "end"]))


def values(data: bytes) -> dict[Field, str]:
    return {fact.field: fact.value for fact in dhcp.read(data)}


def test_a_camera_that_boots_tells_its_name_and_what_it_asks_for() -> None:
    boot = request(("hostname", HOST_NAME), ("param_req_list", PARAMETERS), ("client_id", CLIENT_ID))

    assert values(boot) == {
        Field.MAC: MAC,
        Field.DHCP_HOSTNAME: "AMC000B0_CE1428",
        Field.DHCP_PARAMETERS: "1,3,4,5,6,12,15,28,42",
        Field.DHCP_CLIENT_ID: "019c8ecd0f0b1c",
    }
    assert {fact.raw for fact in dhcp.read(boot)} == {boot}


def test_the_vendor_class_is_text_without_the_nul_that_some_clients_send() -> None:
    assert values(request(("vendor_class_id", b"udhcp 1.20.2\0")))[Field.DHCP_VENDOR_CLASS] == "udhcp 1.20.2"


def test_bytes_that_are_not_text_stay_visible() -> None:
    assert values(request(("hostname", b"cam\xff\x1b")))[Field.DHCP_HOSTNAME] == "cam\\xff\x1b"


@pytest.mark.parametrize(
    ("fields", "options", "address"),
    [
        ({}, (), None),
        ({"ciaddr": "192.168.1.64"}, (), "192.168.1.64"),
        ({}, (("requested_addr", "192.168.1.65"),), "192.168.1.65"),
        ({"ciaddr": "192.168.1.64"}, (("requested_addr", "192.168.1.65"),), "192.168.1.64"),
        ({}, (("requested_addr", "0.0.0.0"),), None),
    ],
)
def test_the_address_is_the_one_it_has_else_the_one_it_asks_for(
    fields: dict[str, str], options: tuple[object, ...], address: str | None
) -> None:
    read = dhcp.parse(request(*options, **fields))

    assert read is not None
    assert read.address == (IPv4Address(address) if address else None)


def test_a_long_option_in_pieces_is_put_together() -> None:
    pieces = [("hostname", b"front-door-"), ("param_req_list", [1]), ("hostname", b"camera")]

    assert values(request(*pieces))[Field.DHCP_HOSTNAME] == "front-door-camera"


def test_options_in_the_overloaded_old_fields_are_read() -> None:
    # RFC 2132 section 9.3: 3 says that both the boot file and the server name hold options.
    boot_file, server_name = b"\x0c\x04door\xff", b"\x3c\x05udhcp\xff"
    both = request(("dhcp-option-overload", 3), file=boot_file, sname=server_name)
    neither = request(file=boot_file, sname=server_name)

    assert (values(both)[Field.DHCP_HOSTNAME], values(both)[Field.DHCP_VENDOR_CLASS]) == ("door", "udhcp")
    assert values(neither) == {Field.MAC: MAC}


def test_an_option_that_claims_more_than_there_is_ends_the_reading() -> None:
    whole = request(("hostname", HOST_NAME))
    lying = whole.replace(b"\x0c\x0fAMC", b"\x0c\xffAMC")

    assert values(lying) == {Field.MAC: MAC}


@pytest.mark.parametrize(
    "foreign",
    [
        bytes(BOOTP(op=2, chaddr=OCTETS) / DHCP(options=[("message-type", "offer"), "end"])),
        bytes(BOOTP(op=1, htype=6, chaddr=OCTETS) / DHCP(options=["end"])),
        bytes(BOOTP(op=1, chaddr=OCTETS, options=b"")),
        request()[:235],
        b"",
    ],
    ids=["a server's reply", "not ethernet", "bootp without options", "cut", "empty"],
)
def test_what_is_not_a_clients_request_gives_nothing(foreign: bytes) -> None:
    assert dhcp.read(foreign) == ()


@given(st.binary(max_size=400))
def test_any_options_are_read_without_complaint(junk: bytes) -> None:
    head = request()[:240]

    assert values(head + junk)[Field.MAC] == MAC


def test_a_message_of_nothing_but_options_or_padding_is_read_in_bounded_time() -> None:
    flood = request()[:240] + b"\x0c\x01x" * 20_000

    assert values(flood)[Field.DHCP_HOSTNAME] == "x" * 128
    assert values(request()[:240] + bytes(60_000)) == {Field.MAC: MAC}
