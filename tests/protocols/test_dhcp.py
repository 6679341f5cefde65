"""DHCP requests and acknowledgements, with scapy to build them and values from a capture."""

from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import dhcp
from scanner.protocols.dhcp import DhcpGrant
from tests.protocols.oracle import BOOTP, DHCP

MAC = "9c:8e:cd:0f:0b:1c"
OCTETS = bytes.fromhex(MAC.replace(":", "")) + bytes(10)
# What an Amcrest camera asks at boot, options 12, 55 and 61. Source: capture in SeryioGonzalez/onvif_scripts.
HOST_NAME = b"AMC000B0_CE1428"
PARAMETERS = [1, 3, 4, 5, 6, 12, 15, 28, 42]
CLIENT_ID = b"\x01" + OCTETS[:6]
GRANT = DhcpGrant(MAC, IPv4Address("192.168.1.64"))


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
    ("fields", "address"), [({}, None), ({"ciaddr": "192.168.1.64"}, IPv4Address("192.168.1.64"))]
)
def test_the_address_is_the_one_it_uses_and_not_the_one_it_asks_for(
    fields: dict[str, str], address: IPv4Address | None
) -> None:
    read = dhcp.parse(request(("requested_addr", "192.168.1.65"), **fields))

    assert read is not None and read.address == address


def reply(kind: str, yours: str, **fields: Any) -> bytes:
    """Build a server's reply to the camera."""
    head = BOOTP(**{"op": 2, "chaddr": OCTETS, "yiaddr": yours, **fields})
    return bytes(head / DHCP(options=[("message-type", kind), ("server_id", "192.168.1.1"), "end"]))


def test_an_acknowledgement_tells_which_client_has_which_address() -> None:
    granted = reply("ack", "192.168.1.64")

    assert dhcp.parse_grant(granted) == GRANT
    assert (dhcp.parse(granted), values(granted)) == (None, {Field.MAC: MAC})


@pytest.mark.parametrize(
    "message",
    [
        reply("offer", "192.168.1.64"),
        reply("nak", "0.0.0.0"),
        reply("ack", "0.0.0.0"),  # answers DHCPINFORM, RFC 2131 section 4.3.5
        reply("ack", "192.168.1.64", htype=6),
        reply("ack", "192.168.1.64")[:240],
        request(("requested_addr", "192.168.1.65")),
    ],
    ids=["offer", "refusal", "no address", "not ethernet", "cut", "a client's request"],
)
def test_nothing_else_grants_an_address(message: bytes) -> None:
    assert dhcp.parse_grant(message) is None


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
        reply("offer", "192.168.1.64"),
        bytes(BOOTP(op=1, htype=6, chaddr=OCTETS) / DHCP(options=["end"])),
        bytes(BOOTP(op=1, chaddr=OCTETS, options=b"")),
        request()[:235],
        b"",
    ],
    ids=["a server's offer", "not ethernet", "bootp without options", "cut", "empty"],
)
def test_what_neither_asks_for_an_address_nor_grants_one_gives_nothing(foreign: bytes) -> None:
    assert dhcp.read(foreign) == ()


@given(st.binary(max_size=400))
def test_any_options_are_read_without_complaint(junk: bytes) -> None:
    head = request()[:240]

    assert values(head + junk)[Field.MAC] == MAC
    assert dhcp.parse_grant(reply("ack", "192.168.1.64")[:240] + junk) in (None, GRANT)


def test_a_message_of_nothing_but_options_or_padding_is_read_in_bounded_time() -> None:
    flood = request()[:240] + b"\x0c\x01x" * 20_000

    assert values(flood)[Field.DHCP_HOSTNAME] == "x" * 128
    assert values(request()[:240] + bytes(60_000)) == {Field.MAC: MAC}
