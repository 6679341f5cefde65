"""The replies that HTTP clients lose, and the ones they read: of each, what names the device must survive.

The broken rows are those on which httpx, aiohttp, urllib3 and curl were measured to differ; the values
come from captures: ``Server: DNVRS-Webs`` (maciej-or/hikvision_next issue 50) and ``Server: GoaHead``
with its nameless date line (home-assistant/core issue 14960).
"""

import gzip
import zlib

import pytest

from scanner.model.field import Field
from scanner.protocols import http

SERVER = "DNVRS-Webs"
PAGE = b"<html><head><title>index</title></head></html>"
LINE = b"Server: DNVRS-Webs\r\n"
TAIL = LINE + b"\r\n" + PAGE
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + LINE + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(PAGE)
HALVES = PAGE[:23], PAGE[23:]
CHUNKS = b"17\r\n%s\r\n17\r\n%s\r\n" % HALVES
GZIPPED = OK + LINE + b"Content-Encoding: gzip\r\n\r\n"
DEFLATED = OK + LINE + b"Content-Encoding: deflate\r\n\r\n"
TWICE = gzip.compress(gzip.compress(PAGE))

Case = tuple[bytes, int | None, str | None, bytes]

STATUS_LINES: dict[str, Case] = {
    "a plain reply": (OK + TAIL, 200, SERVER, PAGE),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\n" + TAIL, 200, SERVER, PAGE),
    "no reason phrase": (b"HTTP/1.1 200\r\n" + TAIL, 200, SERVER, PAGE),
    "a blank but no reason phrase": (b"HTTP/1.0 302 \r\n" + TAIL, 302, SERVER, PAGE),
    "two blanks before the status": (b"HTTP/1.1  200 OK\r\n" + TAIL, 200, SERVER, PAGE),
    "a tab before the status": (b"HTTP/1.1\t200 OK\r\n" + TAIL, 200, SERVER, PAGE),
    "a protocol name in lower case": (b"http/1.1 200 OK\r\n" + TAIL, 200, SERVER, PAGE),
    "a version that is no number": (b"HTTP/1.x 200 OK\r\n" + TAIL, 200, SERVER, PAGE),
    "no version": (b"HTTP 200 OK\r\n" + TAIL, 200, SERVER, PAGE),
    "status 20": (b"HTTP/1.1 20 OK\r\n" + TAIL, 20, SERVER, PAGE),
    "status 000": (b"HTTP/1.1 000 OK\r\n" + TAIL, 0, SERVER, PAGE),
    "status 600": (b"HTTP/1.1 600 Odd\r\n" + TAIL, 600, SERVER, PAGE),
    "status 999": (b"HTTP/1.1 999 Odd\r\n" + TAIL, 999, SERVER, PAGE),
    "a status grown together with its reason": (b"HTTP/1.1 200OK\r\n" + TAIL, 200, SERVER, PAGE),
    "no status": (b"HTTP/1.1 OK\r\n" + TAIL, None, SERVER, PAGE),
    "blank lines before the status line": (b"\r\n\r\n" + OK + TAIL, 200, SERVER, PAGE),
    "a NUL before the status line": (b"\r\n\r\n\0" + OK + TAIL, 200, SERVER, PAGE),
    "a byte order mark before the status line": (b"\xef\xbb\xbf" + OK + TAIL, 200, SERVER, PAGE),
    "a page in the status line": (b"HTTP/1.0 200 OK" + PAGE, 200, None, PAGE),
    "an ICY status line": (b"ICY 200 OK\r\n" + TAIL, 200, SERVER, PAGE),
    "an unasked 101": (b"HTTP/1.1 101 Switching Protocols\r\n" + TAIL, 101, SERVER, PAGE),
    "one 100 Continue before": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + TAIL, 200, SERVER, PAGE),
    "five 1xx replies before": (b"HTTP/1.1 102 Processing\r\n\r\n" * 5 + OK + TAIL, 200, SERVER, PAGE),
    "204 with a body": (b"HTTP/1.1 204 No Content\r\n" + TAIL, 204, SERVER, PAGE),
    "304 without a body": (b"HTTP/1.1 304 Not Modified\r\n" + LINE + b"\r\n", 304, SERVER, b""),
    "a page without a head": (PAGE, None, None, PAGE),
    "an XML body without a head": (
        b"<?xml version='1.0'?><userCheck/>",
        None,
        None,
        b"<?xml version='1.0'?><userCheck/>",
    ),
}

HEADER_LINES: dict[str, Case] = {
    "lines ended by LF alone": ((OK + TAIL).replace(b"\r", b""), 200, SERVER, PAGE),
    "lines ended by CR alone": ((OK + TAIL).replace(b"\n", b""), 200, SERVER, PAGE),
    "lines ended by CR CR LF": ((OK + TAIL).replace(b"\r", b"\r\r"), 200, SERVER, PAGE),
    "a blank line of LF after CR LF lines": (OK + LINE + b"\n" + PAGE, 200, SERVER, PAGE),
    "a name with a blank inside": (OK + b"Content Type: x\r\n" + TAIL, 200, SERVER, PAGE),
    "a blank before the colon": (OK + b"Server : DNVRS-Webs\r\n\r\n" + PAGE, 200, SERVER, PAGE),
    "no blank behind the colon": (OK + b"Server:DNVRS-Webs\r\n\r\n" + PAGE, 200, SERVER, PAGE),
    "a name in upper case": (OK + b"SERVER: DNVRS-Webs\r\n\r\n" + PAGE, 200, SERVER, PAGE),
    "a line with an empty name": (OK + b": x\r\n" + TAIL, 200, SERVER, PAGE),
    "a line without a colon": (OK + b"nonsense\r\n" + TAIL, 200, SERVER, PAGE),
    "a path for a name": (OK + b"get/ban.php: x\r\n" + TAIL, 200, SERVER, PAGE),
    "a date line without its name": (
        b"HTTP/1.0 302 Redirect\r\nServer: GoaHead\r\nTue, 12 Jun 2012 01:56:34 GMT\r\n\r\n",
        302,
        "GoaHead",
        b"",
    ),
    "a folded header": (OK + b"Server: DNVRS\r\n\t-Webs\r\n\r\n" + PAGE, 200, "DNVRS -Webs", PAGE),
    "a first header line that begins with a blank": (OK + b" " + TAIL, 200, SERVER, PAGE),
    "an empty Server": (OK + b"Server:\r\nX-Frame-Options: SAMEORIGIN\r\n\r\n" + PAGE, 200, None, PAGE),
    "a NUL in a value": (OK + b"X: a\0b\r\n" + TAIL, 200, SERVER, PAGE),
    "an escape sequence in a value": (OK + b"Server: \x1b[31mred\r\n\r\n" + PAGE, 200, "\x1b[31mred", PAGE),
    "Latin-1 in a value": (OK + b"Server: Cam\xe9ra\r\n\r\n" + PAGE, 200, "Cam\\xe9ra", PAGE),
    "GBK in a value": (OK + b"X: \xc9\xe3\xcf\xf1\xbb\xfa\r\n" + TAIL, 200, SERVER, PAGE),
    "UTF-8 in a value": (OK + "Server: 摄像机\r\n\r\n".encode() + PAGE, 200, "摄像机", PAGE),
    "199 headers more": (OK + b"X: y\r\n" * 198 + TAIL, 200, SERVER, PAGE),
    "300 headers more": (OK + LINE + b"X: y\r\n" * 300 + b"\r\n" + PAGE, 200, SERVER, PAGE),
    "a header of 64 KiB": (OK + LINE + b"X: " + b"y" * 65536 + b"\r\n\r\n" + PAGE, 200, SERVER, PAGE),
    "a header of 110 kB": (OK + LINE + b"X: " + b"y" * 110_000 + b"\r\n\r\n" + PAGE, 200, SERVER, PAGE),
    "headers without end": (OK + LINE + b"X: y\r\n" * 20_000, 200, SERVER, b""),
    "no blank line, then the end": (OK + LINE, 200, SERVER, b""),
    "no blank line, then a page": (OK + LINE + PAGE, 200, SERVER, PAGE),
    "a line broken off": (OK + LINE + b"Content-Le", 200, SERVER, b""),
    "headers without a status line": (TAIL, None, SERVER, PAGE),
    "a head as pasted": (b"HTTP/1.1 200 OK\nServer: DNVRS-Webs", 200, SERVER, b""),
    "a Location that is no URL": (OK + b"Location: http://[::1/\r\n" + TAIL, 200, SERVER, PAGE),
    "a Location that is a script": (OK + b"Location: javascript:alert(1)\r\n" + TAIL, 200, SERVER, PAGE),
}

BODIES: dict[str, Case] = {
    "a body of the announced length": (OK + LENGTH + TAIL, 200, SERVER, PAGE),
    "the same Content-Length twice": (OK + LENGTH * 2 + TAIL, 200, SERVER, PAGE),
    "two different Content-Lengths": (OK + LENGTH + b"Content-Length: 3\r\n" + TAIL, 200, SERVER, PAGE),
    "Content-Length abc": (OK + b"Content-Length: abc\r\n" + TAIL, 200, SERVER, PAGE),
    "an empty Content-Length": (OK + b"Content-Length:\r\n" + TAIL, 200, SERVER, PAGE),
    "Content-Length -1": (OK + b"Content-Length: -1\r\n" + TAIL, 200, SERVER, PAGE),
    "a Content-Length of 400 digits": (
        OK + b"Content-Length: %s\r\n" % (b"9" * 400) + TAIL,
        200,
        SERVER,
        PAGE,
    ),
    "a body shorter than announced": (OK + b"Content-Length: 94\r\n" + TAIL, 200, SERVER, PAGE),
    "a body longer than announced": (OK + b"Content-Length: 3\r\n" + TAIL, 200, SERVER, PAGE),
    "two replies in one segment": (OK + LENGTH + TAIL + OK + b"Server: other\r\n\r\n", 200, SERVER, PAGE),
    "keep-alive, no length, no end": (OK + b"Connection: keep-alive\r\n" + LINE + b"\r\n", 200, SERVER, b""),
    "a byte order mark before the page": (
        OK + LINE + b"\r\n\xef\xbb\xbf" + PAGE,
        200,
        SERVER,
        b"\xef\xbb\xbf" + PAGE,
    ),
    "chunks": (CHUNKED + CHUNKS + b"0\r\n\r\n", 200, SERVER, PAGE),
    "chunks with trailers": (CHUNKED + CHUNKS + b"0\r\nX: y\r\n\r\n", 200, SERVER, PAGE),
    "chunks with extensions": (CHUNKED + b"2e;a=b\r\n%s\r\n0\r\n\r\n" % PAGE, 200, SERVER, PAGE),
    "chunks beside a Content-Length": (
        CHUNKED[:-2] + b"Content-Length: 3\r\n\r\n" + CHUNKS + b"0\r\n\r\n",
        200,
        SERVER,
        PAGE,
    ),
    "a chunk size with a blank behind": (CHUNKED + b"2e \r\n%s\r\n0\r\n\r\n" % PAGE, 200, SERVER, PAGE),
    "a chunk size with 0x": (CHUNKED + b"0x2e\r\n%s\r\n0\r\n\r\n" % PAGE, 200, SERVER, PAGE),
    "a chunk size with leading noughts": (CHUNKED + b"00002e\r\n%s\r\n0\r\n\r\n" % PAGE, 200, SERVER, PAGE),
    "chunk lines ended by LF": ((CHUNKED + CHUNKS + b"0\r\n\r\n").replace(b"\r", b""), 200, SERVER, PAGE),
    "a last chunk without its blank line": (CHUNKED + CHUNKS + b"0\r\n", 200, SERVER, PAGE),
    "a last chunk without any line end": (CHUNKED + CHUNKS + b"0", 200, SERVER, PAGE),
    "no last chunk": (CHUNKED + CHUNKS, 200, SERVER, PAGE),
    "a chunk that breaks off": (CHUNKED + b"17\r\n%s\r\n50\r\n%s" % HALVES, 200, SERVER, PAGE),
    "a chunk of 2^64 bytes": (CHUNKED + b"ffffffffffffffff\r\n" + PAGE, 200, SERVER, PAGE),
    "a chunk size that is none": (
        CHUNKED + b"17\r\n%s\r\n%s" % HALVES,
        200,
        SERVER,
        HALVES[0] + b"\r\n" + HALVES[1],
    ),
    "announced chunks that are a plain page": (CHUNKED + PAGE, 200, SERVER, PAGE),
    "Transfer-Encoding: identity": (OK + b"Transfer-Encoding: identity\r\n" + TAIL, 200, SERVER, PAGE),
    "gzip": (GZIPPED + gzip.compress(PAGE), 200, SERVER, PAGE),
    "deflate with its header": (DEFLATED + zlib.compress(PAGE), 200, SERVER, PAGE),
    "deflate without a header": (DEFLATED + zlib.compress(PAGE, wbits=-15), 200, SERVER, PAGE),
    "gzip in chunks": (
        CHUNKED[:-2]
        + b"Content-Encoding: gzip\r\n\r\n%x\r\n" % len(gzip.compress(PAGE))
        + gzip.compress(PAGE),
        200,
        SERVER,
        PAGE,
    ),
    "gzip that breaks off": (GZIPPED + gzip.compress(PAGE)[:-9], 200, SERVER, PAGE),
    "gzip announced for plain text": (GZIPPED + PAGE, 200, SERVER, PAGE),
    "gzip of gzip": (GZIPPED + TWICE, 200, SERVER, gzip.decompress(TWICE)),
    "a chain of codings": (OK + b"Content-Encoding: gzip, gzip\r\n" + TAIL, 200, SERVER, PAGE),
    "20,000 codings": (
        OK + LINE + b"Content-Encoding: " + b"gzip," * 20_000 + b"\r\n\r\n" + PAGE,
        200,
        SERVER,
        PAGE,
    ),
    "brotli": (OK + b"Content-Encoding: br\r\n" + TAIL, 200, SERVER, PAGE),
}

CASES = STATUS_LINES | HEADER_LINES | BODIES


def test_the_table_holds_every_measured_row() -> None:
    assert len(CASES) >= 73
    assert len(CASES) == len(STATUS_LINES) + len(HEADER_LINES) + len(BODIES)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_status_server_and_body_survive(case: Case) -> None:
    wire, status, server, body = case

    reply = http.parse(wire)

    assert reply is not None
    assert reply.status == status
    assert [value for value in reply.values("server") if value] == ([server] if server else [])
    assert reply.body == body


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_same_facts_are_read(case: Case) -> None:
    wire, status, server, body = case

    facts = {fact.field: fact.value for fact in http.read(wire)}

    assert facts.get(Field.HTTP_STATUS) == (None if status is None else str(status))
    assert facts.get(Field.HTTP_SERVER) == server
    assert (facts.get(Field.HTML_TITLE) == "index") is (body.endswith(PAGE))
