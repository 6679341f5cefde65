"""What devices do on UDP: they answer discovery questions, and some announce themselves unasked."""

import json
import re
import struct
from dataclasses import dataclass
from typing import Any

from tests.lab.dns import (
    TYPE_A,
    TYPE_PTR,
    TYPE_SRV,
    TYPE_TXT,
    Record,
    message,
    name_bytes,
    read_questions,
    srv_bytes,
    txt_bytes,
)
from tests.lab.unit import Unit

Peer = tuple[str, int]

UPNP_GROUP = "239.255.255.250"
DHIP_GROUP = "239.255.255.251"
MDNS_GROUP = "224.0.0.251"
SERVICE_LIST = "_services._dns-sd._udp.local"


@dataclass(frozen=True, slots=True, kw_only=True)
class UdpService:
    """One open UDP port, joined to a multicast group where the protocol has one."""

    port: int
    group: str | None = None
    answers_group: bool = False  # send answers to the group instead of to whoever asked

    def answers(self, request: bytes, unit: Unit) -> list[bytes]:
        """Return the datagrams that answer one request."""
        del request, unit
        return []

    def destination(self, request: bytes, peer: Peer) -> Peer:
        """Return where the answers go."""
        del request
        return (self.group, self.port) if self.group and self.answers_group else peer

    def announcements(self, unit: Unit) -> list[bytes]:
        """Return what is sent to the group at start and every few seconds, unasked."""
        del unit
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Sadp(UdpService):
    """Hikvision's search protocol on UDP 37020; ``fields`` in wire order, without Uuid and Types.

    Source: replies A and B (public files 28488762960 and 19375522317); the Hello has the same fields
    without Uuid, CRLF line ends (LLLL-M/privateCodeforItsc sadp.c).
    """

    port: int = 37020
    group: str | None = UPNP_GROUP
    fields: dict[str, str]
    says_hello: bool = False

    def answers(self, request: bytes, unit: Unit) -> list[bytes]:
        """Answer an inquiry, echoing its Uuid."""
        if b"<Probe>" not in request or b"<Types>inquiry</Types>" not in request:
            return []
        uuid = re.search(rb"<Uuid>([^<]*)</Uuid>", request)
        head = {"Uuid": uuid[1].decode(errors="replace") if uuid else "", "Types": "inquiry"}
        return [unit.fill(_sadp_xml("ProbeMatch", head | self.fields, "\n"))]

    def announcements(self, unit: Unit) -> list[bytes]:
        """Say Hello, where the device does."""
        if not self.says_hello:
            return []
        return [unit.fill(_sadp_xml("Hello", {"Types": "hello"} | self.fields, "\r\n"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dhip(UdpService):
    """Dahua's search protocol on UDP 37810: a 32-byte header, then JSON.

    Source: rroller/dahua discovery.py and tests; julienblitte/UniversalScanner Dahua2.cs.
    """

    port: int = 37810
    group: str | None = DHIP_GROUP
    info: dict[str, Any]

    def answers(self, request: bytes, unit: Unit) -> list[bytes]:
        """Answer a search with a proper header; everything else is met with silence."""
        if not request.startswith(b"\x20\0\0\0DHIP") or b"DHDiscover.search" not in request[32:]:
            return []
        params = {"deviceInfo": self.info}
        reply = {"mac": "@MAC@", "method": "client.notifyDevInfo", "params": params}
        text = json.dumps(reply, separators=(",", ":")).replace("/", "\\/")
        body = unit.fill(text.encode())
        header = struct.pack("<I4sQQQ", 32, b"DHIP", 0, len(body), len(body))
        return [header + body]


@dataclass(frozen=True, slots=True, kw_only=True)
class DvripSearch(UdpService):
    """Dahua's older search on UDP 5050: a fixed part of 120 bytes, then MAC and model, then lines.

    The first four numbers of the firmware's version stand in the fixed part.
    Source: layout in julienblitte/UniversalScanner Dahua1.cs and mcw0/DahuaConsole net.py.
    """

    port: int = 5050
    kind: str
    model: str

    def answers(self, request: bytes, unit: Unit) -> list[bytes]:
        """Answer the 32-byte search."""
        if not request.startswith(b"\xa3\x01\x00\x01"):
            return []
        section2 = unit.fill(b"@MAC@") + self.model.encode()
        section3 = unit.fill(b"Name:@SERIAL@\r\nDevice:" + self.kind.encode() + b"\r\nSerialNo:@SERIAL@\r\n")
        fixed = bytearray(0x78)
        fixed[0], fixed[2] = 0xB3, len(section2)
        struct.pack_into("<I", fixed, 0x04, 0x58)
        struct.pack_into("<IH", fixed, 0x10, 2, len(section3))
        version = map(int, re.findall(r"\d+", unit.version)[:4])
        struct.pack_into("<4H16s", fixed, 0x20, *version, self.kind.encode())
        fixed[0x38:0x3C] = unit.address.packed
        # Ports of the sample: HTTP, HTTPS, DVRIP, connections, SSL, UDP.
        struct.pack_into("<6H", fixed, 0x5E, 80, 443, 37777, 128, 37776, 37778)
        return [bytes(fixed) + section2 + section3]


@dataclass(frozen=True, slots=True, kw_only=True)
class WsDiscovery(UdpService):
    """WS-Discovery on UDP 3702; the envelopes are templates, ``@RELATES@`` the MessageID asked with."""

    port: int = 3702
    group: str | None = UPNP_GROUP
    types: frozenset[str]
    match: str
    hello: str = ""

    def answers(self, request: bytes, unit: Unit) -> list[bytes]:
        """Answer a Probe for no type, or for types that the device has."""
        if b"Probe>" not in request and b"Probe " not in request and b"Probe/>" not in request:
            return []
        asked = re.search(rb"Types[^>]*>([^<]*)<", request)
        wanted = {
            word.rpartition(":")[2] for word in (asked[1].decode(errors="replace") if asked else "").split()
        }
        if not wanted <= self.types:
            return []
        message_id = re.search(rb"MessageID[^>]*>([^<]*)<", request)
        relates = message_id[1].strip() if message_id else b""
        return [unit.fill(self.match.encode()).replace(b"@RELATES@", relates)]

    def announcements(self, unit: Unit) -> list[bytes]:
        """Say Hello, where the device does."""
        return [unit.fill(self.hello.encode())] if self.hello else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Ssdp(UdpService):
    """SSDP on UDP 1900: one message per target; the heads are templates with ``@ST@`` and ``@USN@``."""

    port: int = 1900
    group: str | None = UPNP_GROUP
    uuid: str
    targets: tuple[str, ...] = ("upnp:rootdevice",)
    found: str
    alive: str = ""

    def answers(self, request: bytes, unit: Unit) -> list[bytes]:
        """Answer an M-SEARCH for a target that the device has."""
        search = re.search(rb"(?im)^ST: *([^\r\n]*)", request)
        if not request.startswith(b"M-SEARCH") or search is None:
            return []
        asked = search[1].decode(errors="replace").strip()
        fitting = [target for target in self.targets if asked in ("ssdp:all", unit.text(target))]
        return [self._message(self.found, target, unit) for target in fitting]

    def announcements(self, unit: Unit) -> list[bytes]:
        """Send one NOTIFY per target, where the device does."""
        return [self._message(self.alive, target, unit) for target in self.targets] if self.alive else []

    def _message(self, head: str, target: str, unit: Unit) -> bytes:
        usn = self.uuid if target == self.uuid else f"{self.uuid}::{target}"
        lines = head.strip().replace("@ST@", target).replace("@USN@", usn).split("\n")
        return unit.fill(("\r\n".join(lines) + "\r\n\r\n").encode())


@dataclass(frozen=True, slots=True)
class DnsService:
    """One DNS-SD service instance, e.g. ``Printer`` of kind ``_ipp._tcp`` on port 631."""

    instance: str
    kind: str
    port: int
    txt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mdns(UdpService):
    """Multicast DNS on UDP 5353, announced and answered."""

    port: int = 5353
    group: str | None = MDNS_GROUP
    host: str
    services: tuple[DnsService, ...]

    def answers(self, request: bytes, unit: Unit) -> list[bytes]:
        """Answer with every record that fits a question, and send the others along."""
        questions = read_questions(request)
        records = self.records(unit)
        fitting = [record for record in records if any(record.fits(question) for question in questions)]
        if not fitting:
            return []
        others = [record for record in records if record not in fitting]
        return [message(fitting, others, int.from_bytes(request[:2]))]

    def destination(self, request: bytes, peer: Peer) -> Peer:
        """Answer to the group, but one-shot queries and those that ask for unicast to the asker.

        Source: RFC 6762 sections 5.4 and 6.7.
        """
        one_shot = peer[1] != self.port
        wants_unicast = any(question.wants_unicast for question in read_questions(request))
        return peer if one_shot or wants_unicast else (MDNS_GROUP, self.port)

    def announcements(self, unit: Unit) -> list[bytes]:
        """Say all records."""
        return [message(self.records(unit), [])]

    def records(self, unit: Unit) -> list[Record]:
        """Return everything that this device has to say."""
        host = unit.text(self.host) + ".local"
        records = [Record(host, TYPE_A, unit.address.packed)]
        for service in self.services:
            kind = f"{service.kind}.local"
            instance = f"{unit.text(service.instance)}.{kind}"
            txt = tuple(unit.text(text) for text in service.txt) or ("",)
            records += [
                Record(SERVICE_LIST, TYPE_PTR, name_bytes(kind)),
                Record(kind, TYPE_PTR, name_bytes(instance)),
                Record(instance, TYPE_SRV, srv_bytes(service.port, host)),
                Record(instance, TYPE_TXT, txt_bytes(txt)),
            ]
        return records


def _sadp_xml(root: str, fields: dict[str, str], newline: str) -> bytes:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{root}>"]
    lines += [f"<{name}>{value}</{name}>" for name, value in fields.items()]
    return (newline.join([*lines, f"</{root}>"]) + newline).encode()
