"""Identity on the wire: addresses, endpoints and the host they belong to."""

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address


class Transport(Enum):
    """How an endpoint is reached."""

    TCP = "tcp"
    UDP = "udp"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address, port and transport."""

    address: Address
    port: int
    transport: Transport = Transport.TCP

    def __str__(self) -> str:
        host = f"[{self.address}]" if self.address.version == 6 else str(self.address)
        return f"{host}:{self.port}/{self.transport.value}"


@dataclass(frozen=True, slots=True)
class Host:
    """A host as it was met: address, MAC where the link shows one, interface and segment.

    The unspecified address says that none is known; ``name`` is then what whoever told of it calls it.
    """

    address: Address
    mac: str | None = None
    interface: str | None = None
    segment: str | None = None
    name: str | None = None

    @property
    def label(self) -> str:
        """What people know it by: its address, or where none is known its name, else its MAC."""
        if not self.address.is_unspecified:
            return str(self.address)
        return self.name or self.mac or str(self.address)


def canonical_mac(text: str) -> str | None:
    """Return a hardware address as lower-case hex with colons, or None when it is not six octets."""
    digits = "".join(c for c in text if c not in ":-. ").lower()
    if len(digits) != 12 or any(c not in "0123456789abcdef" for c in digits):
        return None
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))
