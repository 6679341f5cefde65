"""Greetings as services send them, and as other tools keep them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import banner

# IAC DO ECHO, DO NAWS, DO LFLOW, WILL ECHO, WILL SGA: RFC 854 to 858, 1073, 1372; what BusyBox sends.
NEGOTIATION = bytes.fromhex("fffd01 fffd1f fffd21 fffb01 fffb03")


def read(data: bytes, port: int = 0) -> tuple[Field, str]:
    (fact,) = banner.read(data, port)
    return fact.field, fact.value


@pytest.mark.parametrize(
    ("data", "port", "field", "value"),
    [
        # Source: rapid7/recog telnet_banners.xml.
        (b"192.0.0.64 login: ", 23, Field.TELNET_BANNER, "192.0.0.64 login:"),
        # Source: chainreactors/fingers goby.json, with the negotiation as published there.
        (NEGOTIATION + b"Hik-B20-S login:", 23, Field.TELNET_BANNER, "Hik-B20-S login:"),
        # Source: nmap-service-probes, an access point's FTP server.
        (b"220 PV11 FTP Server ready\r\n", 21, Field.FTP_BANNER, "220 PV11 FTP Server ready"),
        (b"SSH-2.0-dropbear_2019.78\r\n\0\0\1\xbc", 22, Field.SSH_BANNER, "SSH-2.0-dropbear_2019.78"),
        # Source: nmap-service-probes, the control port of an IP camera: binary, so kept as it is.
        (
            b"\0\0\0\x10\0\0\0\x1e\0\0\0\x1e\0\0\0\0",
            8000,
            Field.TCP_BANNER,
            "\0\0\0\x10\0\0\0\x1e\0\0\0\x1e\0\0\0\0",
        ),
        (b"+OK avast! POP3 proxy ready.\r\n", 110, Field.TCP_BANNER, "+OK avast! POP3 proxy ready.\r\n"),
    ],
)
def test_a_greeting_is_named_after_its_protocol(data: bytes, port: int, field: Field, value: str) -> None:
    assert read(data, port) == (field, value)
    assert banner.read(data, port)[0].raw == data


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"SSH-1.99-Cisco-1.25\n", Field.SSH_BANNER),
        (b"Welcome!\r\nSSH-2.0-OpenSSH_9.2p1\r\n", Field.SSH_BANNER),  # RFC 4253 allows lines before
        (NEGOTIATION + b"login: ", Field.TELNET_BANNER),
        (b"220-Welcome to the\r\n220 FTP server\r\n", Field.FTP_BANNER),
        (b"220 ftp.example ESMTP ready\r\n", Field.TCP_BANNER),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Field.TCP_BANNER),
    ],
)
def test_a_greeting_on_a_foreign_port_is_known_by_its_looks(data: bytes, field: Field) -> None:
    assert read(data, 8000)[0] is field


@pytest.mark.parametrize("kept", ["OpenSSH_8.1p1 Debian-1", "dropbear_2012.55", "Cisco-1.25"])
def test_a_kept_ssh_software_name_passes_through_as_it_is(kept: str) -> None:
    assert read(kept.encode(), banner.SSH_PORT) == (Field.SSH_BANNER, kept)


def test_a_kept_ftp_text_without_its_code_passes_through_as_it_is() -> None:
    assert read(b"FRITZ!Box7490(UI) FTP server ready.", 21)[1] == "FRITZ!Box7490(UI) FTP server ready."


def test_the_ssh_line_is_found_among_others_and_alone_is_kept() -> None:
    data = b"This is a private system\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\nmore"

    assert read(data, 22)[1] == "SSH-2.0-OpenSSH_9.2p1 Debian-2"
    assert read(b"\r\nNo host key is configured!\r\n", 22)[1] == "No host key is configured!"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (NEGOTIATION + b"\r\r\nLogin:", "Login:"),
        (b"\xff\xfa\x18\x01\xff\xf0login:", "login:"),  # a subnegotiation (RFC 855)
        (b"lo\xff\xf1gin:", "login:"),  # a command without option
        (b"a\xff\xffb", "a\\xffb"),  # the byte 255 itself
        (b"login:\xff", "login:"),
        (b"login:\xff\xfd", "login:"),
        (b"login:\xff\xfa\x18\x01", "login:"),
        (b"one\r\ntwo\n\rthree\r\0four", "one\ntwo\nthree\nfour"),
        # Source: a Nessus script quoted in public rule collections; a DVS.
        (b"\r\nNetDVRDVS:\n\nNetDVRDVS:\n", "NetDVRDVS:\n\nNetDVRDVS:"),
    ],
)
def test_telnet_negotiation_is_taken_out(sent: bytes, said: str) -> None:
    assert [fact.value for fact in banner.read_telnet(sent)] == [said]


@pytest.mark.parametrize(
    ("data", "port"), [(b"", 0), (b"", 23), (NEGOTIATION, 23), (b"\r\n", 22), (b"\r\n", 21)]
)
def test_a_service_that_says_nothing_gives_nothing(data: bytes, port: int) -> None:
    assert banner.read(data, port) == ()


@given(st.binary(max_size=300), st.sampled_from([0, 21, 22, 23, 8000]))
def test_any_bytes_give_one_fact_at_most(data: bytes, port: int) -> None:
    facts = banner.read(data, port)

    assert len(facts) <= 1
    assert all(fact.value and fact.raw == data for fact in facts)


@given(st.text(st.characters(codec="ascii", exclude_categories=["C", "Z"]), min_size=1, max_size=50))
def test_plain_words_come_out_of_telnet_unchanged(words: str) -> None:
    assert banner.read_telnet(words.encode())[0].value == words


@pytest.mark.parametrize(
    "flood", [b"\xff", b"\xff\xfa", b"\xff\xfb", b"220 smtp", b"220 ft", b"SSH-", b"\n", b"\r", b"a\xff\xf0"]
)
def test_a_flood_is_cut_and_read(flood: bytes) -> None:
    for port in (0, 21, 22, 23):
        for fact in banner.read(flood * (10_000_000 // len(flood)), port):
            assert len(fact.raw) == banner.MAX_BANNER_BYTES
            assert len(re.sub(r"\\x[0-9a-f]{2}", ".", fact.value)) <= banner.MAX_BANNER_BYTES
