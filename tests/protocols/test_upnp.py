import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import upnp

# Description of a Chromecast: ntop/nDPI tests/cfgs/default/pcap/anyconnect-vpn.pcap, icons left out.
CHROMECAST = (
    b'<?xml version="1.0"?>\r\n<root xmlns="urn:schemas-upnp-org:device-1-0">\r\n  <specVersion>\r\n'
    b"    <major>1</major>\r\n    <minor>0</minor>\r\n  </specVersion>\r\n"
    b"  <URLBase>http://10.0.0.149:8008</URLBase>\r\n  <device>\r\n"
    b"    <deviceType>urn:dial-multiscreen-org:device:dial:1</deviceType>\r\n"
    b"    <friendlyName>Chromecast1699</friendlyName>\r\n    <manufacturer>Google Inc.</manufacturer>\r\n"
    b"    <modelName>Eureka Dongle</modelName>\r\n"
    b"    <UDN>uuid:79d88e83-725c-b71b-bad0-5862d5b22386</UDN>\r\n  </device>\r\n</root>\r\n"
)

# Fields of a router as printed in home-assistant/core issue 76383, with a device embedded in it.
ROUTER = (
    b'<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>'
    b"<deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>"
    b"<deviceList><device><friendlyName>WANDevice</friendlyName><manufacturer>MiniUPnP</manufacturer>"
    b"<modelName>WAN Device</modelName></device></deviceList>"
    b"<friendlyName>DSL-X1852E</friendlyName><manufacturer>D-link</manufacturer>"
    b"<modelDescription>DSL-X1852E</modelDescription><modelName>DSL-X1852E</modelName>"
    b"<modelNumber>MDSL-X1852E</modelNumber><serialNumber>00000001</serialNumber></device></root>"
)


def values(data: bytes) -> dict[Field, str]:
    return {fact.field: fact.value for fact in upnp.read(data)}


def test_a_description_gives_what_it_says_of_the_device() -> None:
    assert values(CHROMECAST) == {
        Field.UPNP_DEVICE_TYPE: "urn:dial-multiscreen-org:device:dial:1",
        Field.UPNP_FRIENDLY_NAME: "Chromecast1699",
        Field.UPNP_MANUFACTURER: "Google Inc.",
        Field.UPNP_MODEL_NAME: "Eureka Dongle",
    }


def test_of_nested_devices_the_root_device_is_read() -> None:
    assert values(ROUTER) == {
        Field.UPNP_DEVICE_TYPE: "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
        Field.UPNP_FRIENDLY_NAME: "DSL-X1852E",
        Field.UPNP_MANUFACTURER: "D-link",
        Field.UPNP_MODEL_DESCRIPTION: "DSL-X1852E",
        Field.UPNP_MODEL_NAME: "DSL-X1852E",
        Field.UPNP_MODEL_NUMBER: "MDSL-X1852E",
        Field.UPNP_SERIAL: "00000001",
    }


def test_every_fact_carries_the_message_that_shows_it() -> None:
    assert {fact.raw for fact in upnp.read(CHROMECAST)} == {CHROMECAST}


def test_a_chinese_name_is_read_whatever_the_declaration_says() -> None:
    named = CHROMECAST.replace(b"Chromecast1699", "摄像机".encode("gbk"))

    assert values(named)[Field.UPNP_FRIENDLY_NAME] == "摄像机"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<root/>",
        b"<html><body>404</body></html>",
        b"<scpd><device><manufacturer>x</manufacturer></device></scpd>",
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        b"<root><device><modelName>&x;</modelName></device></root>",
    ],
)
def test_other_documents_give_nothing(data: bytes) -> None:
    assert upnp.read(data) == ()


@pytest.mark.parametrize("whole", [CHROMECAST, ROUTER])
def test_a_cut_description_never_shows_half_a_value(whole: bytes) -> None:
    complete = set(values(whole).items())

    for length in range(len(whole)):
        assert complete >= set(values(whole[:length]).items())


@given(st.binary(max_size=300), st.integers(0, len(ROUTER)))
def test_no_bytes_raise(data: bytes, offset: int) -> None:
    upnp.read(data)
    upnp.read(ROUTER[:offset] + data + ROUTER[offset:])
