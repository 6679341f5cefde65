"""WS-Discovery, by which ONVIF devices are found: SOAP over UDP port 3702.

Sources: OASIS Web Services Dynamic Discovery, April 2005 draft (the one ONVIF uses), and ONVIF Core
Specification section 7; version 1 UUIDs: RFC 4122 section 4.2.

Sees nothing of a device that has ONVIF switched off, as many do until an owner asks for it.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from ipaddress import IPv4Address
from itertools import islice
from uuid import RFC_4122, UUID

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols import scope, xml
from scanner.protocols.xml import Element

GROUP = IPv4Address("239.255.255.250")
PORT = 3702

# A device describes one endpoint; a discovery proxy may pass on some more.
MAX_ENDPOINTS = 16
# Captures show one address per interface and IP version.
MAX_ADDRESSES = 32

_DESCRIPTIONS = ("ProbeMatch", "ResolveMatch", "Hello", "Bye")
_UUID_CHARACTERS = 36
# 100 ns ticks since 1582-10-15 at the start of 1970 and of 1976.
_TICKS_1970 = 0x01B21DD213814000
_TICKS_1976 = _TICKS_1970 + (6 * 365 + 1) * 24 * 60 * 60 * 10**7
_GROUP_BIT = 1 << 40


class DeviceType(StrEnum):
    """What a question can ask for; the prefixes are those that ``question`` declares."""

    NETWORK_VIDEO_TRANSMITTER = "dn:NetworkVideoTransmitter"
    DEVICE = "tds:Device"


def question(message_id: UUID, types: Sequence[DeviceType] = ()) -> bytes:
    """Return a Probe for devices that are of all these types; without types, for every device."""
    wanted = f"<d:Types>{' '.join(types)}</d:Types>" if types else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
        ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl">'
        "<s:Header>"
        f"<a:MessageID>urn:uuid:{message_id}</a:MessageID>"
        "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
        "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>"
        "</s:Header>"
        f"<s:Body><d:Probe>{wanted}</d:Probe></s:Body>"
        "</s:Envelope>"
    ).encode()


def read(data: bytes) -> tuple[Fact, ...]:
    """Return what matches, Hello and Bye messages say; () for questions and all else. Never raises."""
    root = xml.parse(data)
    if root is None or xml.local_name(root) != "Envelope":
        return ()
    described = tuple(islice(xml.find_all(root, *_DESCRIPTIONS), MAX_ENDPOINTS))
    if not described:
        return ()
    declared = (Fact(Field.WSD_NAMESPACE, uri, data) for uri in xml.namespaces(root))
    stated = (fact for element in described for fact in _endpoint_facts(element, data))
    return tuple(dict.fromkeys((*declared, *stated)))


def endpoint_mac(address: str) -> str | None:
    """Return the hardware address in an endpoint address, or None.

    A version 1 UUID ends in its maker's MAC. A device that counts its ticks from a clock that starts
    in 1970 stamps the early seventies; a UUID of that age cannot come from a computer that keeps
    time. A node with the group bit set is random (RFC 4122 section 4.5).
    """
    try:
        uuid = UUID(address.strip()[-_UUID_CHARACTERS:])
    except ValueError:
        return None
    if uuid.variant != RFC_4122 or uuid.version != 1 or uuid.node & _GROUP_BIT:
        return None
    is_early = _TICKS_1970 <= uuid.time < _TICKS_1976
    return uuid.node.to_bytes(6).hex(":") if is_early else None


def _endpoint_facts(element: Element, raw: bytes) -> Iterator[Fact]:
    address = xml.text_of(xml.find(element, "Address"))
    values = {
        Field.WSD_ENDPOINT: address,
        Field.WSD_ENDPOINT_MAC: endpoint_mac(address),
        Field.WSD_TYPES: " ".join(_words(element, "Types")),
    }
    yield from (Fact(field, value, raw) for field, value in values.items() if value)
    urls = _words(element, "XAddrs")[:MAX_ADDRESSES]
    yield from (Fact(Field.WSD_XADDR, url, raw) for url in urls)
    yield from scope.scope_facts(_words(element, "Scopes"), raw)


def _words(element: Element, name: str) -> list[str]:
    return xml.text_of(xml.find(element, name)).split()
