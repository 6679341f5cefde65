"""Requests: exactly these bytes, and no way to slip others in."""

from ipaddress import ip_address

import pytest

from scanner.protocols.request import authority, build


def test_a_request_ends_with_its_blank_line() -> None:
    assert build("GET", "/", "HTTP/1.1", (("A", "b"),)) == b"GET / HTTP/1.1\r\nA: b\r\n\r\n"


@pytest.mark.parametrize("target", ["", " ", "/\n", "/\r\nA: b", "/\0", "/é"])
def test_a_target_that_is_not_printable_ascii_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="not a request target"):
        build("GET", target, "HTTP/1.1", ())


@pytest.mark.parametrize(
    ("address", "port", "expected"),
    [
        ("192.0.2.7", 80, "192.0.2.7"),
        ("192.0.2.7", 8000, "192.0.2.7:8000"),
        ("2001:db8::7", 80, "[2001:db8::7]"),
        ("fe80::7%eth0", 8000, "[fe80::7]:8000"),
    ],
)
def test_an_authority_has_brackets_for_ipv6_and_never_a_zone(address: str, port: int, expected: str) -> None:
    assert authority(ip_address(address), port, default_port=80) == expected
