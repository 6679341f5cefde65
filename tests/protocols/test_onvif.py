import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scanner.model.field import Field
from scanner.protocols import onvif
from scanner.protocols.onvif import Operation


def envelope(body: str) -> bytes:
    """Wrap a body as the Amcrest camera in SeryioGonzalez/onvif_scripts does."""
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="yes" ?>'
        '<s:Envelope xmlns:sc="http://www.w3.org/2003/05/soap-encoding"'
        ' xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema">'
        f"<s:Header/><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


# Service list in the tests of Akri's ONVIF client (public file 6923291347), one service left out.
SERVICES = (
    "<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/device/wsdl</tds:Namespace>"
    "<tds:XAddr>http://192.168.1.35:8899/onvif/device_service</tds:XAddr>"
    "<tds:Version><tt:Major>2</tt:Major><tt:Minor>41</tt:Minor></tds:Version></tds:Service>"
    "<tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl</tds:Namespace>"
    "<tds:XAddr>http://192.168.1.35:8899/onvif/Media</tds:XAddr>"
    "<tds:Version><tt:Major>2</tt:Major><tt:Minor>41</tt:Minor></tds:Version></tds:Service>"
    "<tds:Service><tds:Namespace>http://www.onvif.org/ver20/ptz/wsdl</tds:Namespace>"
    "<tds:XAddr>http://192.168.1.35:8899/onvif/PTZ</tds:XAddr>"
    "<tds:Version><tt:Major>2</tt:Major><tt:Minor>41</tt:Minor></tds:Version></tds:Service>"
    "</tds:GetServicesResponse>"
)

# Answer of an IPC-HDW1025C as quoted in public file 15392671631.
INFORMATION = (
    "<tds:GetDeviceInformationResponse><tds:Manufacturer>Dahua</tds:Manufacturer>"
    "<tds:Model>IPC-HDW1025C</tds:Model>"
    "<tds:FirmwareVersion>2.420.Dahua 00.14.R, build: 2016-06-18</tds:FirmwareVersion>"
    "<tds:SerialNumber>2J01018PAA00813</tds:SerialNumber><tds:HardwareId>1.00</tds:HardwareId>"
    "</tds:GetDeviceInformationResponse>"
)

# Clock in the layout of devicemgmt.wsdl, values from public file 54537542856.
CLOCK = (
    "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
    "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8:00:00</tt:TZ></tt:TimeZone>"
    "<tt:UTCDateTime><tt:Time><tt:Hour>14</tt:Hour><tt:Minute>31</tt:Minute><tt:Second>0</tt:Second></tt:Time>"
    "<tt:Date><tt:Year>2026</tt:Year><tt:Month>7</tt:Month><tt:Day>13</tt:Day></tt:Date></tt:UTCDateTime>"
    "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
)

# Fault of the Amcrest camera: SeryioGonzalez/onvif_scripts traces/onvif_device_control.pcap, detail left out.
FAULT = (
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code>"
    '<s:Reason><s:Text xml:lang="en">Subscribe Creation Failed</s:Text></s:Reason></s:Fault>'
)

# Fault without a login, as quoted in public file 40557453132.
NOT_AUTHORISED = (
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode>"
    '</s:Code><s:Reason><s:Text xml:lang="en">Sender not Authorized. Invalid username or password!</s:Text>'
    "</s:Reason></s:Fault>"
)

# Layout of devicemgmt.wsdl, two scopes of the camera in ZoneMinder/zoneminder pull request 1645.
SCOPES = (
    "<tds:GetScopesResponse><tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef>"
    "<tt:ScopeItem>onvif://www.onvif.org/type/video_encoder</tt:ScopeItem></tds:Scopes>"
    "<tds:Scopes><tt:ScopeDef>Configurable</tt:ScopeDef>"
    "<tt:ScopeItem>onvif://www.onvif.org/name/HD%20IPC</tt:ScopeItem></tds:Scopes></tds:GetScopesResponse>"
)

ENVELOPE_NAMESPACES = [
    "http://www.w3.org/2003/05/soap-encoding",
    "http://www.w3.org/2003/05/soap-envelope",
    "http://www.onvif.org/ver10/device/wsdl",
    "http://www.onvif.org/ver10/schema",
]


def values(body: str, field: Field) -> list[str]:
    return [fact.value for fact in onvif.read(envelope(body)) if fact.field is field]


@pytest.mark.parametrize(
    ("operation", "element"),
    [
        (Operation.GET_SYSTEM_DATE_AND_TIME, b"<tds:GetSystemDateAndTime></tds:GetSystemDateAndTime>"),
        (
            Operation.GET_SERVICES,
            b"<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>",
        ),
        (Operation.GET_DEVICE_INFORMATION, b"<tds:GetDeviceInformation></tds:GetDeviceInformation>"),
    ],
)
def test_a_question_is_one_empty_handed_soap_request(operation: Operation, element: bytes) -> None:
    asked = onvif.question(operation)

    assert asked == (
        b'<?xml version="1.0" encoding="utf-8"?>'
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        b' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Body>' + element + b"</s:Body></s:Envelope>"
    )
    etree.fromstring(asked)


def test_no_question_carries_a_security_header() -> None:
    assert not any(b"Security" in onvif.question(operation) for operation in Operation)


def test_the_action_names_the_operation() -> None:
    assert Operation.GET_SERVICES.action == "http://www.onvif.org/ver10/device/wsdl/GetServices"


def test_device_information_gives_maker_model_firmware_serial_and_hardware() -> None:
    read = {fact.field: fact.value for fact in onvif.read(envelope(INFORMATION))}

    assert read.pop(Field.XML_NAMESPACE) in ENVELOPE_NAMESPACES
    assert read == {
        Field.ONVIF_MANUFACTURER: "Dahua",
        Field.ONVIF_MODEL: "IPC-HDW1025C",
        Field.ONVIF_FIRMWARE: "2.420.Dahua 00.14.R, build: 2016-06-18",
        Field.ONVIF_SERIAL: "2J01018PAA00813",
        Field.ONVIF_HARDWARE: "1.00",
    }


def test_each_service_gives_its_namespace() -> None:
    assert values(SERVICES, Field.ONVIF_NAMESPACE) == [
        "http://www.onvif.org/ver10/device/wsdl",
        "http://www.onvif.org/ver10/media/wsdl",
        "http://www.onvif.org/ver20/ptz/wsdl",
    ]


@pytest.mark.parametrize("body", [SERVICES, INFORMATION, CLOCK, FAULT, SCOPES])
def test_every_answer_gives_the_namespaces_of_its_envelope(body: str) -> None:
    assert values(body, Field.XML_NAMESPACE) == ENVELOPE_NAMESPACES


def test_every_fact_carries_the_message_that_shows_it() -> None:
    assert {fact.raw for fact in onvif.read(envelope(SERVICES))} == {envelope(SERVICES)}


def test_a_fault_gives_its_reason() -> None:
    assert values(FAULT, Field.ONVIF_FAULT) == ["Subscribe Creation Failed"]
    assert values(NOT_AUTHORISED, Field.ONVIF_FAULT) == [
        "Sender not Authorized. Invalid username or password!"
    ]


def test_a_fault_of_soap_1_1_gives_its_reason() -> None:
    fault = "<s:Fault><faultcode>s:Client</faultcode><faultstring>not supported</faultstring></s:Fault>"

    assert values(fault, Field.ONVIF_FAULT) == ["not supported"]


def test_scopes_read_as_they_do_in_discovery() -> None:
    assert values(SCOPES, Field.ONVIF_SCOPES) == [
        "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/HD%20IPC"
    ]
    assert values(SCOPES, Field.ONVIF_SCOPE) == ["type/video_encoder", "name/HD IPC"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>401</body></html>",
        b"<Manufacturer>Axis</Manufacturer>",
        envelope(""),
        envelope("<tds:GetHostnameResponse/>"),
        onvif.question(Operation.GET_SERVICES),
        b"<!DOCTYPE html>" + envelope(INFORMATION),
    ],
)
def test_other_bodies_give_nothing(data: bytes) -> None:
    assert onvif.read(data) == ()


@pytest.mark.parametrize("body", [SERVICES, INFORMATION, FAULT, SCOPES])
def test_a_cut_answer_never_shows_half_a_value(body: str) -> None:
    whole = envelope(body)
    complete = {(fact.field, fact.value) for fact in onvif.read(whole)}
    # A list of scopes is as long as what arrived of it; each single scope is whole.
    lists = {Field.ONVIF_SCOPES}

    for length in range(len(whole)):
        read = {(fact.field, fact.value) for fact in onvif.read(whole[:length])}
        assert complete >= {fact for fact in read if fact[0] not in lists}


def test_a_flood_of_services_is_capped() -> None:
    flood = "".join(f"<tds:Service><tds:Namespace>urn:{i}</tds:Namespace></tds:Service>" for i in range(3000))
    answer = f"<tds:GetServicesResponse>{flood}</tds:GetServicesResponse>"

    assert len(values(answer, Field.ONVIF_NAMESPACE)) == onvif.MAX_SERVICES


@given(st.binary(max_size=300), st.integers(0, 900))
def test_no_bytes_raise(data: bytes, offset: int) -> None:
    whole = envelope(INFORMATION)
    onvif.read(data)
    onvif.read(whole[:offset] + data + whole[offset:])
