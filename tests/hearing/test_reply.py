"""Replies overheard: the facts that a sweep's own probes read from the same bytes, and where each ends."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.hearing import reply
from scanner.hearing.reply import Asked
from scanner.model.field import Field
from scanner.protocols import banner, body, favicon, http, onvif, rtsp, tls, upnp
from tests.hearing.sample import CHALLENGE, DESCRIPTION, FLIGHT, ICON, INFORMATION, LANDING, RTSP_CHALLENGE

NEXT = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def test_a_challenge_gives_what_a_sweep_reads_of_it() -> None:
    assert reply.read(CHALLENGE, 80) == http.read(CHALLENGE)


def test_an_onvif_answer_gives_what_it_says_besides_its_head() -> None:
    answer = http.parse(INFORMATION)
    assert answer is not None

    assert reply.read(INFORMATION, 80) == (*http.read(INFORMATION), *onvif.read(answer.body))
    assert Field.ONVIF_FIRMWARE in {fact.field for fact in reply.read(INFORMATION, 80)}


def test_a_upnp_description_gives_the_device() -> None:
    assert set(upnp.read(DESCRIPTION)) < set(reply.read(b"HTTP/1.1 200 OK\r\n\r\n" + DESCRIPTION, 49152))


def test_an_icon_is_hashed_only_when_it_was_asked_for_and_is_whole() -> None:
    wire = b"HTTP/1.0 200 OK\r\nContent-Type: image/x-icon\r\n\r\n" + ICON

    assert set(favicon.read(ICON)) < set(reply.read(wire, 80, Asked.ICON))
    assert not set(favicon.read(ICON)) & set(reply.read(wire, 80))
    assert not set(favicon.read(ICON)) & set(reply.read(wire, 80, Asked.ICON, is_whole=False))


def test_a_page_in_an_icons_place_is_no_icon() -> None:
    fields = {fact.field for fact in reply.read(CHALLENGE, 80, Asked.ICON)}

    assert Field.HTTP_REALM in fields
    assert Field.FAVICON_MD5 not in fields


@pytest.mark.parametrize("port", [554, 8554])
def test_rtsp_is_known_by_its_looks(port: int) -> None:
    assert reply.read(RTSP_CHALLENGE, port) == rtsp.read(RTSP_CHALLENGE) != ()


def test_a_certificate_of_tls_1_2_or_older_is_read() -> None:
    assert reply.read(FLIGHT, 443) == tls.read(FLIGHT) != ()
    assert reply.extent(FLIGHT, 443) == len(FLIGHT)


def test_tls_1_3_is_over_when_it_goes_dark() -> None:
    # RFC 8446 appendix D.4: a ServerHello, then ChangeCipherSpec, then nothing in clear.
    hello = b"\x16\x03\x03\x00\x06\x02\x00\x00\x02\x03\x03"
    dark = hello + b"\x14\x03\x03\x00\x01\x01" + b"\x17\x03\x03\x40\x00" + bytes(900)

    assert reply.extent(hello, 443) > len(hello)
    assert reply.extent(dark, 443) <= len(dark)
    assert reply.read(dark, 443) == ()


@pytest.mark.parametrize(
    ("greeting", "port", "field"),
    [
        (b"SSH-2.0-dropbear_2019.78\r\n", 22, Field.SSH_BANNER),
        (b"SSH-2.0-dropbear_2019.78\r\n", 2222, Field.SSH_BANNER),
        (b"Welcome!\r\nSSH-2.0-OpenSSH_9.2p1\r\n", 22, Field.SSH_BANNER),
        (b"220 PV11 FTP Server ready\r\n", 21, Field.FTP_BANNER),
        (b"220-Welcome to the\r\n220 FTP server\r\n", 2121, Field.FTP_BANNER),
    ],
)
def test_a_greeting_ends_with_its_last_line(greeting: bytes, port: int, field: Field) -> None:
    assert reply.extent(greeting[:-1], port) == len(greeting)
    assert reply.extent(greeting + b"more", port) == len(greeting)
    assert reply.read(greeting, port) == banner.read(greeting, port)
    assert [fact.field for fact in reply.read(greeting, port)] == [field]


@pytest.mark.parametrize(
    ("greeting", "port"), [(b"192.0.0.64 login: ", 23), (b"\xff\xfd\x01\xff\xfb\x01Hik login:", 2323)]
)
def test_a_telnet_greeting_lasts_until_the_client_types(greeting: bytes, port: int) -> None:
    assert reply.extent(greeting, port) > len(greeting)
    assert reply.awaits_client(greeting, port)
    assert reply.types(b"admin\r\n")
    assert not reply.types(b"\xff\xfc\x01")
    assert reply.read(greeting, port) == banner.read(greeting, port)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\r\nabcde\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n3 \r\ncde\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4000\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 3\r\n\r\npng",
        b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\n",
    ],
)
def test_a_reply_ends_where_it_says(head: bytes) -> None:
    assert reply.extent(head, 80) == len(head)
    assert reply.extent(head + NEXT, 80) == len(head)
    assert all(reply.extent(head[:end], 80) > end for end in range(1, len(head) - 2))


def test_a_reply_to_head_has_no_body_whatever_it_announces() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 480\r\n\r\n"

    assert reply.extent(head + NEXT, 80, Asked.HEAD) == len(head)
    assert reply.asks(b"HEAD / HTTP/1.1\r\n") is Asked.HEAD


def test_a_reply_that_closes_its_connection_ends_with_it() -> None:
    miscounted = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\n<title>camera</title>"

    assert reply.extent(miscounted, 80) == reply.MAX_REPLY_BYTES
    assert Field.HTML_TITLE in {fact.field for fact in reply.read(miscounted, 80)}


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: multipart/x-mixed-replace; boundary=frame",
        b"Content-Type: video/mp4\r\nContent-Length: 900000000",
        b"Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked",
    ],
)
def test_of_video_and_downloads_the_head_is_enough(header: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\n" + header + b"\r\n\r\n"

    assert reply.extent(head + bytes(1000), 80) == len(head)


@pytest.mark.parametrize("length", [b"-1", b"99999999999", b"1e9", b"5\r\nContent-Length: 6"])
def test_a_lying_length_is_heard_to_the_cap_at_most(length: bytes) -> None:
    wire = b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\n" + LANDING

    assert reply.extent(wire, 80) == reply.MAX_REPLY_BYTES
    assert Field.HTML_TITLE in {fact.field for fact in reply.read(wire, 80)}


@pytest.mark.parametrize(
    "data", [b"$\0\x05\x80" + bytes(40), b"\x81\x7e" + bytes(60), b"\0" * 70_000, b"q" * 33]
)
def test_what_is_no_reply_is_seen_at_once(data: bytes) -> None:
    assert reply.extent(data, 80) == 0
    assert reply.read(data, 80) == ()


@pytest.mark.parametrize(
    ("payload", "is_reply"),
    [
        (b"HTTP/1.1 200 OK\r\n", True),
        (b"RTSP/1.0 401 Unauthorized\r\n", True),
        (FLIGHT, True),
        (b"\x16\x03\x01\x02\x00\x01\x00", False),  # a ClientHello
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", False),  # both sides say this
        (b"GET / HTTP/1.1\r\n", False),
        (b"", False),
    ],
)
def test_a_reply_under_way_is_known_beyond_doubt(payload: bytes, is_reply: bool) -> None:
    assert reply.is_under_way(payload) is is_reply


@pytest.mark.parametrize(
    ("request_line", "asked"),
    [
        (b"GET /favicon.ico HTTP/1.1\r\n", Asked.ICON),
        (b"GET /static/favicon.ico?v=2 HTTP/1.1\r\n", Asked.ICON),
        (b"GET /favicon.icon HTTP/1.1\r\n", Asked.PAGE),
        (b"GET /?then=/favicon.ico HTTP/1.1\r\n", Asked.PAGE),
        (b"POST /onvif/device_service HTTP/1.1\r\n", Asked.PAGE),
    ],
)
def test_the_request_line_tells_an_icon(request_line: bytes, asked: Asked) -> None:
    assert reply.asks(request_line) is asked


@given(st.binary(max_size=400), st.sampled_from([21, 22, 23, 80, 443]), st.sampled_from(list(Asked)))
def test_no_bytes_raise(data: bytes, port: int, asked: Asked) -> None:
    for opening in (b"", b"HTTP/1.1 200 OK\r\n", b"RTSP/1.0 200 OK\r\n", b"\x16\x03\x03", b"<?xml "):
        assert reply.extent(opening + data, port, asked) >= 0
        reply.read(opening + data, port, asked)


OK = b"HTTP/1.1 200 OK\r\n"
HOSTILE = {
    "blank lines": b"\n" * 65_536,
    "one endless header": OK + b"a:" * 32_768,
    "to be continued": b"HTTP/1.1 100 Continue\r\n\r\n" * 2600,
    "tiny chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 11_000,
    "endless chunk extension": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f;" * 32_000,
    "gzip bomb": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"<" * 5_000_000),
    "endless request line": b"GET /" + b"/favicon.ic" * 6000,
    "telnet options": b"\xff\xfb\x01" * 22_000,
    "tls records": b"\x16\x03\x03\x00\x01\x02" * 11_000,
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_reply_is_worth_no_more_than_the_caps_and_tells_no_device(hostile: bytes) -> None:
    assert reply.asks(hostile) is Asked.PAGE
    assert reply.extent(hostile, 80) <= reply.MAX_REPLY_BYTES

    facts = reply.read(hostile, 80)
    names_no_device = {Field.HTTP_HEAD, Field.HTTP_STATUS, Field.HTTP_NAMES, Field.HTTP_BODY}
    assert {fact.field for fact in facts} <= names_no_device
    assert all(len(fact.value) <= body.MAX_BODY_BYTES for fact in facts)
