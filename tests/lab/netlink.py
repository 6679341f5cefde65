"""The few rtnetlink messages that a virtual LAN needs: bridge, cable, link, address, route, forwarding.

Layouts: rtnetlink(7), linux/if_link.h and linux/rtnetlink.h. Spoken directly, because starting ``ip``
once per device costs more than the devices.
"""

import ctypes
import fcntl
import os
import socket
import struct
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

RTM_NEWLINK, RTM_NEWADDR, RTM_NEWROUTE = 16, 20, 24
NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE = 0x1, 0x4, 0x200, 0x400

IFLA_ADDRESS, IFLA_IFNAME, IFLA_MASTER, IFLA_LINKINFO, IFLA_AF_SPEC, IFLA_NET_NS_FD = 1, 3, 10, 18, 26, 28
IFLA_INFO_KIND, IFLA_INFO_DATA = 1, 2
IFLA_BR_MCAST_SNOOPING = 23
IFLA_INET6_ADDR_GEN_MODE = 8
# linux/if_link.h and linux/ip.h
IFLA_INET_CONF, IPV4_DEVCONF_FORWARDING = 1, 1
VETH_INFO_PEER = 1
IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST = 1, 2, 4

RTA_OIF, RTA_GATEWAY = 4, 5
RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNICAST = 254, 3, 0, 1

IFF_UP = 0x1
SIOCETHTOOL, ETHTOOL_STXCSUM = 0x8946, 0x17
# linux/if_link.h: no link-local address by itself, hence no neighbour discovery, no MLD, no noise.
ADDR_GEN_NONE = 1
LOOPBACK_INDEX = 1


class Netlink:
    """A route socket in the namespace where it was opened; each call waits for the kernel's verdict."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def add_bridge(self, name: str) -> None:
        """Add a bridge that floods multicast to every port, as a plain switch does."""
        data = _attribute(IFLA_INFO_DATA, _attribute(IFLA_BR_MCAST_SNOOPING, b"\0"))
        self._add_link(_name(name) + _attribute(IFLA_LINKINFO, _kind("bridge") + data))

    def add_cable(self, name: str, master: int, far_name: str, far_namespace: int, far_mac: str) -> None:
        """Add a veth pair: one end in bridge ``master`` here, the other in another namespace."""
        far = _name(far_name) + _attribute(IFLA_NET_NS_FD, _u32(far_namespace))
        far += _attribute(IFLA_ADDRESS, bytes.fromhex(far_mac.replace(":", "")))
        peer = _attribute(VETH_INFO_PEER, _link_header() + far)
        info = _attribute(IFLA_LINKINFO, _kind("veth") + _attribute(IFLA_INFO_DATA, peer))
        self._add_link(_name(name) + _attribute(IFLA_MASTER, _u32(master)) + info)

    def bring_up(self, index: int, *, ipv6: bool = False) -> None:
        """Bring a link up, with an IPv6 link-local address only where asked for."""
        if not ipv6 and Path("/proc/net/if_inet6").exists():
            # Before the link is up: the kernel makes the address in the moment that it gets a carrier.
            self._ask(RTM_NEWLINK, 0, _link_header(index) + _ipv6_silence())
        self._ask(RTM_NEWLINK, 0, _link_header(index, IFF_UP))

    def bring_down(self, index: int) -> None:
        """Bring a link down; the other end of a cable loses its carrier."""
        self._ask(RTM_NEWLINK, 0, _link_header(index, 0, IFF_UP))

    def forward(self, index: int) -> None:
        """Let IPv4 packets that come in on a link go on to others. Works where /proc/sys is read-only."""
        setting = _attribute(IFLA_INET_CONF, _attribute(IPV4_DEVCONF_FORWARDING, _u32(1)))
        family = _attribute(IFLA_AF_SPEC, _attribute(socket.AF_INET, setting))
        self._ask(RTM_NEWLINK, 0, _link_header(index) + family)

    def add_address(self, index: int, interface: IPv4Interface) -> None:
        """Give a link an IPv4 address."""
        header = struct.pack("=BBBBI", socket.AF_INET, interface.network.prefixlen, 0, 0, index)
        addresses = (
            (IFA_LOCAL, interface.ip.packed),
            (IFA_ADDRESS, interface.ip.packed),
            (IFA_BROADCAST, interface.network.broadcast_address.packed),
        )
        body = header + b"".join(_attribute(kind, value) for kind, value in addresses)
        self._ask(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, body)

    def add_default_route(self, index: int, gateway: IPv4Address) -> None:
        """Send everything that is not on the link, multicast included, out of a link."""
        header = struct.pack(
            "=8BI", socket.AF_INET, 0, 0, 0, RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNICAST, 0
        )
        body = header + _attribute(RTA_OIF, _u32(index)) + _attribute(RTA_GATEWAY, gateway.packed)
        self._ask(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, body)

    def _add_link(self, attributes: bytes) -> None:
        self._ask(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, _link_header() + attributes)

    def _ask(self, kind: int, flags: int, body: bytes) -> None:
        header = struct.pack("=IHHII", 16 + len(body), kind, flags | NLM_F_REQUEST | NLM_F_ACK, 1, 0)
        self._socket.send(header + body)
        (code,) = struct.unpack_from("=i", self._socket.recv(65536), 16)
        if code:
            raise OSError(-code, os.strerror(-code))


def send_whole_frames(interface: str) -> None:
    """Make a veth end finish checksums and segments itself, so that frames look as on a real wire."""
    # linux/ethtool.h: struct ethtool_value {command, data}, behind a pointer in struct ifreq.
    value = ctypes.create_string_buffer(struct.pack("=II", ETHTOOL_STXCSUM, 0))
    request = struct.pack("16sP16x", interface.encode(), ctypes.addressof(value))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCETHTOOL, request)


def _attribute(kind: int, payload: bytes) -> bytes:
    length = 4 + len(payload)
    return struct.pack("=HH", length, kind) + payload + bytes(-length % 4)


def _u32(value: int) -> bytes:
    return struct.pack("=I", value)


def _name(text: str) -> bytes:
    return _attribute(IFLA_IFNAME, text.encode() + b"\0")


def _kind(text: str) -> bytes:
    return _attribute(IFLA_INFO_KIND, text.encode())


def _link_header(index: int = 0, flags: int = 0, changed: int = 0) -> bytes:
    return struct.pack("=BBHiII", socket.AF_UNSPEC, 0, 0, index, flags, flags | changed)


def _ipv6_silence() -> bytes:
    mode = _attribute(IFLA_INET6_ADDR_GEN_MODE, bytes([ADDR_GEN_NONE]))
    return _attribute(IFLA_AF_SPEC, _attribute(socket.AF_INET6, mode))
