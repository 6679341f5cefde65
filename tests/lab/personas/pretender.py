"""Devices whose link layer has a say of its own, often against what they claim; they come by name only."""

from dataclasses import dataclass

from tests.lab.datagram import Sadp, WsDiscovery
from tests.lab.firmware.dahua import discovery
from tests.lab.firmware.hikvision import SADP_2014
from tests.lab.link import ArpClaim, GratuitousArp, Tagged
from tests.lab.persona import Persona, Truth
from tests.lab.unit import Unit

CONFLICTING = Truth(verdict="suspected")


@dataclass(frozen=True, slots=True, kw_only=True)
class HelloOnly(Sadp):
    """Says the Hello of a Hikvision camera and answers nothing."""

    says_hello: bool = True

    def answers(self, request: bytes, unit: Unit) -> list[bytes]:
        """Stay silent."""
        del request, unit
        return []


# Blocks: IEEE registry, "Axis Communications AB" and "Hangzhou Hikvision Digital Technology Co.,Ltd.".
PRETENDS_HIKVISION = Persona(
    name="pretends-hikvision",
    mac="ac:cc:8e:51:0b:77",
    serial="DS-2CD2032F-I20140806AAWR478654321",
    truth=CONFLICTING,
    services=(
        HelloOnly(
            fields=SADP_2014
            | {"DeviceDescription": "DS-2CD2032F-I", "SoftwareVersion": "V5.2.0build 140721"},
        ),
    ),
)
_DAHUA = discovery("Dahua", "IPC-HDW1431T1-S4", "Profile/G Profile/T")
PRETENDS_DAHUA = Persona(
    name="pretends-dahua",
    mac="44:19:b6:5d:02:9c",
    truth=CONFLICTING,
    services=(WsDiscovery(types=frozenset(), match="", hello=_DAHUA.hello),),
)

ARP_SPOOFER = Persona(
    name="arp-spoofer",
    mac="52:54:00:66:a1:0e",
    truth=Truth(verdict="not_assessed"),
    has_ip=False,
    services=(ArpClaim(),),
)

# A camera's port that a trunk mirrors: the same address in a VLAN and in one behind a provider's tag.
TRUNK = Persona(
    name="trunk",
    mac="c0:56:e3:2b:90:44",
    truth=Truth(verdict="flagged", maker="Hikvision", announced=("maker",)),
    has_ip=False,
    services=(
        Tagged(service=GratuitousArp(), vlan=12),
        Tagged(service=GratuitousArp(), vlan=12, outer_vlan=100),
    ),
)

PRETENDERS = (PRETENDS_HIKVISION, PRETENDS_DAHUA, ARP_SPOOFER, TRUNK)
