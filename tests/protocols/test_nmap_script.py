"""What nmap's scripts quote. Outputs are nmap 7.93's about the virtual LAN, unless said otherwise."""

import pytest

from scanner.model.field import Field
from scanner.protocols import nmap_script
from scanner.protocols.nmap_script import NmapScript

HEADERS = (
    '\n  Date: Sun, 28 May 2023 09:56:24 GMT\n  Server: DNVRS-Webs\n  ETag: "0-5e0-199"'
    "\n  Content-Length: 409\n  \n  (Request type: HEAD)\n"
)
# The same words in both orders of nmap's versions; scripts/ssl-cert.nse.
PEM = """-----BEGIN CERTIFICATE-----
MIIB6TCCAZCgAwIBAgIUH0KAbXOWHFZDCf3AzolM1g8/+3IwCgYIKoZIzj0EAwIw
dDELMAkGA1UEBhMCQ04xETAPBgNVBAgMCFpoZUppYW5nMREwDwYDVQQHDAhIYW5n
WmhvdTESMBAGA1UECgwJSElLVklTSU9OMQ8wDQYDVQQLDAZEVlJOVlIxGjAYBgNV
BAMMEXd3dy5oaWt2aXNpb24uY29tMCAXDTI0MDgwNTAwMDAwMFoYDzIwNTQwNzMw
MDAwMDAwWjB0MQswCQYDVQQGEwJDTjERMA8GA1UECAwIWmhlSmlhbmcxETAPBgNV
BAcMCEhhbmdaaG91MRIwEAYDVQQKDAlISUtWSVNJT04xDzANBgNVBAsMBkRWUk5W
UjEaMBgGA1UEAwwRd3d3Lmhpa3Zpc2lvbi5jb20wWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATW1dQoBMlqnOKQxdrjOHSBnZKUPQzREmeL0fNC7xNPG8dz6IMdLAwR
eJlLYMwJwYFi3InQHMud8DisxMQUstlfMAoGCCqGSM49BAMCA0cAMEQCIC0dHpt8
f6HjBV59LMuRjw6R4MecGZ1J8JCQp837ViNbAiAIuZy7p2sISwMQB3MpIPD28m4A
LNjmlGoIeifqxxcZcg==
-----END CERTIFICATE-----
"""
SUBJECT = "CN=www.hikvision.com,OU=DVRNVR,O=HIKVISION,L=HangZhou,ST=ZheJiang,C=CN"
# The form that nselib/upnp.lua of nmap 7.93 writes; the values are of a description in its own notes.
UPNP = (
    "\n  Server: Custom/1.0 UPnP/1.0 Proc/Ver\n  Location: http://192.168.1.1:5431/dyndev/uuid:0000\n"
    "    Webserver: Custom/1.0\n    Name: D-Link Router\n    Manufacturer: D-Link\n    Model Name: DIR-655\n"
    "    Model Version: A4\n    Name: Embedded\n    Manufacturer: Someone else"
)


def values(script_id: str, output: str, *elements: tuple[str, str], port: int = 0) -> list[tuple[Field, str]]:
    script = NmapScript(script_id, output, elements)
    return [(fact.field, fact.value) for fact in nmap_script.facts(script, port)]


def test_a_title_is_the_page_s_and_not_nmap_s_word_for_having_none() -> None:
    assert values("http-title", "WEB\nRequested resource was /x", ("title", "WEB")) == [
        (Field.HTML_TITLE, "WEB")
    ]
    assert values("http-title", "Site doesn't have a title (text/html).", ("title", "")) == []
    assert values("http-title", "Did not follow redirect to https://10.77.0.12/") == []


def test_escaped_bytes_come_back_as_they_were_sent() -> None:
    quoted = r"\xE7\xBD\x91\xE7\xBB\x9C\x1B[31m"

    (fact,) = nmap_script.facts(NmapScript("http-title", quoted, (("title", quoted),)))

    assert (fact.value, fact.raw) == ("网络\x1b[31m", "网络\x1b[31m".encode())


def test_every_server_header_is_a_fact() -> None:
    assert values("http-server-header", "a\n  b", ("", "DNVRS-Webs"), ("", "nginx")) == [
        (Field.HTTP_SERVER, "DNVRS-Webs"),
        (Field.HTTP_SERVER, "nginx"),
    ]


def test_header_lines_are_read_as_a_head() -> None:
    told = dict(values("http-headers", HEADERS))

    assert told[Field.HTTP_SERVER] == "DNVRS-Webs"
    assert told[Field.HTTP_NAMES] == "Date,Server,ETag,Content-Length"
    assert told[Field.HTTP_ETAG_FORM] == "parts-length"
    assert Field.HTTP_STATUS not in told


def test_of_a_challenge_only_the_realm_is_as_it_was_sent() -> None:
    output = "\nHTTP/1.1 401 Unauthorized\r\n  Digest realm=level_15_access\n"

    assert values("http-auth", output, ("scheme", "Digest"), ("realm", "level_15_access")) == [
        (Field.HTTP_REALM, "level_15_access")
    ]


def test_a_certificate_is_read_whole() -> None:
    output = "Subject: commonName=www.hikvision.com/organizationName=HIKVISION\n"

    assert (Field.X509_SUBJECT, SUBJECT) in values("ssl-cert", output, ("pem", PEM))
    assert (Field.X509_SUBJECT, SUBJECT) in values("ssl-cert", output + PEM)
    assert values("ssl-cert", output) == []


@pytest.mark.parametrize(
    ("script_id", "output", "expected"),
    [
        ("rtsp-methods", "OPTIONS, DESCRIBE, SETUP", (Field.RTSP_PUBLIC, "OPTIONS, DESCRIBE, SETUP")),
        ("banner", "SSH-2.0-Cisco-1.25", (Field.SSH_BANNER, "SSH-2.0-Cisco-1.25")),
        ("banner", "220 FTP version 1.0\\x0D\\x0A", (Field.FTP_BANNER, "220 FTP version 1.0")),
        # The notes of scripts/http-generator.nse and scripts/snmp-sysdescr.nse.
        ("http-generator", "TYPO3 4.2 CMS", (Field.HTML_GENERATOR, "TYPO3 4.2 CMS")),
        (
            "snmp-sysdescr",
            "HP ETHERNET MULTI-ENVIRONMENT,JD117\n  System uptime: 28 days, 17:18:59 (248153900 timeticks)",
            (Field.SNMP_DESCRIPTION, "HP ETHERNET MULTI-ENVIRONMENT,JD117"),
        ),
        (
            "http-favicon",
            "Unknown favicon MD5: 89B932FCC47CF4CA3FAADB0CFDEF89CF",
            (Field.FAVICON_MD5, "89b932fcc47cf4ca3faadb0cfdef89cf"),
        ),
    ],
)
def test_a_quote_is_the_fact_that_it_is_when_read_live(
    script_id: str, output: str, expected: tuple[Field, str]
) -> None:
    assert values(script_id, output) == [expected]


def test_a_description_is_that_of_the_root_device() -> None:
    assert values("upnp-info", UPNP) == [
        (Field.SSDP_SERVER, "Custom/1.0 UPnP/1.0 Proc/Ver"),
        (Field.SSDP_LOCATION, "http://192.168.1.1:5431/dyndev/uuid:0000"),
        (Field.UPNP_FRIENDLY_NAME, "D-Link Router"),
        (Field.UPNP_MANUFACTURER, "D-Link"),
        (Field.UPNP_MODEL_NAME, "DIR-655"),
        (Field.UPNP_MODEL_NUMBER, "A4"),
    ]


def test_a_banner_is_joined_from_its_lines_and_one_that_was_shortened_is_none() -> None:
    assert values("banner", "SSH-2.0-drop\nbear_2019") == [(Field.SSH_BANNER, "SSH-2.0-dropbear_2019")]
    assert values("banner", "SSH-2.0-dropb...") == []


def test_a_script_that_failed_or_is_not_known_tells_nothing() -> None:
    assert values("rtsp-methods", "ERROR: Script execution failed (use -d to debug)") == []
    assert values("http-favicon", "Apache Tomcat") == []
    assert values("smb-os-discovery", "Windows", ("title", "x")) == []
    assert values("http-headers", "\n  \n") == []
