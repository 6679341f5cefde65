"""Heads: what is kept as sent, and what is noted as odd."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols import head
from scanner.protocols.head import Anomaly


def test_a_head_is_taken_apart_and_put_aside() -> None:
    read = head.parse(b"HTTP/1.1 401 Not  Here\r\nServer : web\r\n: x\r\nEMPTY:\r\n\r\nbody")

    assert (read.protocol, read.status, read.reason) == ("HTTP/1.1", 401, "Not  Here")
    assert read.headers == (("Server", "web"), ("", "x"), ("EMPTY", ""))
    assert read.raw == b"HTTP/1.1 401 Not  Here\r\nServer : web\r\n: x\r\nEMPTY:"
    assert read.rest == b"body"


def test_a_name_is_found_however_it_is_spelled() -> None:
    headers = (("SERVER", "a"), ("server", "b"), ("Server", ""))

    assert head.values(headers, "server") == ("a", "b", "")


@pytest.mark.parametrize("ending", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
def test_text_ends_every_line_with_one_lf_and_keeps_blanks(ending: bytes) -> None:
    # Source of the two blanks: RTSP Date header of Hikvision cameras, 2019 to 2022.
    lines = [b"RTSP/1.0 200 OK", b"CSeq: 1", b"Date:  Thu, May 14 2020 16:45:35 GMT"]

    assert head.text(ending.join(lines)) == "RTSP/1.0 200 OK\nCSeq: 1\nDate:  Thu, May 14 2020 16:45:35 GMT\n"


ODDITIES = {
    b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n": (),
    b"\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n": (Anomaly.LEADING_BYTES,),
    b"HTTP/1.1 OK\r\n\r\n": (Anomaly.NO_STATUS,),
    b"Server: x\r\n\r\n": (Anomaly.NO_STATUS,),
    b"HTTP/1.1 200 OK\r\nA: b\r\n": (Anomaly.NO_BLANK_LINE,),
    b"HTTP/1.1 200 OK\r\nA: b\r\n<html>": (Anomaly.NO_BLANK_LINE,),
    b"HTTP/1.1 200 OK\r\nA: b": (Anomaly.NO_BLANK_LINE, Anomaly.CUT_LINE),
    b"HTTP/1.1 200 OK\r\nb\r\n\r\n": (Anomaly.NAMELESS_LINE,),
    b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n": (Anomaly.FOLDED_LINE,),
    b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n": (Anomaly.HEAD_TOO_LONG,),
    b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 199 + b"\r\n": (),
}


@pytest.mark.parametrize(("wire", "anomalies"), ODDITIES.items(), ids=lambda case: repr(case[:60]))
def test_what_is_odd_is_noted(wire: bytes, anomalies: tuple[Anomaly, ...]) -> None:
    assert head.parse(wire).anomalies == anomalies


def test_a_status_that_breaks_off_is_not_taken_for_a_short_one() -> None:
    assert head.parse(b"HTTP/1.1 40").status is None
    assert head.parse(b"HTTP/1.1 401").status == 401
    assert head.parse(b"HTTP/1.1 40\r\n").status == 40


@given(st.binary(max_size=2048))
def test_no_bytes_raise_and_nothing_is_invented(data: bytes) -> None:
    read = head.parse(data)

    assert read.raw in data
    assert data.endswith(read.rest)
    assert len(read.headers) <= head.MAX_HEAD_LINES
