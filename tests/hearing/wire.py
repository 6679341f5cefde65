"""Frames of the conversations that these tests hear, put together from the layouts of the RFCs."""

import struct
from ipaddress import ip_address

CAMERA_MAC = "9c:8e:cd:0f:0b:1c"
CAMERA = "10.0.0.150"
CLIENT_MAC = "02:00:00:00:00:09"
CLIENT = "10.0.0.9"
EVERYBODY = "ff:ff:ff:ff:ff:ff"
SSDP_GROUP = "239.255.255.250"
SSDP_GROUP_MAC = "01:00:5e:7f:ff:fa"
# SSDP NOTIFY of a camera's boot, as in the public pcap of SeryioGonzalez/onvif_scripts.
NOTIFY = (
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\n"
    b"SERVER: Linux, UPnP/1.0, Private Upnp SDK\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
    b"USN: uuid:device_3_0-AMC000B0E09ECE1428::upnp:rootdevice\r\n\r\n"
)
# A 401 as rapid7/recog's http_servers.xml has its Server line.
PAGE = (
    b"HTTP/1.1 401 Unauthorized\r\nServer: DNVRS-Webs\r\nContent-Length: 0\r\n"
    b'WWW-Authenticate: Digest realm="DS-2CD2143G0-I", nonce="1"\r\n\r\n'
)


def octets(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def ethernet(ethertype: int, payload: bytes, mac: str = CAMERA_MAC, to: str = EVERYBODY) -> bytes:
    return octets(to) + octets(mac) + ethertype.to_bytes(2) + payload


def tagged(frame: bytes, *vlans: int) -> bytes:
    """Put 802.1Q tags, outermost first, into an Ethernet frame."""
    tags = b"".join(struct.pack("!HH", 0x8100, vlan) for vlan in vlans)
    return frame[:12] + tags + frame[12:]


def ip(source: str, destination: str, protocol: int, body: bytes, options: bytes = b"") -> bytes:
    """RFC 791 section 3.1 or RFC 8200 section 3, by the kind of address."""
    ends = ip_address(source).packed + ip_address(destination).packed
    if len(ends) == 32:
        return struct.pack("!IHBB", 6 << 28, len(body), protocol, 255) + ends + body
    header_bytes = 20 + len(options)
    words = 0x40 | header_bytes // 4
    head = struct.pack("!BBHHHBBH", words, 0, header_bytes + len(body), 1, 0, 64, protocol, 0)
    return head + ends + options + body


def udp(source_port: int, port: int, said: bytes) -> bytes:
    return struct.pack("!HHHH", source_port, port, 8 + len(said), 0) + said


def tcp(
    source_port: int,
    port: int,
    said: bytes = b"",
    sequence: int = 1,
    acknowledgement: int = 1,
    flags: int = 0x18,
) -> bytes:
    """RFC 9293 section 3.1; flags 0x18 are PSH and ACK."""
    numbers = struct.pack("!HHII", source_port, port, sequence, acknowledgement)
    return numbers + struct.pack("!BBHHH", 0x50, flags, 8192, 0, 0) + said


def announced(port: int, said: bytes, group: str = SSDP_GROUP) -> bytes:
    """A datagram of the camera to a group."""
    return ethernet(0x0800, ip(CAMERA, group, 17, udp(port, port, said)), to=SSDP_GROUP_MAC)


def answered(source_port: int, said: bytes) -> bytes:
    """A datagram of the camera to somebody who asked."""
    return ethernet(0x0800, ip(CAMERA, CLIENT, 17, udp(source_port, 50123, said)), to=CLIENT_MAC)


def arp(operation: int, mac: str, address: str, target: str = CLIENT) -> bytes:
    """RFC 826, hardware type Ethernet, protocol type IPv4."""
    head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation)
    ends = octets(mac) + ip_address(address).packed + bytes(6) + ip_address(target).packed
    return ethernet(0x0806, head + ends, mac)


def exchange(vlans: tuple[int, ...] = ()) -> list[bytes]:
    """A browser asks the camera for a page, from its SYN to the end of the connection."""
    there, back = (50000, 80), (80, 50000)
    said = [
        (CLIENT, CAMERA, tcp(*there, sequence=99, flags=0x02)),
        (CAMERA, CLIENT, tcp(*back, sequence=499, flags=0x12, acknowledgement=100)),
        (CLIENT, CAMERA, tcp(*there, b"GET / HTTP/1.1\r\n\r\n", 100, acknowledgement=500)),
        (CAMERA, CLIENT, tcp(*back, PAGE, 500, acknowledgement=118)),
        (CLIENT, CAMERA, tcp(*there, sequence=118, acknowledgement=500 + len(PAGE), flags=0x11)),
        (CAMERA, CLIENT, tcp(*back, sequence=500 + len(PAGE), acknowledgement=119, flags=0x11)),
    ]
    frames = [ethernet(0x0800, ip(source, to, 6, segment)) for source, to, segment in said]
    return [tagged(frame, *vlans) for frame in frames]
