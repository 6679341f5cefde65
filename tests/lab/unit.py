"""One device as it stands on the network: its own address, MAC, serial number and firmware."""

import random
import re
import uuid
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address


@dataclass(frozen=True)
class Unit:
    """What differs between two devices of one kind; ``fill`` writes it into what the kind says.

    ``version`` is its firmware as its maker writes it, ``built`` the ISO date of its build.
    """

    address: IPv4Address
    mac: str
    serial: str = ""
    version: str = ""
    built: str = ""

    def fill(self, template: bytes) -> bytes:
        """Replace the tokens ``@IP@``, ``@MAC@``, … of a template by this unit's own values."""
        for token, value in self._tokens.items():
            template = template.replace(token, value)
        return template

    def text(self, template: str) -> str:
        """Fill a text template."""
        return self.fill(template.encode()).decode()

    @cached_property
    def mac_bytes(self) -> bytes:
        """Return the six octets of the MAC."""
        return bytes.fromhex(self.mac.replace(":", ""))

    @cached_property
    def _tokens(self) -> dict[bytes, bytes]:
        values = {
            "@IP@": str(self.address),
            "@MAC@": self.mac,
            "@MAC-@": self.mac.replace(":", "-"),
            "@MACHEX@": self.mac.replace(":", ""),
            "@MACUPPER@": self.mac.replace(":", "").upper(),
            "@LINKLOCAL@": _link_local(self.mac_bytes),
            "@UUID@": str(uuid.UUID(int=random.Random(self.mac).getrandbits(128), version=4)),
            "@SERIAL@": self.serial,
            "@SERIAL8@": self.serial[:8],
            "@SERIAL-6@": self.serial[-6:],
            "@VERSION@": self.version,
            "@BUILD@": self.built[2:].replace("-", ""),
        }
        return {token.encode(): value.encode() for token, value in values.items()}


def copied_mac(mac: str, copy: int) -> str:
    """Return the MAC of the n-th further unit: same registrant, next numbers."""
    octets = bytes.fromhex(mac.replace(":", ""))
    low = (int.from_bytes(octets[3:]) + copy) % 0x1000000
    return (octets[:3] + low.to_bytes(3)).hex(":")


def copied_serial(serial: str, copy: int) -> str:
    """Return the serial number of the n-th further unit, in the same grammar."""
    if not serial or not copy:
        return serial
    digits = re.search(r"\d{3}(?=\D*$)", serial)
    if digits is None:
        return f"{serial[:-3]}{copy:03d}"
    number = (int(digits[0]) + copy) % 1000
    return f"{serial[: digits.start()]}{number:03d}{serial[digits.end() :]}"


def _link_local(mac: bytes) -> str:
    """Return the IPv6 link-local address that RFC 4291 appendix A makes of a MAC."""
    host = bytes([mac[0] ^ 2]) + mac[1:3] + b"\xff\xfe" + mac[3:]
    groups = (f"{int.from_bytes(host[i : i + 2]):x}" for i in range(0, 8, 2))
    return "fe80::" + ":".join(groups)
