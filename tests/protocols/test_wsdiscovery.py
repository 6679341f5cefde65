from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scanner.model.field import Field
from scanner.protocols import wsdiscovery
from scanner.protocols.wsdiscovery import DeviceType

# Answer of an Amcrest camera to a Probe: SeryioGonzalez/onvif_scripts traces/onvif_device_discovery.pcap.
AMCREST_MATCH = (
    b'<?xml version="1.0" encoding="utf-8" standalone="yes" ?>'
    b'<s:Envelope xmlns:sc="http://www.w3.org/2003/05/soap-encoding"'
    b' xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
    b' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
    b' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    b' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">'
    b"<s:Header><a:MessageID>uuid:b631bac8-5b00-4bd3-a1af-a3633a54238e</a:MessageID>"
    b"<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
    b"<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action>"
    b"<a:RelatesTo>urn:uuid:7d6f7a14-8e51-4aba-9eb2-8acc7ee30feb</a:RelatesTo></s:Header>"
    b"<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference>"
    b"<a:Address>uuid:8092f7b0-f116-4d9b-960c-dc3287594be5</a:Address></a:EndpointReference>"
    b"<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>"
    b"<d:Scopes>onvif://www.onvif.org/location/country/china onvif://www.onvif.org/name/Amcrest"
    b" onvif://www.onvif.org/hardware/IP2M-841B-EIG-IT onvif://www.onvif.org/Profile/Streaming"
    b" onvif://www.onvif.org/type/Network_Video_Transmitter"
    b" onvif://www.onvif.org/extension/unique_identifier</d:Scopes>"
    b"<d:XAddrs>http://192.168.1.19/onvif/device_service</d:XAddrs>"
    b"<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
)

# Start-up announcement of the same camera: traces/onvif_device_restart.pcap.
AMCREST_HELLO = (
    AMCREST_MATCH.replace(b"ProbeMatches><d:ProbeMatch>", b"Hello>")
    .replace(b"</d:ProbeMatch></d:ProbeMatches>", b"</d:Hello>")
    .replace(b"discovery/ProbeMatches", b"discovery/Hello")
    .replace(b"http://192.168.1.19/", b"http://10.0.0.150/")
)

# Answer of a DS-2CD3955FWD-IWS as quoted in public file 15476619742, line ends and blanks included.
HIKVISION_NAMESPACES = (
    ("env", "http://www.w3.org/2003/05/soap-envelope"),
    ("soapenc", "http://www.w3.org/2003/05/soap-encoding"),
    ("xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ("xs", "http://www.w3.org/2001/XMLSchema"),
    ("tt", "http://www.onvif.org/ver10/schema"),
    ("tds", "http://www.onvif.org/ver10/device/wsdl"),
    ("trt", "http://www.onvif.org/ver10/media/wsdl"),
    ("timg", "http://www.onvif.org/ver20/imaging/wsdl"),
    ("tev", "http://www.onvif.org/ver10/events/wsdl"),
    ("tptz", "http://www.onvif.org/ver20/ptz/wsdl"),
    ("tan", "http://www.onvif.org/ver20/analytics/wsdl"),
    ("tst", "http://www.onvif.org/ver10/storage/wsdl"),
    ("ter", "http://www.onvif.org/ver10/error"),
    ("dn", "http://www.onvif.org/ver10/network/wsdl"),
    ("tns1", "http://www.onvif.org/ver10/topics"),
    ("tmd", "http://www.onvif.org/ver10/deviceIO/wsdl"),
    ("wsdl", "http://schemas.xmlsoap.org/wsdl"),
    ("wsoap12", "http://schemas.xmlsoap.org/wsdl/soap12"),
    ("http", "http://schemas.xmlsoap.org/wsdl/http"),
    ("d", "http://schemas.xmlsoap.org/ws/2005/04/discovery"),
    ("wsadis", "http://schemas.xmlsoap.org/ws/2004/08/addressing"),
    ("wsnt", "http://docs.oasis-open.org/wsn/b-2"),
    ("wsa", "http://www.w3.org/2005/08/addressing"),
    ("wstop", "http://docs.oasis-open.org/wsn/t-1"),
    ("wsrf-bf", "http://docs.oasis-open.org/wsrf/bf-2"),
    ("wsntw", "http://docs.oasis-open.org/wsn/bw-2"),
    ("wsrf-rw", "http://docs.oasis-open.org/wsrf/rw-2"),
    ("wsaw", "http://www.w3.org/2006/05/addressing/wsdl"),
    ("wsrf-r", "http://docs.oasis-open.org/wsrf/r-2"),
    ("trc", "http://www.onvif.org/ver10/recording/wsdl"),
    ("tse", "http://www.onvif.org/ver10/search/wsdl"),
    ("trp", "http://www.onvif.org/ver10/replay/wsdl"),
    ("tnshik", "http://www.hikvision.com/2011/event/topics"),
    ("hikwsd", "http://www.onvifext.com/onvif/ext/ver10/wsdl"),
    ("hikxsd", "http://www.onvifext.com/onvif/ext/ver10/schema"),
    ("tas", "http://www.onvif.org/ver10/advancedsecurity/wsdl"),
)
HIKVISION_MATCH = (
    '<?xml version="1.0" encoding="utf-8"?>\n<env:Envelope '
    + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in HIKVISION_NAMESPACES)
    + """>
<env:Header>
<wsadis:MessageID>urn:uuid:18ec6401-3aa0-11b5-83f6-b4a3820fd92d</wsadis:MessageID>
<wsadis:RelatesTo>uuid:bfe8bb88-03a2-4e1a-904a-59a7d2882649</wsadis:RelatesTo>
<wsadis:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsadis:To>
<wsadis:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsadis:Action>
<d:AppSequence InstanceId="705289" MessageNumber="11682"/>
</env:Header>
<env:Body>
<d:ProbeMatches>
<d:ProbeMatch>
<wsadis:EndpointReference>
<wsadis:Address>urn:uuid:18ec6401-3aa0-11b5-83f6-b4a3820fd92d</wsadis:Address>
</wsadis:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>
<d:Scopes>
onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming
onvif://www.onvif.org/Profile/G onvif://www.onvif.org/type/audio_encoder
onvif://www.onvif.org/type/ptz onvif://www.onvif.org/hardware/DS-2CD3955FWD-IWS
onvif://www.onvif.org/name/HIKVISION%20DS-2CD3955FWD-IWS onvif://www.onvif.org/location/city/hangzhou
</d:Scopes>
<d:XAddrs>http://192.168.0.218/onvif/device_service """
    """http://[fe80::b6a3:82ff:fe0f:d92d]/onvif/device_service</d:XAddrs>
<d:MetadataVersion>10</d:MetadataVersion>
</d:ProbeMatch>
</d:ProbeMatches>
</env:Body>
</env:Envelope>"""
).encode()

# Announcement of a Windows host: ntop/nDPI tests/cfgs/default/pcap/gnutella.pcap.
WINDOWS_HELLO = (
    b'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"'
    b' xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    b' xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    b' xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"'
    b' xmlns:pub="http://schemas.microsoft.com/windows/pub/2005/07"><soap:Header>'
    b"<wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>"
    b"<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Hello</wsa:Action>"
    b"<wsa:MessageID>urn:uuid:ac374acf-92ab-4af5-bdd1-94985daeb407</wsa:MessageID>"
    b'<wsd:AppSequence InstanceId="46" SequenceId="urn:uuid:767389e0-ee9a-4c1c-b902-20cb81d203e0"'
    b' MessageNumber="1"></wsd:AppSequence></soap:Header><soap:Body><wsd:Hello><wsa:EndpointReference>'
    b"<wsa:Address>urn:uuid:747f3d96-68a7-43f1-8cbe-e8d6dadd0358</wsa:Address></wsa:EndpointReference>"
    b"<wsd:Types>wsdp:Device pub:Computer</wsd:Types>"
    b"<wsd:XAddrs>http://[fe80::c50d:519f:96a4:e108]:5357/747f3d96-68a7-43f1-8cbe-e8d6dadd0358/</wsd:XAddrs>"
    b"<wsd:MetadataVersion>2</wsd:MetadataVersion></wsd:Hello></soap:Body></soap:Envelope>"
)

# Probe of a client: traces/onvif_device_discovery.pcap.
PROBE = (
    b'<?xml version="1.0" ?>\n<s:Envelope xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    b' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    b' xmlns:s="http://www.w3.org/2003/05/soap-envelope">\n\t<s:Header>\n'
    b"\t\t<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>\n"
    b"\t\t<a:MessageID>urn:uuid:7d6f7a14-8e51-4aba-9eb2-8acc7ee30feb</a:MessageID>\n"
    b"\t\t<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>\n\t</s:Header>\n\t<s:Body>\n"
    b"\t\t<d:Probe>\n\t\t\t<d:Scopes>onvif://www.onvif.org/Profile</d:Scopes>\n\t\t</d:Probe>\n"
    b"\t</s:Body>\n</s:Envelope>\n"
)


def values(data: bytes, field: Field) -> list[str]:
    return [fact.value for fact in wsdiscovery.read(data) if fact.field is field]


def test_the_question_is_a_soap_probe_for_video_transmitters() -> None:
    message_id = UUID("7d6f7a14-8e51-4aba-9eb2-8acc7ee30feb")

    asked = wsdiscovery.question(message_id, [DeviceType.NETWORK_VIDEO_TRANSMITTER])

    assert asked == (
        b'<?xml version="1.0" encoding="utf-8"?>'
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        b' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        b' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        b' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
        b' xmlns:tds="http://www.onvif.org/ver10/device/wsdl">'
        b"<s:Header><a:MessageID>urn:uuid:7d6f7a14-8e51-4aba-9eb2-8acc7ee30feb</a:MessageID>"
        b"<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
        b"<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>"
        b"<s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>"
    )


@pytest.mark.parametrize("types", [(), (DeviceType.DEVICE,), tuple(DeviceType)])
def test_every_question_is_well_formed(types: tuple[DeviceType, ...]) -> None:
    etree.fromstring(wsdiscovery.question(UUID(int=1), types))


def test_a_match_gives_endpoint_types_addresses_and_scopes() -> None:
    assert values(AMCREST_MATCH, Field.WSD_ENDPOINT) == ["uuid:8092f7b0-f116-4d9b-960c-dc3287594be5"]
    assert values(AMCREST_MATCH, Field.WSD_TYPES) == ["dn:NetworkVideoTransmitter tds:Device"]
    assert values(AMCREST_MATCH, Field.WSD_XADDR) == ["http://192.168.1.19/onvif/device_service"]
    assert values(AMCREST_MATCH, Field.ONVIF_SCOPE) == [
        "location/country/china",
        "name/Amcrest",
        "hardware/IP2M-841B-EIG-IT",
        "Profile/Streaming",
        "type/Network_Video_Transmitter",
        "extension/unique_identifier",
    ]


def test_the_whole_scope_list_is_kept_in_wire_order() -> None:
    assert values(AMCREST_MATCH, Field.ONVIF_SCOPES) == [
        "onvif://www.onvif.org/location/country/china onvif://www.onvif.org/name/Amcrest"
        " onvif://www.onvif.org/hardware/IP2M-841B-EIG-IT onvif://www.onvif.org/Profile/Streaming"
        " onvif://www.onvif.org/type/Network_Video_Transmitter"
        " onvif://www.onvif.org/extension/unique_identifier"
    ]


def test_every_fact_carries_the_message_that_shows_it() -> None:
    assert {fact.raw for fact in wsdiscovery.read(AMCREST_MATCH)} == {AMCREST_MATCH}


def test_every_namespace_of_the_envelope_is_a_fact_in_document_order() -> None:
    assert values(HIKVISION_MATCH, Field.WSD_NAMESPACE) == [uri for _, uri in HIKVISION_NAMESPACES]


def test_a_scope_is_percent_decoded() -> None:
    assert "name/HIKVISION DS-2CD3955FWD-IWS" in values(HIKVISION_MATCH, Field.ONVIF_SCOPE)


def test_each_address_is_a_fact_of_its_own() -> None:
    assert values(HIKVISION_MATCH, Field.WSD_XADDR) == [
        "http://192.168.0.218/onvif/device_service",
        "http://[fe80::b6a3:82ff:fe0f:d92d]/onvif/device_service",
    ]


def test_an_early_version_1_endpoint_shows_the_mac() -> None:
    assert values(HIKVISION_MATCH, Field.WSD_ENDPOINT_MAC) == ["b4:a3:82:0f:d9:2d"]
    assert values(AMCREST_MATCH, Field.WSD_ENDPOINT_MAC) == []


def test_a_start_up_announcement_reads_like_a_match() -> None:
    assert values(AMCREST_HELLO, Field.ONVIF_SCOPES) == values(AMCREST_MATCH, Field.ONVIF_SCOPES)
    assert values(AMCREST_HELLO, Field.WSD_XADDR) == ["http://10.0.0.150/onvif/device_service"]


def test_a_resolve_match_and_a_bye_are_read() -> None:
    resolved = AMCREST_MATCH.replace(b"ProbeMatch", b"ResolveMatch")
    leaving = AMCREST_HELLO.replace(b"Hello", b"Bye")

    assert values(resolved, Field.WSD_ENDPOINT) == values(leaving, Field.WSD_ENDPOINT)
    assert values(leaving, Field.WSD_ENDPOINT) == ["uuid:8092f7b0-f116-4d9b-960c-dc3287594be5"]


def test_a_host_that_is_no_camera_gives_its_types() -> None:
    assert values(WINDOWS_HELLO, Field.WSD_TYPES) == ["wsdp:Device pub:Computer"]
    assert values(WINDOWS_HELLO, Field.ONVIF_SCOPES) == []


@pytest.mark.parametrize(
    "data",
    [
        PROBE,
        wsdiscovery.question(UUID(int=0), list(DeviceType)),
        PROBE.replace(b"Probe", b"Resolve"),
        b"<Hello><Types>hello</Types></Hello>",
        b"<ProbeMatch/>",
        b'<!DOCTYPE e><Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Hello/></Envelope>',
        b"",
    ],
)
def test_questions_and_other_messages_give_nothing(data: bytes) -> None:
    assert wsdiscovery.read(data) == ()


# Endpoints of six cameras: public files 28488762960, 15476619742 and 5581750640, Phenomite/AMP-Research
# WellFormed.xml, and edgexfoundry/device-onvif-camera for the last two.
@pytest.mark.parametrize(
    ("endpoint", "mac"),
    [
        ("urn:uuid:aa85c000-6324-11b3-819e-5850ed1fe385", "58:50:ed:1f:e3:85"),
        ("urn:uuid:18ec6401-3aa0-11b5-83f6-b4a3820fd92d", "b4:a3:82:0f:d9:2d"),
        ("urn:uuid:4cf1c000-7442-11b2-806e-f84dfcaba9b7", "f8:4d:fc:ab:a9:b7"),
        ("urn:uuid:ec4914fd-936b-11b5-8467-2857be33e0b0", "28:57:be:33:e0:b0"),
        ("uuid:3bd4c000-b1b9-11b3-8202-4cf5dc64a22c", "4c:f5:dc:64:a2:2c"),
        ("099F4000-4D50-11B4-82C8-C06DED544D67 ", "c0:6d:ed:54:4d:67"),
    ],
)
def test_six_cameras_show_their_mac_in_the_endpoint(endpoint: str, mac: str) -> None:
    assert wsdiscovery.endpoint_mac(endpoint) == mac


@pytest.mark.parametrize(
    "endpoint",
    [
        "urn:uuid:94085c09-e64c-11f1-9e01-5850ed1fe385",  # a clock that keeps time: of 2026
        "urn:uuid:8092f7b0-f116-4d9b-960c-dc3287594be5",  # version 4
        "urn:uuid:aa85c000-6324-11b3-819e-5950ed1fe385",  # a random node
        "urn:uuid:aa85c000-6324-11b3-019e-5850ed1fe385",  # another variant
        "urn:uuid:00000000-1dd2-11b2-819e-5850ed1fe385",  # just before 1970
        "urn:uuid:00000000-0000-0000-0000-000000000000",
        "http://192.168.1.64/onvif/device_service",
        "",
    ],
)
def test_other_endpoints_show_no_mac(endpoint: str) -> None:
    assert wsdiscovery.endpoint_mac(endpoint) is None


@pytest.mark.parametrize("whole", [AMCREST_MATCH, HIKVISION_MATCH])
def test_a_cut_match_never_shows_half_a_value(whole: bytes) -> None:
    complete = {(fact.field, fact.value) for fact in wsdiscovery.read(whole)}

    for length in range(0, len(whole), 3):
        read = {(fact.field, fact.value) for fact in wsdiscovery.read(whole[:length])}
        assert complete >= read


def test_endpoints_and_addresses_are_capped() -> None:
    entry = b"<ProbeMatch><Address>%d</Address><XAddrs>%s</XAddrs></ProbeMatch>"
    addresses = b" ".join(b"http://%d/" % i for i in range(100))
    flood = b"<Envelope>%s</Envelope>" % b"".join(entry % (i, addresses) for i in range(50))

    assert len(values(flood, Field.WSD_ENDPOINT)) == wsdiscovery.MAX_ENDPOINTS
    assert len(values(flood, Field.WSD_XADDR)) == wsdiscovery.MAX_ADDRESSES


@given(st.binary(max_size=300), st.integers(0, len(AMCREST_MATCH)))
def test_no_bytes_raise(data: bytes, offset: int) -> None:
    wsdiscovery.read(data)
    wsdiscovery.read(AMCREST_MATCH[:offset] + data + AMCREST_MATCH[offset:])


@given(st.text())
def test_no_endpoint_raises(address: str) -> None:
    wsdiscovery.endpoint_mac(address)
