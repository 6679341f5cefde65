"""The questions that discovery protocols let anybody ask, each with its group, port and reader."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from uuid import UUID

from scanner.model.observation import Fact
from scanner.model.traffic import Reach, Traffic
from scanner.protocols import dhip, mdns, sadp, ssdp, wsdiscovery
from scanner.protocols.text import decode

# One datagram holds few names: every service there is, and the two that cameras announce.
UNICAST_TYPES = (mdns.SERVICE_TYPES, "_http._tcp.local", "_psia._tcp.local")


@dataclass(frozen=True, slots=True)
class Question:
    """One datagram and how to read what comes back.

    On an attached segment it is sent to ``group``, or broadcast where the protocol has no group; a
    question for which both are out of the question (``is_unicast_only``) goes to routed hosts alone.
    ``build`` takes the identifier that some protocols want in each question.
    """

    name: str
    port: int
    build: Callable[[UUID], bytes]
    read: Callable[[bytes], tuple[Fact, ...]]
    source: str
    group: IPv4Address | None = None
    is_unicast_only: bool = False

    def everybody(self, own: IPv4Interface) -> IPv4Address | None:
        """Return the address that reaches everybody on the segment where we have ``own``, if there is one."""
        if self.is_unicast_only:
            return None
        return self.group or own.network.broadcast_address

    def traffic(self, reach: Reach) -> Traffic:
        """Declare the question, byte for byte, as it is sent to everybody or to one host."""
        to = (
            "each address" if reach is Reach.UNICAST else str(self.group or "the segment's broadcast address")
        )
        shown = decode(self.build(UUID(int=0))).encode("unicode_escape").decode()
        return Traffic(reach, f"udp {to}:{self.port}", f"{self.name}: {shown}", self.source)

    @property
    def reach(self) -> Reach:
        """Who is reached on an attached segment."""
        return Reach.MULTICAST if self.group else Reach.BROADCAST


QUESTIONS = (
    Question(
        "SADP inquiry",
        sadp.PORT,
        sadp.question,
        sadp.read,
        "four public SADP clients agree on the text",
        sadp.GROUP,
    ),
    Question(
        "DHIP search",
        dhip.PORT,
        lambda _: dhip.question(),
        dhip.read,
        "literal packet of public clients, answered by devices",
        dhip.GROUP,
    ),
    Question(
        "DHIP legacy search",
        dhip.LEGACY_PORT,
        lambda _: dhip.legacy_question(),
        dhip.read_legacy,
        "two public reverse-engineered clients agree on the layout",
    ),
    Question(
        "WS-Discovery Probe",
        wsdiscovery.PORT,
        wsdiscovery.question,
        wsdiscovery.read,
        "WS-Discovery 1.1, 5.2; ONVIF Core 7.3",
        wsdiscovery.GROUP,
    ),
    Question(
        "SSDP M-SEARCH",
        ssdp.PORT,
        lambda _: ssdp.question(),
        ssdp.read,
        "UPnP Device Architecture 1.1, 1.3.2",
        ssdp.GROUP,
    ),
    Question(
        "mDNS query",
        mdns.PORT,
        lambda _: mdns.question(UNICAST_TYPES, unicast_reply=True),
        mdns.read,
        "RFC 6762, 5.5: direct unicast queries to port 5353",
        is_unicast_only=True,
    ),
)
