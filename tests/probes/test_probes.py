"""Each probe against a device on loopback: what it asks, and what it makes of the answer."""

import asyncio
from ipaddress import ip_address

import pytest

from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.limits import Limits
from scanner.model.probe import ProbeResult, ProbeStatus
from scanner.probes import BUILTIN_PROBES
from scanner.probes.banner import BannerProbe
from scanner.probes.contract import Probe
from scanner.probes.landing import LandingProbe, same_host_path
from scanner.probes.onvif import OnvifProbe
from scanner.probes.page import PAGES, PageProbe
from scanner.probes.rtsp import RtspProbe
from scanner.protocols import http
from tests.net.hostile import (
    PATIENT,
    QUICK,
    Behaviour,
    HostileHost,
    hostile_host,
    loopback_network,
    says,
    stays_silent,
)


def run(probe: Probe, behaviour: Behaviour, limits: Limits = PATIENT) -> tuple[ProbeResult, HostileHost]:
    # Only the banner's probe waits for the device to speak first.
    question_s = 0.3 if isinstance(probe, BannerProbe) else 60.0

    async def go() -> tuple[ProbeResult, HostileHost]:
        async with (
            hostile_host(behaviour, question_s=question_s) as host,
            loopback_network(limits) as network,
        ):
            return await probe.run(Host(host.endpoint.address), host.endpoint, network), host

    return asyncio.run(go())


def values(result: ProbeResult, field: Field) -> list[str]:
    return [o.value for o in result.observations if o.field is field]


def page(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    head = [b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def serve(probe: Probe, pages: dict[str, bytes]) -> tuple[ProbeResult, list[str]]:
    """Run a probe against a small web server; return the outcome and the request lines."""
    lines: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline()).decode().strip()
        lines.append(line)
        writer.write(pages.get(line.split(" ")[1], page(b"", status=b"404 Not Found")))
        await writer.drain()
        writer.close()

    async def go() -> ProbeResult:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        endpoint = Endpoint(ip_address("127.0.0.1"), server.sockets[0].getsockname()[1])
        async with server, loopback_network() as network:
            return await probe.run(Host(endpoint.address), endpoint, network)

    return asyncio.run(go()), lines


def test_the_landing_page_and_its_icon_are_read() -> None:
    result, lines = serve(
        LandingProbe(),
        {
            "/": page(b"<title>Network Camera</title>", b"Server: App-webs/"),
            "/favicon.ico": page(b"\x00\x00\x01\x00icon"),
        },
    )

    assert lines == ["GET / HTTP/1.1", "GET /favicon.ico HTTP/1.1"]
    assert result.status is ProbeStatus.ANSWERED
    assert values(result, Field.HTTP_SERVER) == ["App-webs/"]
    assert values(result, Field.HTML_TITLE) == ["Network Camera"]
    assert len(values(result, Field.FAVICON_MMH3)) == 1


def test_a_redirect_on_the_same_host_is_followed() -> None:
    result, lines = serve(
        LandingProbe(),
        {
            "/": page(b"", b"Location: /index.asp", status=b"302 Redirect"),
            "/index.asp": page(b"<title>index</title>"),
        },
    )

    assert lines[:2] == ["GET / HTTP/1.1", "GET /index.asp HTTP/1.1"]
    assert values(result, Field.HTML_TITLE) == ["index"]


def test_a_redirect_loop_ends_after_two_hops() -> None:
    _, lines = serve(
        LandingProbe(),
        {
            "/": page(b"", b"Location: /a", status=b"302 Found"),
            "/a": page(b"", b"Location: /b", status=b"302 Found"),
            "/b": page(b"", b"Location: /a", status=b"302 Found"),
        },
    )

    assert lines == ["GET / HTTP/1.1", "GET /a HTTP/1.1", "GET /b HTTP/1.1", "GET /favicon.ico HTTP/1.1"]


CAMERA = Endpoint(ip_address("10.0.0.5"), 80)


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.6/",
        "//10.0.0.6/",
        "https://10.0.0.5/",
        "http://10.0.0.5:8080/",
        "http://camera.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://[::1/",
        "http://10.0.0.5:99999/",
        "http://10.0.0.5@10.0.0.6/",
        "/",
        "/a b",
        "/doc/page/login.asp",
        "/cgi-bin/Login.htm",
        "/\u540d",
    ],
)
def test_a_location_elsewhere_is_evidence_and_is_not_followed(location: str) -> None:
    reply = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode()

    assert same_host_path(http.read(reply), CAMERA, "/", tls=False) is None


@pytest.mark.parametrize("location", ["/web/index.asp", "web/index.asp", "http://10.0.0.5/web/index.asp"])
def test_a_location_on_the_same_host_is_a_path(location: str) -> None:
    reply = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode()

    assert same_host_path(http.read(reply), CAMERA, "/", tls=False) == "/web/index.asp"


def test_rtsp_on_a_web_port_is_recognised() -> None:
    challenge = (
        b'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="IP Camera(C5654)"\r\n\r\n'
    )

    result, _ = run(LandingProbe(), says(challenge))

    assert result.status is ProbeStatus.NOT_UNDERSTOOD
    assert values(result, Field.RTSP_REALM) == ["IP Camera(C5654)"]


def test_rtsp_is_asked_options_then_describe_without_credentials() -> None:
    challenge = (
        b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n"
        b'WWW-Authenticate: Digest realm="Login to 4K01FD2PAJ6E3FF"\r\n\r\n'
    )

    result, host = run(RtspProbe(), says(challenge))

    assert [asked.split(b" ")[0] for asked in host.asked] == [b"OPTIONS", b"DESCRIBE"]
    assert not any(b"authorization" in asked.lower() for asked in host.asked)
    assert set(values(result, Field.RTSP_REALM)) == {"Login to 4K01FD2PAJ6E3FF"}


def test_a_silent_rtsp_server_is_asked_once() -> None:
    result, host = run(RtspProbe(), stays_silent, QUICK)

    assert result.status is ProbeStatus.SILENT
    assert host.connections == 1


def test_a_banner_is_read_without_a_word_from_us() -> None:
    result, host = run(BannerProbe(), says(b"SSH-2.0-dropbear_2012.55\r\n"))

    assert host.asked == [b""]
    assert result.status is ProbeStatus.ANSWERED
    assert [o.value for o in result.observations] == ["SSH-2.0-dropbear_2012.55"]


def test_onvif_stops_where_there_is_no_device_service() -> None:
    result, lines = serve(OnvifProbe(), {})

    assert lines == ["POST /onvif/device_service HTTP/1.1"]
    assert result.status is ProbeStatus.NOT_UNDERSTOOD


def test_onvif_keeps_what_a_challenge_says() -> None:
    # The header as a public capture of a device of 2019 shows it: no blank after the first commas.
    challenge = (
        b'WWW-Authenticate: Digest realm="Login to 2J01018PAA00813",qop="auth",'
        b'nonce="b252aWYtZGlnZXN0OjQzMjYxNjc5MTQw",opaque="", stale="false"'
    )
    result, lines = serve(
        OnvifProbe(), {"/onvif/device_service": page(b"", challenge, status=b"401 Unauthorized")}
    )

    assert len(lines) == 3
    assert values(result, Field.HTTP_REALM)[0] == "Login to 2J01018PAA00813"
    assert values(result, Field.HTTP_NONCE_FORM)[0] == "onvif-digest"


def test_pages_are_asked_once_each_and_only_what_is_there_counts() -> None:
    activated = (
        b'<?xml version="1.0" encoding="UTF-8"?><ActivateStatus><Activated>true</Activated></ActivateStatus>'
    )
    result, lines = serve(PageProbe(), {"/SDK/activateStatus": page(activated)})

    assert [line.split(" ")[1] for line in lines] == [one.path for one in PAGES]
    assert {o.endpoint for o in result.observations} == {result.endpoint}
    assert "root:ActivateStatus" in values(result, Field.XML_NAMESPACE)
    assert "404" not in values(result, Field.HTTP_STATUS)


def test_a_upnp_description_is_read_where_it_is_served() -> None:
    # Shape of UPnP Device Architecture 1.1, 2.3, with the names that a public SSDP survey shows.
    description = (
        b'<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>'
        b"<manufacturer>SWANN</manufacturer><modelName>SWANN DVR8-1550</modelName></device></root>"
    )
    result, _ = serve(PageProbe(), {"/upnp_device_desc.xml": page(description)})

    assert values(result, Field.UPNP_MANUFACTURER) == ["SWANN"]
    assert values(result, Field.UPNP_MODEL_NAME) == ["SWANN DVR8-1550"]


def test_a_device_that_goes_silent_is_left_in_peace() -> None:
    result, host = run(PageProbe(), stays_silent, QUICK)

    assert result.status is ProbeStatus.SILENT
    assert host.connections == 1


@pytest.mark.parametrize("probe", BUILTIN_PROBES, ids=lambda probe: probe.name)
def test_every_probe_declares_what_it_sends_with_its_source(probe: Probe) -> None:
    assert probe.ports
    assert probe.traffic
    assert all(message.message and message.source for message in probe.traffic)
