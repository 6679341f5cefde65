"""Bodies: lengths, chunks, compression and charsets, where the announcement and the bytes disagree."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols import body
from scanner.protocols.head import Anomaly, Headers

CHUNKED = (("Transfer-Encoding", "chunked"),)
GZIP = (("Content-Encoding", "gzip"),)


def length(*values: str) -> Headers:
    return tuple(("Content-Length", value) for value in values)


UNWRAPPED = {
    "as announced": (length("2"), b"ok", b"ok", ()),
    "shorter": (length("3"), b"ok", b"ok", (Anomaly.BODY_SHORT,)),
    "longer": (length("1"), b"ok", b"ok", (Anomaly.BODY_LONG,)),
    "a second reply": (length("2"), b"okHTTP/1.1 200 OK", b"ok", (Anomaly.BODY_LONG,)),
    "two lengths": (length("2", "3"), b"ok", b"ok", (Anomaly.LENGTH_UNCLEAR,)),
    "no number": (length("٢"), b"ok", b"ok", (Anomaly.LENGTH_UNCLEAR,)),
    "length and chunks": (CHUNKED + length("9"), b"2\r\nok\r\n0\r\n\r\n", b"ok", (Anomaly.LENGTH_UNCLEAR,)),
    "chunks": (CHUNKED, b"2\r\nok\r\n0\r\n\r\n", b"ok", ()),
    "no last chunk": (CHUNKED, b"2\r\nok\r\n", b"ok", (Anomaly.BODY_SHORT,)),
    "a chunk cut": (CHUNKED, b"5\r\nok", b"ok", (Anomaly.BODY_SHORT,)),
    "no chunks": (CHUNKED, b"ok", b"ok", (Anomaly.CHUNK_UNREADABLE,)),
    "gzip": (GZIP, gzip.compress(b"ok"), b"ok", ()),
    "gzip cut": (GZIP, gzip.compress(b"ok" * 50)[:-8], b"ok" * 50, (Anomaly.BODY_SHORT,)),
    "no gzip": (GZIP, b"ok", b"ok", (Anomaly.CODING_UNREADABLE,)),
    "raw deflate": ((("Content-Encoding", "deflate"),), zlib.compress(b"ok", wbits=-15), b"ok", ()),
    "brotli": ((("Content-Encoding", "br"),), b"ok", b"ok", (Anomaly.CODING_UNREADABLE,)),
}


@pytest.mark.parametrize(("headers", "wire", "page", "anomalies"), UNWRAPPED.values(), ids=UNWRAPPED.keys())
def test_what_was_announced_is_undone_as_far_as_the_bytes_bear_it_out(
    headers: Headers, wire: bytes, page: bytes, anomalies: tuple[Anomaly, ...]
) -> None:
    assert body.unwrap(headers, wire) == (page, anomalies)


TEXTS = {
    "UTF-8": ("网络".encode(), "", "网络"),
    "UTF-8 whatever is declared": ("网络".encode(), "text/html; charset=gb2312", "网络"),
    "a declared GB 2312": ("网络".encode("gb2312"), "text/html; charset=GB2312", "网络"),
    "a declared GBK": ("網絡".encode("gbk"), 'text/html; charset="gbk"', "網絡"),
    "a declared Latin-1": (b"caf\xe9", "text/html; charset=iso-8859-1", "café"),
    "a charset in the page": (b"<meta charset='gbk'>" + "网".encode("gbk"), "", "<meta charset='gbk'>网"),
    "no charset": (b"caf\xe9", "text/html", "caf\\xe9"),
    "a codec that is no charset": (b"caf\xe9", "text/html; charset=rot13", "caf\\xe9"),
    "broken GBK": (b"ok\xff\xff", "text/html; charset=gbk", "ok\\xff\\xff"),
    "a byte order mark": (b"\xef\xbb\xbf<!doctype html>", "", "\ufeff<!doctype html>"),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png", ""),
}


@pytest.mark.parametrize(("page", "content_type", "text"), TEXTS.values(), ids=TEXTS.keys())
def test_text_is_read_with_a_known_charset_or_spelled_out(page: bytes, content_type: str, text: str) -> None:
    assert body.text(page, content_type) == text


def test_a_character_cut_by_the_cap_does_not_change_the_charset() -> None:
    page = b"x" + "网".encode() * body.MAX_BODY_BYTES

    assert body.text(page, "text/html; charset=gbk").startswith("x网网")


@given(st.sampled_from([(), CHUNKED, GZIP, CHUNKED + GZIP, length("7")]), st.binary(max_size=2048))
def test_no_bytes_raise(headers: Headers, wire: bytes) -> None:
    page, _ = body.unwrap(headers, wire)

    assert len(page) <= body.MAX_INFLATED_BYTES


@given(st.binary(max_size=512), st.sampled_from(["", "charset=gbk", "charset=latin-1", "charset=\0"]))
def test_no_text_raises(page: bytes, content_type: str) -> None:
    body.text(page, content_type).encode()


@given(st.lists(st.binary(min_size=1, max_size=64), max_size=8))
def test_chunks_are_joined_whatever_they_hold(chunks: list[bytes]) -> None:
    wire = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"

    assert body.unwrap(CHUNKED, wire) == (b"".join(chunks), ())
