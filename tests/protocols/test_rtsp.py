"""RTSP: the two questions, and the answers of cameras, whole, cut short and hostile."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import USER_AGENT
from scanner.model.field import Field
from scanner.protocols import rtsp
from scanner.protocols.head import MAX_HEAD_BYTES

AGENT = USER_AGENT.encode()

# Source: OPTIONS and DESCRIBE of a Hikvision camera, 2020-05-14.
OPTIONS = (
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n"
    b"Public: OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER\r\n"
    b"Date:  Thu, May 14 2020 16:45:35 GMT\r\n\r\n"
)
CHALLENGE = (
    b"RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\n"
    b'WWW-Authenticate: Digest realm="IP Camera(C2875)", nonce="938032d91ffc30ca80b5da94c18887ac", '
    b'stale="FALSE"\r\n'
    b"Date:  Thu, May 14 2020 16:45:35 GMT\r\n\r\n"
)
# Source: bluenviron/gortsplib pkg/base/response_test.go; the realm is the MAC of a Hikvision camera of 2014.
TWO_CHALLENGES = (
    b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nDate: Sat, Aug 16 2014 02:22:28 GMT\r\nSession: 645252166\r\n"
    b'WWW-Authenticate: Digest realm="4419b63f5e51", nonce="8b84a3b789283a8bea8da7fa7d41f08b", '
    b'stale="FALSE"\r\n'
    b'WWW-Authenticate: Basic realm="4419b63f5e51"\r\n\r\n'
)
# Source: nmap and recog, an older Dahua recorder's answer to a request that it does not know.
REFUSAL = (
    b"RTSP/1.0 405 Method Not Allowed\r\nServer: Dahua Rtsp Server\r\nContent-Length: 0\r\nCSeq: 0\r\n\r\n"
)


def values(data: bytes, field: Field) -> list[str]:
    return [fact.value for fact in rtsp.read(data) if fact.field is field]


def test_options_asks_for_the_server_itself() -> None:
    assert rtsp.options(ip_address("192.0.2.7")) == (
        b"OPTIONS rtsp://192.0.2.7:554/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: " + AGENT + b"\r\n\r\n"
    )


def test_describe_asks_without_credentials() -> None:
    assert rtsp.describe(ip_address("fe80::7%eth0"), 8554, sequence=3, path="/cam") == (
        b"DESCRIBE rtsp://[fe80::7]:8554/cam RTSP/1.0\r\nCSeq: 3\r\nUser-Agent: " + AGENT + b"\r\n"
        b"Accept: application/sdp\r\n\r\n"
    )


def test_options_shows_methods_and_the_double_blank_of_the_date() -> None:
    assert values(OPTIONS, Field.RTSP_PUBLIC) == [
        "OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER"
    ]
    assert values(OPTIONS, Field.RTSP_HEAD)[0].endswith("\nDate:  Thu, May 14 2020 16:45:35 GMT\n")
    assert values(OPTIONS, Field.RTSP_SERVER) == []


def test_a_challenge_shows_its_realm() -> None:
    assert values(CHALLENGE, Field.RTSP_REALM) == ["IP Camera(C2875)"]
    assert values(CHALLENGE, Field.RTSP_WWWAUTH) == [
        'Digest realm="IP Camera(C2875)", nonce="938032d91ffc30ca80b5da94c18887ac", stale="FALSE"'
    ]


def test_every_challenge_line_counts_and_equal_realms_once() -> None:
    assert len(values(TWO_CHALLENGES, Field.RTSP_WWWAUTH)) == 2
    assert values(TWO_CHALLENGES, Field.RTSP_REALM) == ["4419b63f5e51"]


def test_a_refusal_names_its_server() -> None:
    assert values(REFUSAL, Field.RTSP_SERVER) == ["Dahua Rtsp Server"]


def test_a_reply_without_its_end_still_counts() -> None:
    assert values(REFUSAL.partition(b"Content")[0], Field.RTSP_SERVER) == ["Dahua Rtsp Server"]
    assert values(CHALLENGE.partition(b", nonce")[0], Field.RTSP_REALM) == ["IP Camera(C2875)"]


def test_a_realm_that_was_cut_off_is_no_fact() -> None:
    assert values(CHALLENGE.partition(b"75)")[0], Field.RTSP_REALM) == []


@pytest.mark.parametrize(
    "data", [b"", b"HTTP/1.0 503 Service Unavailable\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n", b"\xff"]
)
def test_another_protocol_gives_nothing(data: bytes) -> None:
    assert rtsp.read(data) == ()
    assert rtsp.parse(data) is None
    assert not rtsp.is_whole(data)


def test_a_reply_is_whole_with_its_blank_line_and_its_body() -> None:
    described = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\n"

    assert rtsp.is_whole(OPTIONS)
    assert not rtsp.is_whole(OPTIONS[:-2])
    assert rtsp.is_whole(described)
    assert not rtsp.is_whole(described[:-1])


@pytest.mark.parametrize("reply", [OPTIONS, CHALLENGE, TWO_CHALLENGES, REFUSAL])
def test_a_reply_cut_at_any_byte_never_raises_nor_shows_half_a_realm(reply: bytes) -> None:
    realms = set(values(reply, Field.RTSP_REALM))

    for end in range(len(reply)):
        assert set(values(reply[:end], Field.RTSP_REALM)) <= realms


@given(st.binary(max_size=2048))
def test_no_bytes_raise(data: bytes) -> None:
    rtsp.read(data)
    rtsp.read(b"RTSP/1.0 200 OK\r\n" + data)


@pytest.mark.parametrize("hostile", [b"\r", b"\n", b" ", b"a:", b'WWW-Authenticate: a="\n', b" x\n"])
def test_a_hostile_mebibyte_tells_its_head_up_to_the_cap(hostile: bytes) -> None:
    facts = rtsp.read(b"RTSP/1.0 200 OK\r\n" + hostile * (1024 * 1024 // len(hostile)))

    assert {fact.field for fact in facts} <= {Field.RTSP_HEAD, Field.RTSP_WWWAUTH}
    assert all(len(fact.value) <= MAX_HEAD_BYTES for fact in facts)
