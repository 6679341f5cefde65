"""``camcensus plan``: what a scan would do."""

from ipaddress import IPv4Interface, ip_address

import pytest

from scanner.cli.running.outlook import declared, estimate, lines
from scanner.discovery import BUILTIN_ASKERS
from scanner.model.limits import NORMAL
from scanner.model.scope import Range, Scope
from scanner.model.traffic import Reach
from scanner.net.interface import Interface
from scanner.probes import BUILTIN_PROBES
from scanner.sweep import Plan
from tests.cli.conftest import Camcensus

ETH0 = Interface("eth0", 2, "02:00:00:00:00:01", (IPv4Interface("10.0.0.2/24"),), (), True, True, False)


def ranges(*ends: str) -> tuple[Range, ...]:
    pairs = (pair.split("-") for pair in ends)
    return tuple(Range.of(ip_address(first), ip_address(last)) for first, last in pairs)


def plan(*targets: str, excluded: tuple[str, ...] = ()) -> Plan:
    return Plan(Scope(ranges(*targets), ranges(*excluded)), (ETH0,), ports=(80, 554))


def test_addresses_are_counted_by_how_they_are_reached() -> None:
    cost = estimate(plan("10.0.0.1-10.0.0.254", "10.9.0.1-10.9.0.10", excluded=("10.0.0.5-10.0.0.8",)))

    assert (cost.segment_addresses, cost.routed_addresses) == (250, 10)


def test_discovery_costs_arp_questions_and_connections() -> None:
    reaches = [traffic.reach for asker in BUILTIN_ASKERS for traffic in asker.traffic]
    to_segment = sum(reach in (Reach.MULTICAST, Reach.BROADCAST) for reach in reaches)

    cost = estimate(plan("10.0.0.1-10.0.0.100", "10.9.0.1-10.9.0.10"))

    assert cost.packets == 100 * NORMAL.arp_tries + to_segment + 10 * reaches.count(Reach.UNICAST)
    assert cost.connections == 20
    paced_s = cost.packets / NORMAL.packets_per_s + cost.connections / NORMAL.connections_per_s
    assert cost.seconds == pytest.approx(paced_s + NORMAL.discovery_wait_s)


def test_everything_that_may_be_sent_is_declared() -> None:
    told = declared(plan("10.0.0.1-10.0.0.2"))

    asked = {traffic for asker in BUILTIN_ASKERS for traffic in asker.traffic}
    probed = {traffic for probe in BUILTIN_PROBES for traffic in probe.traffic}
    assert asked | probed == set(told)
    shown = "\n".join(lines(plan("10.0.0.1-10.0.0.2")))
    assert all(traffic.message in shown for traffic in told)


def test_the_description_names_scope_interface_ports_and_rates() -> None:
    shown = list(lines(plan("10.0.0.1-10.0.0.254", excluded=("10.0.0.9-10.0.0.9",))))

    assert shown[:6] == [
        "Scope: 254 addresses, 1 of them excluded",
        "  10.0.0.1-10.0.0.254",
        "  without 10.0.0.9",
        "Interface: eth0 10.0.0.2/24 02:00:00:00:00:01",
        "Ports: 80, 554; found by the built-in connect check",
        "Rates: 100 packets/s, 50 connections/s, 1 at a time per host, 300 ms between two",
    ]


def test_many_ranges_are_counted_and_not_all_shown() -> None:
    scattered = plan(*(f"10.0.{number}.1-10.0.{number}.1" for number in range(30)))

    assert "  and 10 ranges more" in list(lines(scattered))


def test_the_command_sends_nothing_and_ends_with_0(camcensus: Camcensus) -> None:
    result = camcensus("plan", "127.0.0.0/29", "--profile", "gentle", "--ports", "80")

    assert result.exit_code == 0
    assert result.stdout.startswith("Scope: 6 addresses")
    assert "Rates: 20 packets/s" in result.stdout
    assert result.stdout.endswith("Nothing was sent.\n")


def test_it_refuses_what_scan_refuses(camcensus: Camcensus) -> None:
    assert camcensus("plan", "8.8.8.8").exit_code == 2
