"""The machine's interfaces and neighbours, on a cable of our own where that matters."""

import ctypes
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface

import pytest

from scanner.errors import NoAccess
from scanner.net.interface import has_raw_privilege, interfaces, named, neighbours, read_arp_table
from tests.net.cable import ip, on_a_cable, raw_socket

# As Linux prints /proc/net/arp (proc(5)); flags 0x2: answered, 0x0: still asking, 0x6: set by hand.
ARP_TABLE = """\
IP address       HW type     Flags       HW address            Mask     Device
192.168.1.64     0x1         0x2         44:19:b6:00:00:01     *        eth0
192.168.1.65     0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.66     0x1         0x6         3c:ef:8c:00:00:02     *        eth1
"""


def test_the_loopback_interface_is_known_for_what_it_is() -> None:
    loopback = named("lo")

    assert loopback.is_loopback and loopback.mac is None
    assert loopback in interfaces()


@on_a_cable
def test_an_interface_shows_its_addresses_and_its_carrier(left: str, right: str) -> None:
    ip(f"link set {left} address 02:00:00:00:00:01")
    ip(f"addr add 10.9.0.1/24 dev {left}")
    ip(f"addr add 10.9.7.1/28 dev {left} label {left}:7")
    ip(f"link set {right} down")
    cut = named(left)

    assert cut.mac == "02:00:00:00:00:01"
    assert cut.ipv4 == (IPv4Interface("10.9.0.1/24"), IPv4Interface("10.9.7.1/28"))
    assert (cut.is_up, cut.is_multicast, cut.is_loopback) == (False, True, False)

    ip(f"link set {right} up")
    assert named(left).is_up
    assert [interface.index for interface in interfaces()] == sorted(i.index for i in interfaces())


@on_a_cable
def test_ipv6_addresses_come_with_their_network(left: str, right: str) -> None:
    with open(f"/proc/sys/net/ipv6/conf/{left}/disable_ipv6", "w") as switch:
        switch.write("0")
    ip(f"addr add fd00:9::1/64 dev {left} nodad")

    assert IPv6Interface("fd00:9::1/64") in named(left).ipv6


@on_a_cable
def test_a_neighbour_that_answered_is_known_without_sending(left: str, right: str) -> None:
    ip(f"addr add 10.9.0.1/24 dev {left}")
    ip(f"neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev {left}")
    with raw_socket(right) as peer:
        peer.settimeout(0.2)

        assert neighbours() == {IPv4Address("10.9.0.2"): "02:00:00:00:00:02"}
        assert neighbours(right) == {}
        with pytest.raises(TimeoutError):
            peer.recv(100)


def test_only_neighbours_that_answered_are_read() -> None:
    lines = ARP_TABLE.splitlines()

    assert read_arp_table(lines) == {
        IPv4Address("192.168.1.64"): "44:19:b6:00:00:01",
        IPv4Address("192.168.1.66"): "3c:ef:8c:00:00:02",
    }
    assert read_arp_table(lines, "eth1") == {IPv4Address("192.168.1.66"): "3c:ef:8c:00:00:02"}


def test_an_interface_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(NoAccess, match=r"no network interface named eth77.*Choose one of: .*lo"):
        named("eth77")


@on_a_cable
def test_the_raw_privilege_is_seen_to_come_and_go(left: str, right: str) -> None:
    assert has_raw_privilege()

    nothing = (ctypes.c_uint32 * 6)()
    ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), nothing)  # linux/capability.h
    assert not has_raw_privilege()
