"""What an earlier census says of a host in either of its forms, CSV and JSON Lines."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from scanner.intake.line import BadLine
from scanner.intake.text_line import NO_ADDRESS
from scanner.model.field import Field
from scanner.model.host import Host, canonical_mac
from scanner.model.observation import Fact, Observation, Via
from scanner.model.scope import parse_address
from scanner.model.sighting import Incident

# What this release writes; a later one may write more, but keeps what is there.
SCHEMA_VERSION = 3
# 65,536 hosts with 32 KiB of evidence each.
MAX_FILE_BYTES = 2 * 1024 * 1024 * 1024
# No device in the captures has more than 30 open ports.
MAX_PORTS = 1024

_MAX_NAME_CHARACTERS = 253  # DNS ends there
_MDNS_DOMAIN = ".local"  # RFC 6762 section 3: names of multicast DNS end so, and no others


def host_of(label: str, mac: str, segment: str) -> Host:
    """Return a host as a census writes it: what it is known by, its MAC and its segment. Raises BadLine."""
    if not label.strip() or len(label) > _MAX_NAME_CHARACTERS:
        raise BadLine("it names no host")
    own = canonical_mac(mac)
    try:
        return Host(parse_address(label), own, segment=segment or None)
    except ValueError:
        name = None if canonical_mac(label) else label
        return Host(NO_ADDRESS, own or canonical_mac(label), segment=segment or None, name=name)


def stated(
    host: Host,
    open_ports: Sequence[str],
    hostname: str,
    source: str,
    at: datetime,
    via: Via = Via.OVERHEARD,
) -> Iterator[Observation]:
    """Yield what a row says beside its evidence: hardware address, open ports and host name.

    How these were learned is not written, so they count no more than if they had been overheard, unless
    ``via`` says more of address and ports.
    """
    if host.mac:
        yield Fact(Field.MAC, host.mac, host.mac.encode()).seen(host, source, via, at)
    for port in filter(_is_port, open_ports[:MAX_PORTS]):
        yield Fact(Field.PORT_OPEN, port, port.encode()).seen(host, source, via, at)
    if hostname:
        told = Field.MDNS_HOST if hostname.endswith(_MDNS_DOMAIN) else Field.DHCP_HOSTNAME
        yield Fact(told, hostname, hostname.encode()).seen(host, source, Via.OVERHEARD, at)


def newer(name: str, version: int) -> Incident:
    """Return what to say of a census that a later release wrote."""
    return Incident(
        f"{name} was written by a later release (schema version {version}); what this one does not know of "
        "was left out. Import it with that release to have all of it."
    )


def _is_port(text: str) -> bool:
    number, _, transport = text.partition("/")
    is_number = number.isascii() and number.isdecimal() and len(number) <= 5
    return is_number and 0 < int(number) <= 65535 and transport in ("tcp", "udp")
