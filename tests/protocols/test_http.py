"""HTTP: the request that is sent, the facts of captured replies, and what hostile ones may tell."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import body, head, http
from scanner.protocols.head import Anomaly

# Source: capture of a Dahua recorder's or camera's landing page, 2020-03-22, web package of 2018.
DAHUA = (
    b"HTTP/1.1 200 OK\r\nCONNECTION: close\r\nDate: Sun, 22 Mar 2020 02:23:27 GMT\r\n"
    b'Last-Modified: Thu, 22 Nov 2018 16:32:26 GMT\r\nEtag: "1542904346:5519"\r\nCONTENT-LENGTH: 21785\r\n'
    b"P3P: CP=CAO PSA OUR\r\nX-Frame-Options: SAMEORIGIN\r\nCONTENT-TYPE: text/html\r\n\r\n"
    b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
    b'<html><head><title>WEB SERVICE</title><script src="jsBase/lib/jquery.js"></script></head></html>'
)

# Source: 401 of a Hikvision recorder, 2023, maciej-or/hikvision_next issue 50; masked digits made up.
RECORDER = (
    b"HTTP/1.1 401 Unauthorized\r\nDate: Sun, 28 May 2023 09:56:24 GMT\r\nServer: DNVRS-Webs\r\n"
    b'Cache-Control: no-cache\r\nContent-Length: 138\r\nContent-Type: application/xml; charset="UTF-8"\r\n'
    b"Connection: keep-alive\r\nKeep-Alive: timeout=60, max=99\r\n"
    b'WWW-Authenticate: Digest realm="fe12f37bd0000bccbbd35f10", domain="::", qop="auth", '
    b'nonce="300b7e88f3d69ebf00000f3e2f04218a:1685000004756", opaque="", algorithm="MD5", stale="FALSE"\r\n'
    b"\r\n"
    b'<?xml version="1.0" encoding="UTF-8" ?>\n<userCheck>\n<statusValue>401</statusValue>\n'
    b"<statusString>Unauthorized</statusString>\n</userCheck>\n"
)

# Source: Greenbone's capture of a Hikvision recorder of about 2018: two challenges, two lines.
TWO_CHALLENGES = (
    b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="DVRNVRDVS", domain="::", qop="auth", '
    b'nonce="16c2671a88d919b48d011bfe56765a0e:1540569274326", opaque="", algorithm="MD5", stale="FALSE"\r\n'
    b'WWW-Authenticate: Basic realm="DVRNVRDVS"\r\n\r\n'
)


def values(data: bytes, field: Field) -> list[str]:
    return [fact.value for fact in http.read(data) if fact.field is field]


def test_the_head_keeps_spelling_order_and_blanks() -> None:
    assert values(DAHUA, Field.HTTP_HEAD)[0].startswith("HTTP/1.1 200 OK\nCONNECTION: close\nDate: Sun, ")
    assert values(DAHUA, Field.HTTP_HEAD)[0].endswith("\nCONTENT-TYPE: text/html\n")
    assert values(DAHUA, Field.HTTP_NAMES) == [
        "CONNECTION,Date,Last-Modified,Etag,CONTENT-LENGTH,P3P,X-Frame-Options,CONTENT-TYPE"
    ]


def test_a_landing_page_gives_title_script_and_text() -> None:
    assert values(DAHUA, Field.HTML_TITLE) == ["WEB SERVICE"]
    assert values(DAHUA, Field.HTML_SCRIPT) == ["jsBase/lib/jquery.js"]
    assert values(DAHUA, Field.HTTP_BODY)[0].startswith("<!DOCTYPE html PUBLIC")
    assert values(DAHUA, Field.HTTP_SERVER) == []


def test_a_challenge_gives_line_realm_and_nonce_form() -> None:
    assert values(RECORDER, Field.HTTP_STATUS) == ["401"]
    assert values(RECORDER, Field.HTTP_REALM) == ["fe12f37bd0000bccbbd35f10"]
    assert values(RECORDER, Field.HTTP_NONCE_FORM) == ["hex32:epoch-ms"]
    assert values(RECORDER, Field.HTTP_WWWAUTH)[0].startswith(
        'Digest realm="fe12f37bd0000bccbbd35f10", domain="::"'
    )


def test_every_challenge_line_counts_and_equal_realms_once() -> None:
    assert len(values(TWO_CHALLENGES, Field.HTTP_WWWAUTH)) == 2
    assert values(TWO_CHALLENGES, Field.HTTP_REALM) == ["DVRNVRDVS"]


def test_a_realm_that_was_cut_off_is_no_fact() -> None:
    cut = TWO_CHALLENGES.partition(b"RNVRDVS")[0]

    assert values(cut, Field.HTTP_WWWAUTH) == ['Digest realm="DV']
    assert values(cut, Field.HTTP_REALM) == []


def test_other_headers_become_facts_line_by_line() -> None:
    reply = (
        b"HTTP/1.0 302 Redirect\r\nLocation: http://192.0.2.7/index.asp\r\nSet-Cookie: a=1\r\n"
        b"Set-Cookie: b=2\r\nX-Powered-By: PHP/5.2.8\r\nServer:\r\n\r\n"
    )

    assert values(reply, Field.HTTP_LOCATION) == ["http://192.0.2.7/index.asp"]
    assert values(reply, Field.HTTP_COOKIE) == ["a=1", "b=2"]
    assert values(reply, Field.HTTP_POWERED_BY) == ["PHP/5.2.8"]
    assert values(reply, Field.HTTP_SERVER) == []


def test_the_evidence_is_the_head_or_the_body_as_it_came() -> None:
    raw = {fact.field: fact.raw for fact in http.read(DAHUA)}
    status_and_headers, _, page = DAHUA.partition(b"\r\n\r\n")

    assert raw[Field.HTTP_NAMES] == raw[Field.HTTP_ETAG_FORM] == status_and_headers
    assert raw[Field.HTTP_BODY] == page
    assert raw[Field.HTML_TITLE] == b"<title>WEB SERVICE</title>"


def etag(*lines: bytes) -> list[str]:
    return values(b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(lines) + b"\r\n\r\n", Field.HTTP_ETAG_FORM)


# Source: capture of a Dahua recorder, 2026-08-20, D4-project/Plum-Island issue 204.
MODIFIED, ETAG, LENGTH = (
    b"Last-Modified: Fri, 05 Jun 2026 09:23:27 GMT",
    b'Etag: "1780651407:298f"',
    b"CONTENT-LENGTH: 10639",
)


def test_an_etag_made_of_date_and_length_is_known_by_its_sums() -> None:
    assert values(DAHUA, Field.HTTP_ETAG_FORM) == ["epoch:hexlength"]
    assert etag(MODIFIED, ETAG, LENGTH) == ["epoch:hexlength"]


@pytest.mark.parametrize(
    "lines",
    [
        (ETAG, LENGTH),
        (MODIFIED, ETAG),
        (MODIFIED, ETAG, b"Content-Length: 10638"),
        (b"Last-Modified: Fri, 05 Jun 2026 09:23:26 GMT", ETAG, LENGTH),
        (b"Last-Modified: Fri, 05 Mai 2026 09:23:27 GMT", ETAG, LENGTH),
        (b"Last-Modified: 5 Jun 2026", ETAG, LENGTH),
        (MODIFIED, ETAG, LENGTH, b"Content-Length: 3"),
    ],
)
def test_an_etag_whose_sums_cannot_both_be_checked_is_no_fact(lines: tuple[bytes, ...]) -> None:
    assert etag(*lines) == []


def test_an_etag_that_ends_with_the_length_is_known_by_its_sum() -> None:
    # Source: capture of a DNVRS-Webs recorder, eu-evops/homebridge-hikvision issue 2; and Apache's form.
    assert etag(b'ETag: "0-5e0-1e0"', b"Content-Length: 480") == ["parts-length"]
    assert etag(b'ETag: "0-5e0-1e0"', b"Content-Length: 481") == []
    assert etag(b'ETag: "65617c1f-115-51baa07c08100"', b"Content-Length: 277") == []


def xml(body: bytes) -> list[str]:
    return values(
        b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\n\r\n" + body, Field.XML_NAMESPACE
    )


def test_an_xml_body_gives_its_root_and_the_namespaces_that_it_declares() -> None:
    # Source: error body of a Hikvision recorder, V3.4.95, and a 401 body of 2023.
    body = b'<ResponseStatus version="1.0" xmlns="urn:psialliance-org"></ResponseStatus>'
    assert xml(b"\xef\xbb\xbf" + body) == ["root:ResponseStatus", "urn:psialliance-org"]
    assert values(RECORDER, Field.XML_NAMESPACE) == ["root:userCheck"]
    assert xml(b'<?xml version="1.0"?><!-- x > y --><s:Envelope xmlns:s="urn:s"\nxmlns:t = \'urn:t\'/>') == [
        "root:Envelope",
        "urn:s",
        "urn:t",
    ]
    assert xml(b'<?xml version="1.0"?><Broken xmlns="urn:') == []
    assert xml(b'<html xmlns="http://www.w3.org/1999/xhtml"></html>') == []


def test_a_page_declares_its_charset_from_a_closed_list() -> None:
    page = "<meta charset=gb2312><title>网络摄像机</title>".encode("gb2312")
    rot13 = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=rot13\r\n\r\n<title>\xff</title>"

    assert values(b"HTTP/1.1 200 OK\r\n\r\n" + page, Field.HTML_TITLE) == ["网络摄像机"]
    assert values(rot13, Field.HTML_TITLE) == ["\\xff"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n\r\n",
        b"SSH-2.0-dropbear_2019.78\r\n",
        b"220 FTP ready\r\n",
        b"\xff\xfb\x01\r\nlogin: ",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"GET / HTTP/1.1\r\nHost: 192.0.2.7\r\n\r\n",
        b"NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n",
    ],
)
def test_what_is_not_a_reply_gives_nothing(data: bytes) -> None:
    assert http.parse(data) is None
    assert http.read(data) == ()


def test_a_bomb_is_inflated_no_further_than_the_caps() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    reply = http.parse(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb)

    assert reply is not None
    assert len(reply.body) == body.MAX_INFLATED_BYTES
    assert Anomaly.BODY_CAPPED in reply.anomalies


def test_a_small_bomb_is_held_by_its_ratio() -> None:
    bomb = gzip.compress(b"<" * 1_000_000)
    reply = http.parse(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb)

    assert reply is not None
    assert len(reply.body) == body.MAX_INFLATION_RATIO * len(bomb)


def test_an_endless_body_is_capped() -> None:
    reply = http.parse(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2_000_000)

    assert reply is not None
    assert len(reply.body) == body.MAX_BODY_BYTES
    assert reply.is_partial


def test_endless_interim_replies_end_with_the_sixth() -> None:
    reply = http.parse(b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000)

    assert reply is not None
    assert (reply.status, Anomaly.INTERIM_FLOOD in reply.anomalies) == (100, True)


def test_a_head_keeps_its_first_200_lines_and_32_kib() -> None:
    many = http.parse(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 1000 + b"\r\n<p>")
    huge = http.parse(b"HTTP/1.1 200 OK\r\nA: " + b"y" * 100_000 + b"\r\n\r\n<p>")

    assert many is not None
    assert huge is not None
    assert (len(many.headers), many.body) == (head.MAX_HEAD_LINES - 1, b"<p>")
    assert (len(huge.head), huge.body) == (head.MAX_HEAD_BYTES, b"<p>")
    assert Anomaly.HEAD_TOO_LONG in many.anomalies
    assert Anomaly.HEAD_TOO_LONG in huge.anomalies


@pytest.mark.parametrize("reply", [DAHUA, RECORDER, TWO_CHALLENGES])
def test_a_reply_cut_at_any_byte_never_raises_nor_misleads(reply: bytes) -> None:
    whole = http.read(reply)
    certain = {Field.HTTP_STATUS, Field.HTTP_REALM, Field.HTTP_NONCE_FORM, Field.HTTP_ETAG_FORM}
    told = {(fact.field, fact.value) for fact in whole if fact.field in certain}

    for end in range(len(reply)):
        facts = http.read(reply[:end])
        assert {(fact.field, fact.value) for fact in facts if fact.field in certain} <= told


@given(st.binary(max_size=2048))
def test_no_bytes_raise(data: bytes) -> None:
    http.read(data)
    http.read(b"HTTP/1.1 200 OK\r\n" + data)
    http.read(b"HTTP/1.1 200 OK\r\n\r\n" + data)
    http.read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n" + data)


@given(st.data())
def test_no_flipped_byte_raises(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(DAHUA) - 1))
    byte = data.draw(st.integers(0, 255))

    http.read(DAHUA[:position] + bytes([byte]) + DAHUA[position + 1 :])


MIB = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "hostile",
    [
        b"\r" * MIB,
        b"\n" * MIB,
        OK + b"\r" * MIB,
        OK + b" " * MIB,
        OK + b"a:" * MIB,
        OK + b"a: b\n" * (MIB // 5),
        OK + b" a\n" * (MIB // 3),
        OK + b"WWW-Authenticate: " + b'a="' * MIB,
        OK + b"WWW-Authenticate: " + b"a , " * MIB,
        OK + b"Transfer-Encoding: chunked\n\n" + b"1\nx" * (MIB // 3),
        OK + b"Transfer-Encoding: chunked\n\n" + b"1;" * MIB,
        OK + b"\n" + b"<" * MIB,
        OK + b"\n" + b"<?xml " * (MIB // 6),
        OK + b"\n<a " + b"xmlns = " * (MIB // 8),
        OK + b"\n<!--" * (MIB // 5),
        OK + b"\n" + b"charset = " * (MIB // 10),
        b"".join(b"<b id=%d><p>" % i for i in range(MIB // 14)),
        b"<a " + b" ".join(b"a%d" % i for i in range(MIB // 7)) + b">",
    ],
    ids=lambda wire: repr(wire[:40]),
)
def test_a_hostile_mebibyte_tells_its_head_and_its_body_up_to_their_caps(hostile: bytes) -> None:
    facts = http.read(hostile)

    of_the_head = {Field.HTTP_HEAD, Field.HTTP_STATUS, Field.HTTP_NAMES, Field.HTTP_WWWAUTH}
    assert {fact.field for fact in facts} <= {*of_the_head, Field.HTTP_BODY}
    assert all(len(fact.value) <= head.MAX_HEAD_BYTES for fact in facts if fact.field in of_the_head)
    assert all(len(fact.value) <= body.MAX_BODY_BYTES for fact in facts)
