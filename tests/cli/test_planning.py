"""From options to the plan of a sweep."""

from ipaddress import IPv4Interface, IPv6Interface, ip_network

import pytest

from scanner.cli.option import PaceOptions, PortCheck
from scanner.cli.running import planning
from scanner.errors import NoAccess, UsageProblem
from scanner.model.limits import FAST, GENTLE, NORMAL
from scanner.net.interface import Interface
from scanner.probes.contract import ALL_PORTS


def pace(
    profile: str = "normal",
    max_rate: float | None = None,
    host_timeout: float | None = None,
    port_check: PortCheck = PortCheck.AUTO,
) -> PaceOptions:
    return PaceOptions(profile, max_rate, host_timeout, None, port_check, discover_only=False)


def interface(name: str, *addresses: str, is_up: bool = True, is_loopback: bool = False) -> Interface:
    ipv4 = tuple(IPv4Interface(text) for text in addresses if ":" not in text)
    ipv6 = tuple(IPv6Interface(text) for text in addresses if ":" in text)
    return Interface(name, 2, "02:00:00:00:00:01", ipv4, ipv6, is_up, True, is_loopback)


ETH0 = interface("eth0", "10.0.0.2/24", "fe80::1/64")
WAN = interface("wan", "192.0.2.2/24")
DOWN = interface("eth1", "10.1.0.2/24", is_up=False)
BARE = interface("eth2")
LO = interface("lo", "127.0.0.1/8", is_loopback=True)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    known = (LO, ETH0, DOWN, BARE, WAN)
    monkeypatch.setattr(planning, "interfaces", lambda: known)
    monkeypatch.setattr("scanner.net.interface.interfaces", lambda: known)


@pytest.mark.usefixtures("machine")
def test_without_a_name_all_interfaces_that_are_up_and_have_an_address_are_used() -> None:
    assert planning.chosen_interfaces(()) == (ETH0, WAN)


@pytest.mark.usefixtures("machine")
def test_named_interfaces_are_used_once_each_and_in_order() -> None:
    assert planning.chosen_interfaces(("wan", "eth0", "wan")) == (WAN, ETH0)


@pytest.mark.usefixtures("machine")
def test_an_unknown_interface_is_no_access_and_the_others_are_named() -> None:
    with pytest.raises(NoAccess, match=r"no network interface named eth7.*lo, eth0"):
        planning.chosen_interfaces(("eth7",))


@pytest.mark.usefixtures("machine")
def test_an_interface_that_is_down_is_no_access() -> None:
    with pytest.raises(NoAccess, match=r"eth1 is down.*ip link set eth1 up"):
        planning.chosen_interfaces(("eth1",))


def test_segments_are_those_of_ipv4_and_private_unless_all_are_wanted() -> None:
    used = (LO, ETH0, WAN, ETH0)

    assert planning.attached_networks(used, is_private_only=True) == (ip_network("10.0.0.0/24"),)
    assert planning.attached_networks(used, is_private_only=False) == (
        ip_network("10.0.0.0/24"),
        ip_network("192.0.2.0/24"),
    )


def test_nothing_to_listen_to_is_no_access() -> None:
    with pytest.raises(NoAccess, match="nothing to listen to"):
        planning.check_listening(())


def test_listening_without_the_right_is_no_access(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "has_raw_privilege", lambda: False)

    with pytest.raises(NoAccess, match=r"CAP_NET_RAW.*setpriv"):
        planning.check_listening((ETH0,))


def test_listening_with_the_right_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "has_raw_privilege", lambda: True)

    planning.check_listening((ETH0,))


def test_a_profile_is_its_limits() -> None:
    assert [planning.limits(pace(name)) for name in ("gentle", "normal", "fast")] == [GENTLE, NORMAL, FAST]


def test_a_rate_replaces_the_packets_of_the_profile_and_caps_its_connections() -> None:
    slow, quick = planning.limits(pace(max_rate=5)), planning.limits(pace(max_rate=1000))

    assert (slow.packets_per_s, slow.connections_per_s) == (5, 5)
    assert (quick.packets_per_s, quick.connections_per_s) == (1000, NORMAL.connections_per_s)


def test_a_host_timeout_replaces_the_profiles() -> None:
    assert planning.limits(pace("fast", host_timeout=90)).host_deadline_s == 90


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        (None, ALL_PORTS),
        ("80", (80,)),
        ("8000-8002, 80,80,8001", (80, 8000, 8001, 8002)),
        ("1,65535", (1, 65535)),
    ],
)
def test_a_port_list_is_read(text: str | None, ports: tuple[int, ...]) -> None:
    assert planning.ports(text) == ports


@pytest.mark.parametrize("text", ["", "http", "0", "65536", "90-80", "80-", "-80", "1-99999999999", "80;81"])
def test_a_port_list_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem, match="cannot be read"):
        planning.ports(text)


@pytest.mark.parametrize(
    ("profile", "port_check", "version"),
    [
        ("normal", PortCheck.AUTO, "7.93"),
        ("fast", PortCheck.AUTO, None),
        ("fast", PortCheck.NMAP, "7.93"),
        ("normal", PortCheck.CONNECT, None),
    ],
)
def test_nmap_finds_the_ports_where_it_is_wanted(
    profile: str, port_check: PortCheck, version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.net.nmap.available", lambda: "7.93")

    assert planning.nmap_version(pace(profile, port_check=port_check)) == version


def test_without_nmap_the_built_in_check_serves_unless_nmap_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scanner.net.nmap.available", lambda: None)

    assert planning.nmap_version(pace()) is None
    with pytest.raises(UsageProblem, match=r"not installed.*--port-check connect"):
        planning.nmap_version(pace(port_check=PortCheck.NMAP))
