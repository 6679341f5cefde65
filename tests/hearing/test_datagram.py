"""One frame, one sighting: what devices say unprompted is read from the frame that carried it."""

import struct
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.hearing.datagram import heard
from scanner.model.field import Field
from scanner.model.observation import Via
from scanner.model.sighting import Sighting
from scanner.protocols import frame
from scanner.protocols.frame import LinkType
from tests.hearing.wire import (
    CAMERA,
    CAMERA_MAC,
    CLIENT_MAC,
    EVERYBODY,
    NOTIFY,
    announced,
    answered,
    arp,
    ethernet,
    ip,
    octets,
    tagged,
    udp,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
# DHIP answer, shortened; members as a device quoted in public file 1180738884 sends them.
DHIP = b'{"method":"client.notifyDevInfo","params":{"deviceInfo":{"DeviceType":"IPC-HDW1431T1-S4"}}}'
SADP = b"<ProbeMatch><DeviceDescription>DS-2CD2143G0-I</DeviceDescription></ProbeMatch>"
# RFC 2132; the values are those of the public capture of a camera's boot (SeryioGonzalez/onvif_scripts).
ASKED = b"\x35\x01\x03\x0c\x0fAMC000B0_CE1428\x37\x09\x01\x03\x04\x05\x06\x0c\x0f\x1c\x2a\xff"
OFFERED = b"\x35\x01\x02\xff"
GRANTED = b"\x35\x01\x05\xff"
CAMERA_IPV6 = "fe80::9e8e:cdff:fe0f:b1c"


def hear(data: bytes, link_type: LinkType = LinkType.ETHERNET) -> Sighting | None:
    got = frame.parse(data, link_type)
    return heard(got, data, NOW, "eth0") if got else None


def told(data: bytes, link_type: LinkType = LinkType.ETHERNET) -> Sighting:
    sighting = hear(data, link_type)
    assert sighting is not None
    return sighting


def who(sighting: Sighting) -> tuple[str, str | None]:
    return str(sighting.host.address), sighting.host.mac


def values(sighting: Sighting, field: Field) -> list[str]:
    return [o.value for o in sighting.observations if o.field is field]


def vias(sighting: Sighting, field: Field) -> set[Via]:
    return {o.via for o in sighting.observations if o.field is field}


def bootp(operation: int, options: bytes, client: str = "0.0.0.0", yours: str = "0.0.0.0") -> bytes:
    """RFC 2131 section 2: Ethernet, six octets, the client's MAC, the cookie, options."""
    head = struct.pack("!4BIHH", operation, 1, 6, 0, 7, 0, 0x8000)
    addresses = ip_address(client).packed + ip_address(yours).packed + bytes(8)
    return head + addresses + octets(CAMERA_MAC) + bytes(10 + 192) + bytes.fromhex("63825363") + options


def advertisement(option: bytes = b"") -> bytes:
    """RFC 4861 section 4.4."""
    return struct.pack("!BBHI", 136, 0, 0, 0x20000000) + ip_address(CAMERA_IPV6).packed + option


@pytest.mark.parametrize("operation", [1, 2])
def test_an_arp_packet_names_address_and_mac(operation: int) -> None:
    data = arp(operation, CAMERA_MAC, CAMERA)
    sighting = told(data)

    assert who(sighting) == (CAMERA, CAMERA_MAC)
    assert (sighting.host.interface, sighting.host.segment) == ("eth0", None)
    assert [(o.field, o.via, o.raw, o.observed_at) for o in sighting.observations] == [
        (Field.MAC, Via.LINK, data, NOW)
    ]


def test_an_arp_probe_shows_a_host_that_has_no_address_yet() -> None:
    assert who(told(arp(1, CAMERA_MAC, "0.0.0.0", CAMERA))) == ("0.0.0.0", CAMERA_MAC)


@pytest.mark.parametrize("mac", ["00:00:00:00:00:00", "01:00:5e:00:00:01", EVERYBODY])
def test_a_mac_that_no_card_has_is_not_believed(mac: str) -> None:
    sighting = told(arp(2, mac, CAMERA))

    assert (who(sighting), sighting.observations) == ((CAMERA, None), ())
    assert hear(arp(1, mac, "0.0.0.0")) is None


@pytest.mark.parametrize("address", ["239.255.255.250", "255.255.255.255"])
def test_a_group_is_no_host(address: str) -> None:
    assert hear(arp(2, CAMERA_MAC, address)) is None


def test_an_announcement_is_a_claim_by_multicast_and_shows_its_senders_mac() -> None:
    sighting = told(announced(1900, NOTIFY))

    assert who(sighting) == (CAMERA, CAMERA_MAC)
    assert values(sighting, Field.SSDP_SERVER) == ["Linux, UPnP/1.0, Private Upnp SDK"]
    assert vias(sighting, Field.SSDP_SERVER) == {Via.MULTICAST}
    assert (values(sighting, Field.MAC), vias(sighting, Field.MAC)) == ([CAMERA_MAC], {Via.LINK})
    assert str(sighting.observations[-1].endpoint) == f"{CAMERA}:1900/udp"


@pytest.mark.parametrize(
    ("port", "answer", "field", "value"),
    [(37810, DHIP, Field.DHIP_MODEL, "IPC-HDW1431T1-S4"), (37020, SADP, Field.SADP_MODEL, "DS-2CD2143G0-I")],
)
def test_an_answer_to_another_tool_is_overheard_and_its_frame_may_be_a_routers(
    port: int, answer: bytes, field: Field, value: str
) -> None:
    sighting = told(answered(port, answer))

    assert who(sighting) == (CAMERA, None)
    assert (values(sighting, field), vias(sighting, field)) == ([value], {Via.OVERHEARD})
    assert values(sighting, Field.MAC) == []


@pytest.mark.parametrize(("vlans", "segment"), [((12,), "vlan 12"), ((12, 34), "vlan 12.34")])
def test_vlan_tags_become_the_segment(vlans: tuple[int, ...], segment: str) -> None:
    for data in (arp(2, CAMERA_MAC, CAMERA), announced(1900, NOTIFY)):
        assert told(tagged(data, *vlans)).host.segment == segment


def test_a_dhcp_client_is_heard_before_it_has_an_address() -> None:
    asked = ip("0.0.0.0", "255.255.255.255", 17, udp(68, 67, bootp(1, ASKED)))
    sighting = told(ethernet(0x0800, asked))

    assert who(sighting) == ("0.0.0.0", CAMERA_MAC)
    assert values(sighting, Field.DHCP_HOSTNAME) == ["AMC000B0_CE1428"]
    assert values(sighting, Field.DHCP_PARAMETERS) == ["1,3,4,5,6,12,15,28,42"]
    assert vias(sighting, Field.MAC) == {Via.LINK, Via.MULTICAST}


@pytest.mark.parametrize(("client", "address"), [("0.0.0.0", "0.0.0.0"), (CAMERA, CAMERA)])
def test_a_request_that_a_relay_passes_on_is_the_clients(client: str, address: str) -> None:
    relayed = ip("10.0.0.1", "10.9.0.2", 17, udp(67, 67, bootp(1, ASKED, client)))
    sighting = told(ethernet(0x0800, relayed, mac=CLIENT_MAC, to="02:00:00:00:00:01"))

    assert who(sighting) == (address, CAMERA_MAC)
    assert vias(sighting, Field.DHCP_HOSTNAME) == {Via.OVERHEARD}


@pytest.mark.parametrize(
    ("destination", "mac", "via"),
    [("255.255.255.255", EVERYBODY, Via.MULTICAST), (CAMERA, CAMERA_MAC, Via.OVERHEARD)],
)
def test_a_dhcp_server_tells_which_address_it_gave_to_whom(destination: str, mac: str, via: Via) -> None:
    reply = udp(67, 68, bootp(2, GRANTED, yours=CAMERA))
    sighting = told(ethernet(0x0800, ip("10.0.0.1", destination, 17, reply), mac=CLIENT_MAC, to=mac))

    assert who(sighting) == (CAMERA, CAMERA_MAC)
    assert [(o.field, o.value, o.via) for o in sighting.observations] == [(Field.MAC, CAMERA_MAC, via)]


def test_joining_the_group_of_a_discovery_protocol_is_heard() -> None:
    # RFC 3376 section 4.2, one record of kind 4; the group that a camera joins at boot (same capture).
    report = bytes.fromhex("22 00 0000 0000 0001 04 00 0000 effffffb")
    sighting = told(ethernet(0x0800, ip(CAMERA, "224.0.0.22", 2, report), to="01:00:5e:00:00:16"))

    assert who(sighting) == (CAMERA, CAMERA_MAC)
    assert values(sighting, Field.IGMP_GROUP) == ["239.255.255.251"]
    assert sighting.observations[-1].endpoint is None


def test_a_neighbour_advertisement_names_an_ipv6_address_and_its_mac() -> None:
    option = b"\x02\x01" + octets(CAMERA_MAC)
    sighting = told(ethernet(0x86DD, ip(CAMERA_IPV6, "ff02::1", 58, advertisement(option)), mac=CLIENT_MAC))

    assert who(sighting) == (CAMERA_IPV6, CAMERA_MAC)
    assert vias(sighting, Field.MAC) == {Via.LINK}


def test_a_sadp_frame_needs_no_address_that_fits_the_network() -> None:
    # The layout of the response is that of LLLL-M/privateCodeforItsc (sadp.c); see protocols/sadp.py.
    head = struct.pack("!4BI4BH", 0x21, 2, 1, 0, 1, 6, 4, 4, 0, 0)
    ends = octets(CAMERA_MAC) + ip_address("192.168.1.64").packed + bytes(14)
    strings = struct.pack("!48sI12x48s48s48s", b"DS-2CD0001", 7, b"V5.5.0 build 170725", b"V7.3", b"")
    sighting = told(ethernet(0x8033, head + ends + strings))

    assert who(sighting) == ("192.168.1.64", CAMERA_MAC)
    assert values(sighting, Field.SADP_SOFTWARE) == ["V5.5.0 build 170725"]
    assert vias(sighting, Field.SADP_SOFTWARE) == {Via.MULTICAST}


@pytest.mark.parametrize(
    ("management", "address"),
    [
        ("", "0.0.0.0"),
        ("100c 05 01 0a000096 02 00000001 00", CAMERA),
        ("100c 05 01 7f000001 02 00000001 00", "0.0.0.0"),
    ],
    ids=["none", "its own", "a loopback address"],
)
def test_lldp_gives_an_address_only_by_its_management_tlv(management: str, address: str) -> None:
    # IEEE 802.1AB clause 8: chassis id by MAC, port id, time to live, system name, end.
    tlvs = f"0207 04 9c8ecd0f0b1c 0402 0531 0602 0078 0a06 697063616d31 {management} 0000"
    sighting = told(ethernet(0x88CC, bytes.fromhex(tlvs), to="01:80:c2:00:00:0e"))

    assert who(sighting) == (address, CAMERA_MAC)
    assert values(sighting, Field.LLDP_NAME) == ["ipcam1"]
    assert (vias(sighting, Field.LLDP_NAME), vias(sighting, Field.MAC)) == ({Via.MULTICAST}, {Via.LINK})


def test_without_a_link_header_the_address_tells_a_group_and_no_mac_is_known() -> None:
    group = told(ip(CAMERA, "239.255.255.250", 17, udp(1900, 1900, NOTIFY)), LinkType.RAW)
    single = told(ip(CAMERA, "10.0.0.9", 17, udp(1900, 50123, NOTIFY)), LinkType.RAW)

    assert (who(group), who(single)) == ((CAMERA, None), (CAMERA, None))
    assert (vias(group, Field.SSDP_USN), vias(single, Field.SSDP_USN)) == ({Via.MULTICAST}, {Via.OVERHEARD})


def test_a_cooked_capture_keeps_the_senders_mac() -> None:
    # tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html: multicast, Ethernet, six octets, IPv4.
    head = struct.pack("!HHH8sH", 2, 1, 6, octets(CAMERA_MAC), 0x0800)
    packet = ip(CAMERA, "239.255.255.250", 17, udp(1900, 1900, NOTIFY))

    assert who(told(head + packet, LinkType.LINUX_SLL)) == (CAMERA, CAMERA_MAC)


def test_nobody_without_address_and_mac_is_sighted() -> None:
    assert hear(ip("0.0.0.0", "239.255.255.250", 17, udp(1900, 1900, NOTIFY)), LinkType.RAW) is None


@pytest.mark.parametrize(
    "data",
    [
        announced(53, b"anything"),
        announced(1900, b"M-SEARCH * HTTP/1.1\r\n\r\n"),
        ethernet(0x0800, ip(CAMERA, "224.0.0.1", 2, bytes([0x11, 100, 0, 0]) + bytes(4))),
        ethernet(0x88CC, b"\0\0"),
        ethernet(0x8033, bytes(200)),
        ethernet(
            0x0800, ip("10.0.0.1", CAMERA, 17, udp(67, 68, bootp(2, b"\x35\x01\x02\xff", yours=CAMERA)))
        ),
        ethernet(0x86DD, ip(CAMERA_IPV6, "ff02::1", 58, bytes(24))),
        ethernet(0x86DD, ip(CAMERA_IPV6, "ff02::1", 2, bytes.fromhex("16000000 effffffb"))),
    ],
    ids=["other port", "question", "query", "empty", "other sadp", "offer", "icmpv6", "igmp over ipv6"],
)
def test_what_says_nothing_about_its_sender_tells_nothing(data: bytes) -> None:
    assert hear(data) is None


def test_a_long_datagram_is_read_like_a_short_one() -> None:
    padded = NOTIFY.replace(b"NTS:", b"X: " + b"x" * 3000 + b"\r\nNTS:")

    assert values(told(announced(1900, padded)), Field.SSDP_SERVER) == ["Linux, UPnP/1.0, Private Upnp SDK"]


WHOLE = (
    arp(2, CAMERA_MAC, CAMERA),
    announced(1900, NOTIFY),
    answered(37810, DHIP),
    ethernet(0x0800, ip("0.0.0.0", "255.255.255.255", 17, udp(68, 67, bootp(1, ASKED)))),
    ethernet(0x86DD, ip(CAMERA_IPV6, "ff02::1", 58, advertisement())),
    tagged(ethernet(0x88CC, bytes.fromhex("0207 04 9c8ecd0f0b1c 0402 0531 0602 0078 0000")), 12, 34),
)


@given(st.sampled_from(WHOLE), st.integers(0, 700), st.sampled_from(LinkType))
def test_no_cut_frame_raises(whole: bytes, length: int, link_type: LinkType) -> None:
    hear(whole[:length], link_type)


@given(st.sampled_from(WHOLE), st.integers(0, 699), st.binary(min_size=1, max_size=4))
def test_no_mutated_frame_raises(whole: bytes, place: int, junk: bytes) -> None:
    place %= len(whole)
    hear(whole[:place] + junk + whole[place + len(junk) :])


@given(st.binary(max_size=400), st.sampled_from(LinkType))
def test_no_frame_raises(data: bytes, link_type: LinkType) -> None:
    hear(data, link_type)


@pytest.mark.parametrize("port", [5353, 1900, 3702, 37020, 37810, 5050, 67, 68])
@given(payload=st.binary(max_size=200))
def test_no_datagram_raises(port: int, payload: bytes) -> None:
    hear(announced(port, payload))
