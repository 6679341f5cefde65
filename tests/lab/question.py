"""The questions a census may ask, byte for byte, and what each persona must answer to them."""

import struct
from collections.abc import Iterator

from tests.lab.asker import Ask
from tests.lab.datagram import Dhip, DvripSearch, Mdns, Sadp, Ssdp, UdpService, WsDiscovery
from tests.lab.dns import name_bytes
from tests.lab.misbehaviour import Fragile, GzipBomb
from tests.lab.persona import Persona
from tests.lab.stream import Page, Rtsp, Talk, TcpService, Web
from tests.lab.unit import Unit

# Source: the probe text that CAMN, UniversalScanner, HikPwn and GNET agree on.
SADP_INQUIRY = (
    b'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>F93CF8DC-DF53-424B-98A7-9FC0536E1083</Uuid>'
    b"<Types>inquiry</Types></Probe>"
)
# Source: literal packet in public file 139996060.
DHIP_SEARCH = bytes.fromhex(
    "2000000044484950000000000000000049000000000000004900000000000000"
    "7b20226d6574686f6422203a20224448446973636f7665722e736561726368222c"
    "2022706172616d7322203a207b20226d616322203a2022222c2022756e6922203a2031207d207d0a"
)
DVRIP_SEARCH = bytes.fromhex("a3010001") + bytes(12) + bytes.fromhex("02000000") + bytes(12)
WSD_PROBE = (
    b'<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Header>'
    b"<w:MessageID>uuid:7d6f7a14-8e51-4aba-9eb2-8acc7ee30feb</w:MessageID></e:Header><e:Body>"
    b"<d:Probe>%s</d:Probe></e:Body></e:Envelope>"
)
M_SEARCH = (
    b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: %s\r\n\r\n'
)
# Source: worked frame of the layer-2 inquiry (MatrixEditor/hiktools and an own implementation agree).
SADP_FRAME = bytes.fromhex(
    "ffffffffffff0200000000018033210201420000115e06040300a5ff020000000001c0a8010affffffffffff"
) + bytes(36)


def mdns_query(name: str, kind: int = 12) -> bytes:
    return struct.pack("!6H", 7, 0, 1, 0, 0, 0) + name_bytes(name) + struct.pack("!HH", kind, 1)


def http_request(page: Page) -> bytes:
    if not page.asks:
        return f"GET {page.path} HTTP/1.1\r\nHost: device\r\n\r\n".encode()
    head = f"POST {page.path} HTTP/1.1\r\nHost: device\r\nContent-Length: {len(page.asks)}\r\n\r\n"
    return head.encode() + page.asks


def tcp_requests(service: TcpService) -> list[bytes]:
    match service:
        case Fragile() | GzipBomb():
            return []  # their own tests below
        case Web():
            return [http_request(page) for page in (*service.pages, Page("/no-such-page", b""))]
        case Rtsp():
            return [b"%s rtsp://device/ RTSP/1.0\r\nCSeq: 42\r\n\r\n" % m for m in (b"OPTIONS", b"DESCRIBE")]
        case Talk(says=says, answers=answers):
            opening = [b""] if says else []
            return opening + [
                pattern.replace(rb"\x03", b"\x03").replace(rb"\0", b"\0") for pattern, _ in answers
            ]
        case _:
            return []  # a silent port has nothing to compare


def udp_requests(service: UdpService, unit: Unit) -> list[bytes]:
    match service:
        case Sadp():
            return [SADP_INQUIRY]
        case Dhip():
            return [DHIP_SEARCH]
        case DvripSearch():
            return [DVRIP_SEARCH]
        case WsDiscovery():
            return [WSD_PROBE % b"", WSD_PROBE % b"<d:Types>x:Device</d:Types>"]
        case Ssdp():
            return [M_SEARCH % b"ssdp:all", M_SEARCH % b"upnp:rootdevice"]
        case Mdns():
            return [mdns_query(f"{dns.kind}.local") for dns in service.services]
        case _:
            return [SADP_INQUIRY]


def exchanges(persona: Persona, unit: Unit) -> Iterator[tuple[Ask, bytes]]:
    """Return every question to a device and what must come back."""
    address = str(unit.address)
    for service in persona.services:
        if isinstance(service, TcpService):
            greeting = service.greeting(unit)
            for request in tcp_requests(service):
                want = greeting + service.answer(request, unit)
                enough = len(want)
                yield Ask("tcp", address, service.port, request, tls=bool(service.tls), enough=enough), want
        elif isinstance(service, UdpService) and not service.answers_group:
            for request in udp_requests(service, unit):
                wanted = service.answers(request, unit)
                seconds = 5.0 if wanted else 0.3
                enough = len(wanted) or 1
                question = Ask("udp", address, service.port, request, enough=enough, seconds=seconds)
                yield question, b"".join(wanted)
