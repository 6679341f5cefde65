"""One frame, one sighting: what devices say unprompted is read from the frame that carried it."""

from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.packet import Packet, Raw

from scanner.discovery.heard import heard
from scanner.model.field import Field
from scanner.model.observation import Via
from scanner.model.sighting import Sighting

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CAMERA_MAC = "9c:8e:cd:0f:0b:1c"
CAMERA = "10.0.0.150"
# SSDP NOTIFY of a camera's boot, as in the public pcap of SeryioGonzalez/onvif_scripts.
NOTIFY = (
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\n"
    b"SERVER: Linux, UPnP/1.0, Private Upnp SDK\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
    b"USN: uuid:device_3_0-AMC000B0E09ECE1428::upnp:rootdevice\r\n\r\n"
)


def hear(packet: Packet) -> Sighting | None:
    return heard(bytes(packet), NOW, "eth0")


def ethernet() -> Packet:
    return Ether(src=CAMERA_MAC, dst="ff:ff:ff:ff:ff:ff")


def multicast(group: str, port: int, payload: bytes, source_port: int | None = None) -> Packet:
    udp = UDP(sport=source_port or port, dport=port)
    return ethernet() / IP(src=CAMERA, dst=group) / udp / Raw(payload)


def values(sighting: Sighting | None, field: Field) -> list[str]:
    assert sighting is not None
    return [o.value for o in sighting.observations if o.field is field]


def test_an_arp_announcement_names_address_and_mac() -> None:
    sighting = hear(ethernet() / ARP(op=1, hwsrc=CAMERA_MAC, psrc=CAMERA, pdst=CAMERA))

    assert sighting is not None
    assert (str(sighting.host.address), sighting.host.mac, sighting.host.interface) == (
        CAMERA,
        CAMERA_MAC,
        "eth0",
    )
    assert [(o.field, o.via) for o in sighting.observations] == [(Field.MAC, Via.LINK)]


def test_an_arp_probe_claims_no_address_yet() -> None:
    assert hear(ethernet() / ARP(op=1, hwsrc=CAMERA_MAC, psrc="0.0.0.0", pdst=CAMERA)) is None


def test_an_ssdp_announcement_is_a_claim_by_multicast() -> None:
    sighting = hear(multicast("239.255.255.250", 1900, NOTIFY))

    assert values(sighting, Field.SSDP_SERVER) == ["Linux, UPnP/1.0, Private Upnp SDK"]
    assert sighting is not None
    assert {o.via for o in sighting.observations if o.field is not Field.MAC} == {Via.MULTICAST}


def test_an_answer_to_another_tool_is_heard_by_its_source_port() -> None:
    reply = b'{"method":"client.notifyDevInfo","params":{"deviceInfo":{"DeviceType":"IPC-HDW1431T1-S4"}}}'

    sighting = hear(multicast("10.0.0.9", 50123, reply, source_port=37810))

    assert values(sighting, Field.DHIP_MODEL) == ["IPC-HDW1431T1-S4"]


def test_a_vlan_tag_becomes_the_segment() -> None:
    tagged = Ether(src=CAMERA_MAC, dst="ff:ff:ff:ff:ff:ff") / Dot1Q(vlan=12)
    sighting = hear(tagged / ARP(op=2, hwsrc=CAMERA_MAC, psrc=CAMERA))

    assert sighting is not None
    assert sighting.host.segment == "vlan 12"


def test_a_dhcp_client_is_heard_before_it_has_an_address() -> None:
    # Options as the public capture of a camera's boot shows them.
    options = [
        ("message-type", "request"),
        ("hostname", "AMC000B0_CE1428"),
        ("param_req_list", [1, 3, 4, 5, 6, 12, 15, 28, 42]),
        "end",
    ]
    request = (
        ethernet()
        / IP(src="0.0.0.0", dst="255.255.255.255")
        / UDP(sport=68, dport=67)
        / BOOTP(chaddr=bytes.fromhex(CAMERA_MAC.replace(":", "")))
        / DHCP(options=options)
    )

    sighting = hear(request)

    assert sighting is not None
    assert sighting.host.address == ip_address("0.0.0.0")
    assert values(sighting, Field.DHCP_HOSTNAME) == ["AMC000B0_CE1428"]
    assert values(sighting, Field.DHCP_PARAMETERS) == ["1,3,4,5,6,12,15,28,42"]


def test_other_traffic_tells_nothing() -> None:
    assert hear(multicast("10.0.0.9", 53, b"anything")) is None


@given(st.binary(max_size=400))
def test_no_frame_raises(data: bytes) -> None:
    heard(data, NOW, "eth0")


@pytest.mark.parametrize("port", [5353, 1900, 3702, 37020, 37810, 5050, 68])
@given(payload=st.binary(max_size=200))
def test_no_datagram_raises(port: int, payload: bytes) -> None:
    frame = bytes(multicast("239.255.255.250", port, b""))
    heard(
        frame[:14]
        + b"\x45\x00"
        + (28 + len(payload)).to_bytes(2)
        + frame[18:38]
        + (8 + len(payload)).to_bytes(2)
        + b"\0\0"
        + payload,
        NOW,
        "eth0",
    )
