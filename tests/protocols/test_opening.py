"""What answers open with, whatever the port: the set of banners that turned up on port 80."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols.opening import Opening, looks_like

BANNERS = {
    "HTTP": (b"HTTP/1.1 200 OK\r\n\r\n", Opening.HTTP),
    "HTTP in lower case behind blank lines": (b"\r\n\r\nhttp/1.0 200 OK\r\n", Opening.HTTP),
    "ICY": (b"ICY 200 OK\r\nicy-name: x\r\n\r\n", Opening.HTTP),
    "a pasted head": (b"CONNECTION: keep-alive\nDate: Thu, 20 Aug 2026 19:53:42 GMT\n", Opening.HTTP),
    "RTSP": (b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n\r\n", Opening.RTSP),
    "a page": (b"\xef\xbb\xbf\r\n<!doctype html>\r\n<html>", Opening.HTML),
    "a careless page": (b"<TITLE>AXIS 200+</TITLE>", Opening.HTML),
    "a page that begins with a comment": (b"<!-- x --><html>", Opening.HTML),
    "XHTML": (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', Opening.HTML),
    "XML": (b'<?xml version="1.0" encoding="UTF-8" ?>\n<userCheck>', Opening.XML),
    "XML without its declaration": (b"<ActivateStatus><Activated>true", Opening.XML),
    "SSH": (b"SSH-2.0-dropbear_2019.78\r\n", Opening.SSH),
    "FTP": (b"220 (vsFTPd 3.0.3)\r\n", Opening.FTP),
    "SMTP": (b"220 mail.example.org ESMTP Postfix\r\n", Opening.UNKNOWN),
    "telnet negotiation": (b"\xff\xfb\x01\xff\xfb\x03\r\nlogin: ", Opening.TELNET),
    "a telnet prompt": (b"\r\ndvrdvs login: ", Opening.TELNET),
    "a TLS alert": (b"\x15\x03\x01\x00\x02\x02\x46", Opening.TLS),
    "VNC": (b"RFB 003.008\n", Opening.UNKNOWN),
    "MySQL": (b"J\0\0\0\n5.7.44\0", Opening.UNKNOWN),
    "an echoed request": (b"GET / HTTP/1.1\r\nHost: 192.0.2.7\r\n\r\n", Opening.UNKNOWN),
    "a stack trace": (b"\njava.net.UnknownHostException: /\r\n", Opening.UNKNOWN),
    "nothing": (b"", Opening.UNKNOWN),
}


@pytest.mark.parametrize(("data", "opening"), BANNERS.values(), ids=BANNERS.keys())
def test_an_answer_is_sent_to_the_protocol_that_it_opens_with(data: bytes, opening: Opening) -> None:
    assert looks_like(data) is opening


@given(st.binary(max_size=2048))
def test_no_bytes_raise(data: bytes) -> None:
    assert looks_like(data) in Opening
