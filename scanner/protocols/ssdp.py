"""SSDP, the search protocol of UPnP: HTTP heads over UDP port 1900.

Source: UPnP Device Architecture 1.1, section 1.

Sees nothing of a device that has UPnP switched off. A LOCATION is evidence, never a target.
"""

import re
from ipaddress import IPv4Address

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols.text import decode

GROUP = IPv4Address("239.255.255.250")
PORT = 1900
ALL = "ssdp:all"
ROOT_DEVICE = "upnp:rootdevice"

# A jumbo frame; messages in the captures have 150 to 500 bytes.
MAX_BYTES = 9000

_FIRST_LINE = re.compile(r"NOTIFY\s|HTTP/1\.[01]\s+200\b", re.IGNORECASE)
_HEADERS = {
    "SERVER": Field.SSDP_SERVER,
    "USN": Field.SSDP_USN,
    "ST": Field.SSDP_ST,
    "NT": Field.SSDP_ST,
    "LOCATION": Field.SSDP_LOCATION,
}
# One of these names what is announced; without them a 200 is somebody's web server.
_IDENTIFYING = (Field.SSDP_USN, Field.SSDP_ST)


def question(search_target: str = ROOT_DEVICE, max_wait_s: int = 1) -> bytes:
    """Return an M-SEARCH; devices spread their answers over ``max_wait_s`` (1 to 5) seconds."""
    return (
        "M-SEARCH * HTTP/1.1\r\n"
        f"HOST: {GROUP}:{PORT}\r\n"
        'MAN: "ssdp:discover"\r\n'
        f"MX: {max_wait_s}\r\n"
        f"ST: {search_target}\r\n"
        "\r\n"
    ).encode()


def read(data: bytes) -> tuple[Fact, ...]:
    """Return what an announcement or an answer says; () for searches and all else. Never raises."""
    head = _head(data)
    if not _FIRST_LINE.match(head):
        return ()
    values: dict[Field, str] = {}
    for line in head.split("\n")[1:]:
        name, _, value = line.partition(":")
        field = _HEADERS.get(name.strip().upper())
        if field and value.strip():
            values.setdefault(field, value.strip())
    if values.keys().isdisjoint(_IDENTIFYING):
        return ()
    return tuple(Fact(field, value, data) for field, value in {Field.SSDP_HEAD: head, **values}.items())


def _head(data: bytes) -> str:
    """Return the message up to the first blank line, with LF line ends and otherwise as sent."""
    text = decode(data[:MAX_BYTES]).lstrip("\r\n").replace("\r\n", "\n")
    return text.partition("\n\n")[0].rstrip("\0\r\n ")
