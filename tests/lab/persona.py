"""A kind of device as data: what it says, and what a census should conclude from it."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from tests.lab.datagram import UdpService
from tests.lab.link import LinkService
from tests.lab.stream import TcpService
from tests.lab.unit import Unit, copied_mac, copied_serial

Service = TcpService | UdpService | LinkService
Verdict = Literal["flagged", "suspected", "other_maker", "not_matched", "not_assessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of a device, and which of these fields its wire really shows without a login.

    ``firmware_build_date`` is ISO 8601. ``announced`` lists the fields that a listener learns who sends
    nothing, ``link_only`` those that only the hardware address shows. The serial number is the unit's.
    """

    verdict: Verdict
    maker: str = ""
    brand: str = ""
    model: str = ""
    device_class: str = ""
    firmware_version: str = ""
    firmware_build_date: str = ""
    shown: tuple[str, ...] = ()
    announced: tuple[str, ...] = ()
    link_only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One kind of device; ``mac`` and ``serial`` are those of its first unit.

    Its firmware stands in ``truth`` alone: what it says holds ``@VERSION@`` and ``@BUILD@`` instead.

    ``has_ip`` is False for a host whose kernel must not answer: no ping, no reset, no ICMP.
    """

    name: str
    mac: str
    truth: Truth
    serial: str = ""
    services: tuple[Service, ...] = ()
    ipv6: bool = False
    has_ip: bool = True

    def unit(self, address: IPv4Address, copy: int = 0) -> Unit:
        """Return the n-th unit of this kind, at an address."""
        mac, serial = copied_mac(self.mac, copy), copied_serial(self.serial, copy)
        return Unit(address, mac, serial, self.truth.firmware_version, self.truth.firmware_build_date)
