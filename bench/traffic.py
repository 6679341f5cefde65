"""A capture of a busy mirror port: bulk TCP, and between it what the lab's devices say.

Every run writes the same frames but for TLS keys. Bulk is 19 frames in 20; the rest are announcements
and answers of every device, and conversations with their web, RTSP, TLS and greeting ports.
"""

import random
import ssl
import struct
import warnings
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address
from itertools import count, islice
from pathlib import Path

from bench.packet import ACK, SEGMENT_BYTES, Party, conversation, group, tcp, udp
from tests.lab.certificate import Certificate, server_context
from tests.lab.datagram import UdpService
from tests.lab.lan import SCANNER_MAC
from tests.lab.link import GratuitousArp, IgmpReport, LinkService
from tests.lab.persona import Persona
from tests.lab.personas import DEFAULT_PERSONAS
from tests.lab.plan import Plan, personas_for
from tests.lab.question import SADP_FRAME, tcp_requests, udp_requests
from tests.lab.stream import TcpService
from tests.lab.unit import Unit

HOSTS = 240
FLOWS = 300
BULK_PER_FRAME = 19
FRAMES_PER_SECOND = 20_000
STARTED_AT_S = 1_764_000_000
# Bytes that successive segments of a flow carry: full ones, the tails of requests, bare acknowledgements.
BULK_BYTES = (SEGMENT_BYTES, 0, 524, 0, 0)
BULK_PORTS = (22, 443, 445, 873, 2049, 3260, 5201, 8443)
# One device in so many is talked to each time round; all of them announce each time. Announcements and
# conversations come to about as many frames.
TALKED_TO = 20

_PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
_record = struct.Struct("<IIII").pack
_POOL_BYTES = 1024 * 1024


def write(path: Path, frames: int, seed: int = 1) -> None:
    """Write a classic pcap file of so many frames."""
    mixed = mixture(random.Random(seed))
    with path.open("wb") as file:
        file.write(_PCAP_HEADER)
        for number, frame in enumerate(islice(mixed, frames)):
            seconds, tick = divmod(number, FRAMES_PER_SECOND)
            at = (STARTED_AT_S + seconds, tick * (1_000_000 // FRAMES_PER_SECOND))
            file.write(_record(*at, len(frame), len(frame)) + frame)


def mixture(rng: random.Random) -> Iterator[bytes]:
    """Yield frames without end: bulk, and every twentieth from a device."""
    bulk = bulk_frames(rng)
    for frame in device_frames():
        yield from islice(bulk, BULK_PER_FRAME)
        yield frame


def bulk_frames(rng: random.Random) -> Iterator[bytes]:
    """Yield segments of flows that were under way before the capture began, in no order of flows."""
    pool = rng.randbytes(_POOL_BYTES)
    flows = [_flow(rng, number) for number in range(FLOWS)]
    for step in count():
        ends, sent = flows[rng.randrange(FLOWS)]
        size = BULK_BYTES[step % len(BULK_BYTES)]
        # Data mostly flow one way; the other side acknowledges.
        side = 0 if size else 1
        at = rng.randrange(_POOL_BYTES - SEGMENT_BYTES)
        yield tcp(ends[side], ends[1 - side], (sent[side], sent[1 - side]), ACK, pool[at : at + size])
        sent[side] += size


def _flow(rng: random.Random, number: int) -> tuple[tuple[Party, Party], list[int]]:
    """Return both ends, the one that sends data first, and their sequence numbers."""
    port = BULK_PORTS[number % len(BULK_PORTS)]
    server = Party(b"\x02\xbb" + number.to_bytes(4), IPv4Address("10.90.0.0") + number, port)
    client = Party(b"\x02\xcc" + number.to_bytes(4), IPv4Address("10.91.0.0") + number, 40_000 + number)
    ends = (server, client) if number % 2 else (client, server)
    return ends, [rng.getrandbits(32), rng.getrandbits(32)]


def device_frames() -> Iterator[bytes]:
    """Yield without end what the devices say, and what is asked of them."""
    plan = Plan(personas=personas_for(DEFAULT_PERSONAS, HOSTS, 0))
    devices = list(plan.devices())
    unasked = [list(_unasked(persona, unit)) for persona, unit in devices]
    ports = count(20_000)
    for turn in count():
        for number, (persona, unit) in enumerate(devices):
            yield from unasked[number]
            if number % TALKED_TO == turn % TALKED_TO and persona.has_ip:
                yield from _conversations(persona, unit, ports)


def _unasked(persona: Persona, unit: Unit) -> Iterator[bytes]:
    """Yield announcements, and the answers to somebody else's discovery."""
    datagram_services = [service for service in persona.services if isinstance(service, UdpService)]
    own = [service for service in persona.services if isinstance(service, LinkService)]
    groups = {service.group for service in datagram_services if service.group}
    stack = [GratuitousArp(), IgmpReport(groups=tuple(sorted(groups)))] if persona.has_ip else []
    for link in (*stack, *own):
        yield from link.announcements(unit)
        yield from link.answers(SADP_FRAME, unit)
    for service in datagram_services:
        yield from _datagrams(service, unit)


def _datagrams(service: UdpService, unit: Unit) -> Iterator[bytes]:
    sender = Party(unit.mac_bytes, unit.address, service.port)
    for datagram in service.announcements(unit):
        yield udp(sender, group(service.group or "224.0.0.1", service.port), datagram)
    asker = _asker(45_000)
    for request in udp_requests(service, unit):
        for answer in service.answers(request, unit):
            yield udp(sender, asker, answer)


def _conversations(persona: Persona, unit: Unit, ports: Iterator[int]) -> Iterator[bytes]:
    for service in persona.services:
        if not isinstance(service, TcpService):
            continue
        server = Party(unit.mac_bytes, unit.address, service.port)
        for turn in _turns(service, unit):
            client = _asker(20_000 + next(ports) % 40_000)
            yield from conversation(client, server, [turn])


def _turns(service: TcpService, unit: Unit) -> list[tuple[bytes, bytes]]:
    if service.tls:
        return [tls_turn(service.tls, unit)]
    greeting = service.greeting(unit)
    return [(request, greeting + service.answer(request, unit)) for request in tcp_requests(service)]


def tls_turn(certificate: Certificate, unit: Unit) -> tuple[bytes, bytes]:
    """Return the hello of an old client, and the device's first flight in TLS 1.2 or older."""
    with warnings.catch_warnings():
        # The lab's old devices speak TLS 1.0, which Python calls deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        client, server = _old_client(), server_context(certificate, unit)
    hello, arrived, flight = ssl.MemoryBIO(), ssl.MemoryBIO(), ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        client.wrap_bio(ssl.MemoryBIO(), hello).do_handshake()
    said = hello.read()
    arrived.write(said)
    with suppress(ssl.SSLWantReadError):
        server.wrap_bio(arrived, flight, server_side=True).do_handshake()
    return said, flight.read()


def _old_client() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2
    return context


def _asker(port: int) -> Party:
    return Party(bytes.fromhex(SCANNER_MAC.replace(":", "")), IPv4Address("10.77.0.2"), port)
