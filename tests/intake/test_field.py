"""Single facts told by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.intake.field import ALIASES, BY_NAME, read
from scanner.model.field import Field


def told(field: Field, value: str) -> list[tuple[Field, str]]:
    return [(fact.field, fact.value) for fact in read(field, value)]


def test_every_field_goes_by_its_own_name() -> None:
    assert all(BY_NAME[field.value] is field for field in Field)


def test_no_other_name_hides_a_field() -> None:
    assert ALIASES.keys().isdisjoint(field.value for field in Field)


@pytest.mark.parametrize(
    "channel",
    [
        *("http.server", "http.title", "http.realm", "http.body", "http.favicon_mmh3", "http.favicon_md5"),
        *("rtsp.server", "rtsp.realm", "onvif.scopes", "mdns.service", "tls.subject", "tls.issuer"),
        *("dhcp.vendor_class", "dhcp.hostname", "telnet.banner", "ftp.banner", "ssh.banner"),
        *("snmp.sysdescr", "tcp.banner", "mac"),
    ],
)
def test_names_of_banner_collections_are_known(channel: str) -> None:
    assert channel in BY_NAME


def test_a_plain_fact_stands_as_it_was_told() -> None:
    assert told(Field.HTTP_SERVER, "DNVRS-Webs") == [(Field.HTTP_SERVER, "DNVRS-Webs")]


def test_a_challenge_also_tells_its_realm() -> None:
    line = 'Digest realm="IP Camera(C5654)", nonce="b252aWYtZGlnZXN0OjQzMjUzMzYxMzMw"'

    assert told(Field.HTTP_WWWAUTH, line) == [
        (Field.HTTP_WWWAUTH, line),
        (Field.HTTP_REALM, "IP Camera(C5654)"),
        (Field.HTTP_NONCE_FORM, "onvif-digest"),
    ]
    assert told(Field.RTSP_WWWAUTH, line)[1] == (Field.RTSP_REALM, "IP Camera(C5654)")


def test_a_head_tells_everything_that_its_lines_say() -> None:
    head = 'HTTP/1.1 401 Unauthorized\nServer: DNVRS-Webs\nWWW-Authenticate: Basic realm="DVRNVRDVS"'

    facts = told(Field.HTTP_HEAD, head)

    assert (Field.HTTP_HEAD, head + "\n") in facts
    assert (Field.HTTP_STATUS, "401") in facts
    assert (Field.HTTP_SERVER, "DNVRS-Webs") in facts
    assert (Field.HTTP_REALM, "DVRNVRDVS") in facts
    assert (Field.HTTP_NAMES, "Server,WWW-Authenticate") in facts


def test_an_rtsp_head_does_too() -> None:
    facts = told(Field.RTSP_HEAD, "RTSP/1.0 200 OK\nServer: Rtsp Server/3.0")

    assert (Field.RTSP_SERVER, "Rtsp Server/3.0") in facts


def test_a_page_tells_its_title_and_scripts_but_no_head() -> None:
    page = '<html><head><title>WEB SERVICE</title><script src="/jsCore/rpcCore.js"></script></head></html>'

    assert told(Field.HTTP_BODY, page) == [
        (Field.HTTP_BODY, page),
        (Field.HTML_TITLE, "WEB SERVICE"),
        (Field.HTML_SCRIPT, "/jsCore/rpcCore.js"),
    ]


def test_an_xml_page_tells_its_namespace() -> None:
    page = '<userCheck xmlns="http://www.hikvision.com/ver20/XMLSchema"><statusValue>401</statusValue></userCheck>'

    assert (Field.XML_NAMESPACE, "http://www.hikvision.com/ver20/XMLSchema") in told(Field.HTTP_BODY, page)


def test_a_scope_list_tells_each_scope() -> None:
    scopes = (
        "onvif://www.onvif.org/hardware/DS-2CD2385G1-I onvif://www.onvif.org/name/HIKVISION%20DS-2CD2385G1-I"
    )

    assert told(Field.ONVIF_SCOPES, scopes)[1:] == [
        (Field.ONVIF_SCOPE, "hardware/DS-2CD2385G1-I"),
        (Field.ONVIF_SCOPE, "name/HIKVISION DS-2CD2385G1-I"),
    ]


@pytest.mark.parametrize("spelling", ["58-50-ED-1F-E3-85", "5850.ed1f.e385", "58:50:ed:1f:e3:85"])
def test_a_hardware_address_gets_one_spelling(spelling: str) -> None:
    assert told(Field.MAC, spelling) == [(Field.MAC, "58:50:ed:1f:e3:85")]


def test_an_endpoint_stamped_with_a_mac_tells_it() -> None:
    # A version 1 UUID of 1970 as Dahua firmware makes it; the node is the device's MAC.
    facts = told(Field.WSD_ENDPOINT, "uuid:13814000-1dd2-11b2-8000-4c11bfc20b9d")

    assert facts[0] == (Field.WSD_ENDPOINT, "uuid:13814000-1dd2-11b2-8000-4c11bfc20b9d")
    assert (Field.WSD_ENDPOINT_MAC, "4c:11:bf:c2:0b:9d") in facts


def test_a_service_with_its_text_record_tells_both() -> None:
    facts = told(Field.MDNS_SERVICE, "IPC_DM368._psia._tcp.local.\npath=/")

    assert (Field.MDNS_SERVICE, "IPC_DM368._psia._tcp.local") in facts
    assert (Field.MDNS_TXT, "path=/") in facts


def test_text_that_its_reader_cannot_take_is_still_the_fact_that_was_told() -> None:
    assert told(Field.SADP_REPLY, "no XML at all") == [(Field.SADP_REPLY, "no XML at all")]


def test_the_evidence_is_the_text() -> None:
    assert read(Field.HTTP_SERVER, "é")[0].raw == "é".encode()


@given(st.sampled_from(list(Field)), st.text(max_size=200))
def test_no_text_makes_a_field_fail_and_only_empty_text_says_nothing(field: Field, value: str) -> None:
    assert bool(read(field, value)) == bool(value)
