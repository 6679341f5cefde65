"""The machine's interfaces, the neighbours its kernel knows, and whether it may open raw sockets.

Asks the kernel rather than /sys, whose network part belongs to whichever namespace mounted it. Linux only.
"""

import fcntl
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface
from pathlib import Path

import ifaddr

from scanner.errors import NoAccess
from scanner.model.host import Address

# linux/sockios.h, net/if.h, net/if_arp.h
_SIOCGIFFLAGS = 0x8913
_SIOCGIFHWADDR = 0x8927
_IFF_UP = 0x1
_IFF_LOOPBACK = 0x8
_IFF_RUNNING = 0x40
_IFF_MULTICAST = 0x1000
_ARPHRD_ETHER = 1
# include/net/arp.h and net/if_arp.h: an answer has come for this entry.
_ATF_COMPLETE = 0x2
# linux/capability.h
_CAP_NET_RAW = 13


@dataclass(frozen=True, slots=True)
class Interface:
    """One network interface with its own addresses; ``mac`` is None where there is no Ethernet."""

    name: str
    index: int
    mac: str | None
    ipv4: tuple[IPv4Interface, ...]
    ipv6: tuple[IPv6Interface, ...]
    is_up: bool
    is_multicast: bool
    is_loopback: bool


def interfaces() -> tuple[Interface, ...]:
    """Return every interface, also without address or down, in the kernel's order."""
    own: dict[str, list[ifaddr.IP]] = {}
    for adapter in ifaddr.get_adapters(include_unconfigured=True):
        # An address may carry a label of its own, as in eth0:1; the interface is eth0.
        own.setdefault(adapter.name.partition(":")[0], []).extend(adapter.ips)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        found = [_interface(sock, name, addresses) for name, addresses in own.items()]
    return tuple(sorted((known for known in found if known), key=lambda known: known.index))


def named(name: str) -> Interface:
    """Return one interface. Raises NoAccess when there is none of that name."""
    known = interfaces()
    for interface in known:
        if interface.name == name:
            return interface
    names = ", ".join(interface.name for interface in known)
    raise NoAccess(
        f"There is no network interface named {name}, so its segment was not examined. "
        f"Choose one of: {names}."
    )


def neighbours(interface: str | None = None) -> dict[Address, str]:
    """Return the hardware address of every IPv4 neighbour in the kernel's table, on one interface or all.

    Sends nothing. Entries that were never answered are left out.
    """
    return read_arp_table(Path("/proc/net/arp").read_text().splitlines(), interface)


def read_arp_table(lines: Iterable[str], interface: str | None = None) -> dict[Address, str]:
    """Read the lines of /proc/net/arp (proc(5)): address, type, flags, MAC, mask, interface."""
    rows = (line.split() for line in lines)
    return {
        IPv4Address(row[0]): row[3]
        for row in rows
        if len(row) == 6
        and row[2].startswith("0x")
        and int(row[2], 16) & _ATF_COMPLETE
        and row[5] == (interface or row[5])
    }


def has_raw_privilege() -> bool:
    """Return whether this process holds CAP_NET_RAW (proc(5), CapEff)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> _CAP_NET_RAW & 1)
    return False


def _interface(sock: socket.socket, name: str, own: list[ifaddr.IP]) -> Interface | None:
    """Return what the kernel says of one interface, or None when it has just gone."""
    try:
        flags: int = struct.unpack_from("H", _ask(sock, _SIOCGIFFLAGS, name), 16)[0]
        hardware, mac = struct.unpack_from("H6s", _ask(sock, _SIOCGIFHWADDR, name), 16)
        index = socket.if_nametoindex(name)
    except OSError:
        return None
    return Interface(
        name=name,
        index=index,
        mac=mac.hex(":") if hardware == _ARPHRD_ETHER else None,
        ipv4=tuple(IPv4Interface((ip.ip, ip.network_prefix)) for ip in own if isinstance(ip.ip, str)),
        ipv6=tuple(IPv6Interface((ip.ip[0], ip.network_prefix)) for ip in own if isinstance(ip.ip, tuple)),
        is_up=flags & (_IFF_UP | _IFF_RUNNING) == _IFF_UP | _IFF_RUNNING,
        is_multicast=bool(flags & _IFF_MULTICAST),
        is_loopback=bool(flags & _IFF_LOOPBACK),
    )


def _ask(sock: socket.socket, question: int, name: str) -> bytes:
    return fcntl.ioctl(sock, question, struct.pack("16s24x", name.encode()))
