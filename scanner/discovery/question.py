"""The questions that discovery protocols let anybody ask, each with its group, port and reader."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from uuid import uuid4

from scanner.model.observation import Fact
from scanner.model.traffic import Reach, Traffic
from scanner.protocols import dhip, mdns, sadp, ssdp, wsdiscovery

# One datagram holds few names: every service there is, and the two that cameras announce.
UNICAST_TYPES = (mdns.SERVICE_TYPES, "_http._tcp.local", "_psia._tcp.local")

Reader = Callable[[bytes], tuple[Fact, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """One datagram and how to read what comes back.

    ``group`` is None for protocols without a multicast group: they are asked host by host.
    """

    name: str
    port: int
    build: Callable[[], bytes]
    read: Reader
    source: str
    group: IPv4Address | None = None

    def traffic(self, reach: Reach) -> Traffic:
        """Declare the question as it is sent to a group or to one host."""
        to = str(self.group) if reach is Reach.MULTICAST else "each address"
        return Traffic(reach, f"udp {to}:{self.port}", self.name, self.source)


QUESTIONS = (
    Question(
        "SADP inquiry",
        sadp.PORT,
        lambda: sadp.question(uuid4()),
        sadp.read,
        "four public SADP clients agree on the text",
        sadp.GROUP,
    ),
    Question(
        "DHIP search",
        dhip.PORT,
        dhip.question,
        dhip.read,
        "literal packet of public clients, answered by devices",
        dhip.GROUP,
    ),
    Question(
        "WS-Discovery Probe",
        wsdiscovery.PORT,
        lambda: wsdiscovery.question(uuid4()),
        wsdiscovery.read,
        "WS-Discovery 1.1, 5.2; ONVIF Core 7.3",
        wsdiscovery.GROUP,
    ),
    Question(
        "SSDP M-SEARCH",
        ssdp.PORT,
        ssdp.question,
        ssdp.read,
        "UPnP Device Architecture 1.1, 1.3.2",
        ssdp.GROUP,
    ),
    Question(
        "DHIP legacy search",
        dhip.LEGACY_PORT,
        dhip.legacy_question,
        dhip.read_legacy,
        "two public reverse-engineered clients agree on the layout",
    ),
    Question(
        "mDNS query by unicast",
        mdns.PORT,
        lambda: mdns.question(UNICAST_TYPES, unicast_reply=True),
        mdns.read,
        "RFC 6762, 5.5: direct unicast queries to port 5353",
    ),
)
