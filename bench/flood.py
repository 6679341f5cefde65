"""Sends mixed frames at a steady rate, in a process of its own: python -m bench.flood INTERFACE RATE SECONDS

Of each twenty frames, nineteen are bulk TCP of web servers, and one is what a host announces of itself.
Prints one JSON object: how many frames were sent, and in how many seconds.
"""

import ctypes
import json
import socket
import struct
import sys
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from itertools import chain, cycle, islice

from scanner.protocols import arp

# A cycle in which each announcement comes once; every host announces itself in three ways.
HOSTS = 1000
BULK_PER_ANNOUNCEMENT = 19
FLOWS, SEGMENTS_PER_FLOW = 64, 16
# Short of what a veth keeps for its receiver (net.core.netdev_max_backlog, 1000 frames).
MAX_BATCH_FRAMES = 256
PAUSE_S, MAX_LATE_S = 0.0005, 0.01

FIRST_HOST = IPv4Address("10.81.0.1")
ROUTER = IPv4Address("10.81.255.254")
GROUP = IPv4Address("239.255.255.250")
GROUP_MAC = bytes.fromhex("01005e7ffffa")
# What an Ethernet frame of 1514 bytes leaves behind IPv4 and TCP without options.
SEGMENT_BYTES = 1460
PAGE_HEAD = (
    b"HTTP/1.1 200 OK\r\nServer: lighttpd\r\nContent-Type: image/jpeg\r\nContent-Length: 99999999\r\n\r\n"
)
# SSDP NOTIFY of a camera's boot, as in the public pcap of SeryioGonzalez/onvif_scripts.
NOTIFY = (
    "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\n"
    "SERVER: Linux, UPnP/1.0, Private Upnp SDK\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
    "USN: uuid:device_3_0-AMC{number:06}::upnp:rootdevice\r\n\r\n"
)
# RFC 6762: the answer of one host to a browse for web servers.
MDNS_TYPE = b"\x05_http\x04_tcp\x05local\x00"


class IoVector(ctypes.Structure):
    """struct iovec."""

    _fields_ = (("base", ctypes.c_char_p), ("length", ctypes.c_size_t))


class Message(ctypes.Structure):
    """struct mmsghdr of a 64-bit Linux: struct msghdr and the number of bytes sent."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("vector", ctypes.POINTER(IoVector)),
        ("vectors", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("sent", ctypes.c_uint),
    )


def frames() -> list[bytes]:
    """Return one cycle of frames."""
    bulk = cycle(_bulk())
    mixed = (chain(islice(bulk, BULK_PER_ANNOUNCEMENT), (announced,)) for announced in _announcements())
    return list(chain.from_iterable(mixed))


def _announcements() -> Iterator[bytes]:
    for number in range(HOSTS):
        own = FIRST_HOST + number
        yield from arp.requests(_mac(own).hex(":"), own, [ROUTER])
        yield _datagram(own, 1900, NOTIFY.format(number=number).encode())
        yield _datagram(own, 5353, _mdns(f"camera-{number:04}".encode()))


def _mdns(name: bytes) -> bytes:
    instance = bytes([len(name)]) + name + b"\xc0\x0c"
    answer = struct.pack("!HHIH", 12, 1, 4500, len(instance)) + instance
    return struct.pack("!6H", 0, 0x8400, 0, 1, 0, 0) + MDNS_TYPE + answer


def _datagram(own: IPv4Address, port: int, payload: bytes) -> bytes:
    udp = struct.pack("!4H", port, port, 8 + len(payload), 0) + payload
    return GROUP_MAC + _mac(own) + _ipv4(own, GROUP, 17, udp)


def _bulk() -> Iterator[bytes]:
    for place in range(SEGMENTS_PER_FLOW):
        for flow in range(FLOWS):
            payload = (b"" if place else PAGE_HEAD).ljust(SEGMENT_BYTES, b"\xd8")
            sequence = 1 + place * SEGMENT_BYTES
            tcp = struct.pack("!HHIIBBHHH", 80, 40000 + flow, sequence, 1, 0x50, 0x10, 512, 0, 0)
            server = FIRST_HOST + flow
            yield _mac(ROUTER) + _mac(server) + _ipv4(server, ROUTER, 6, tcp + payload)


def _ipv4(source: IPv4Address, destination: IPv4Address, protocol: int, body: bytes) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0)
    return b"\x08\x00" + head + source.packed + destination.packed + body


def _mac(address: IPv4Address) -> bytes:
    return b"\x02\x00" + address.packed


class Flood:
    """Frames ready to be sent by sendmmsg(2), round after round."""

    def __init__(self, interface: str) -> None:
        self.frames = frames()
        self.vectors = (IoVector * len(self.frames))(*(IoVector(frame, len(frame)) for frame in self.frames))
        self.messages = (Message * len(self.frames))()
        for message, vector in zip(self.messages, self.vectors, strict=True):
            message.vector, message.vectors = ctypes.pointer(vector), 1
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.sock.bind((interface, 0))
        self.library = ctypes.CDLL(None, use_errno=True)
        self.sent = 0

    def run(self, rate: int, seconds: float) -> float:
        """Send at a rate for a time; return how long it took."""
        started_s = origin_s = time.monotonic()
        while (now_s := time.monotonic()) < started_s + seconds:
            late_s = now_s - origin_s - self.sent / rate
            # A sender that was kept waiting goes on at its rate: to catch up would be a burst.
            origin_s += max(0.0, late_s - MAX_LATE_S)
            if (due := int(min(late_s, MAX_LATE_S) * rate)) > 0:
                self.send(due)
            else:
                time.sleep(PAUSE_S)
        return time.monotonic() - started_s

    def send(self, count: int) -> None:
        """Send up to ``count`` frames, as many as fit in one call."""
        place = self.sent % len(self.frames)
        batch = min(count, MAX_BATCH_FRAMES, len(self.frames) - place)
        sent = self.library.sendmmsg(self.sock.fileno(), ctypes.byref(self.messages[place]), batch, 0)
        if sent < 0:
            raise OSError(ctypes.get_errno(), "sendmmsg")
        self.sent += sent


def main(interface: str, rate: int, seconds: float) -> None:
    """Send, and print what was sent."""
    flood = Flood(interface)
    elapsed_s = flood.run(rate, seconds)
    print(json.dumps({"sent": flood.sent, "elapsed_s": elapsed_s}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
