"""A plan in words: scope, interfaces, ports, questions, rates, and what discovery costs at least."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from scanner.cli.running import scope
from scanner.export.escape import escape
from scanner.model.limits import Limits
from scanner.model.scope import Network
from scanner.model.traffic import Reach, Traffic
from scanner.net.interface import Interface
from scanner.sweep import Plan
from scanner.sweep.port import LIKELY_FIRST

# More ranges than this are no longer read; their number still is.
MAX_RANGES = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """What discovery sends at most, and how long that takes at the plan's rates.

    ``segment_addresses`` are asked by ARP; ``routed_addresses`` one by one, ports included.
    """

    segment_addresses: int
    routed_addresses: int
    packets: int
    connections: int
    seconds: float


def lines(plan: Plan) -> Iterator[str]:
    """Yield the description line by line."""
    yield from _scope_lines(plan)
    yield from _interface_lines(plan)
    finder = f"nmap {plan.nmap_version}" if plan.nmap_version else "the built-in connect check"
    yield f"Ports: {', '.join(map(str, plan.ports))}; found by {finder}"
    yield from _rate_lines(plan.limits)
    yield "Questions:"
    yield from (f"  {_question(traffic)}" for traffic in declared(plan))
    yield from _estimate_lines(plan)


def declared(plan: Plan) -> tuple[Traffic, ...]:
    """Return everything that the plan's askers and probes may send, each message once."""
    asked = (traffic for asker in plan.askers for traffic in asker.traffic)
    probed = (traffic for probe in plan.probes for traffic in probe.traffic)
    return tuple(dict.fromkeys(chain(asked, probed)))


def estimate(plan: Plan) -> Estimate:
    """Return what discovery of the plan's scope costs."""
    segments = _segments(plan)
    on_segment = sum(sum(1 for _ in plan.scope.addresses_within(segment)) for segment in segments)
    routed = plan.scope.size - plan.scope.excluded_count - on_segment
    reaches = [traffic.reach for asker in plan.askers for traffic in asker.traffic]
    per_segment = reaches.count(Reach.MULTICAST) + reaches.count(Reach.BROADCAST)
    to_segments = len(segments) * per_segment + on_segment * plan.limits.arp_tries
    packets = to_segments + routed * reaches.count(Reach.UNICAST)
    connections = routed * min(len(plan.ports), len(LIKELY_FIRST))
    pace_s = packets / plan.limits.packets_per_s + connections / plan.limits.connections_per_s
    return Estimate(on_segment, routed, packets, connections, pace_s + plan.limits.discovery_wait_s)


def _segments(plan: Plan) -> tuple[Network, ...]:
    """Return the attached segments that hold targets."""
    own = (
        address.network
        for interface in plan.interfaces
        if not interface.is_loopback
        for address in interface.ipv4
    )
    return tuple(dict.fromkeys(network for network in own if plan.scope.overlaps(network)))


def _scope_lines(plan: Plan) -> Iterator[str]:
    yield f"Scope: {plan.scope.size} addresses, {plan.scope.excluded_count} of them excluded"
    pieces = plan.scope.targets
    yield from (f"  {scope.describe(piece)}" for piece in pieces[:MAX_RANGES])
    if len(pieces) > MAX_RANGES:
        yield f"  and {len(pieces) - MAX_RANGES} ranges more"
    yield from (f"  without {scope.describe(piece)}" for piece in plan.scope.excluded[:MAX_RANGES])


def _interface_lines(plan: Plan) -> Iterator[str]:
    used = [one for one in plan.interfaces if any(plan.scope.overlaps(own.network) for own in one.ipv4)]
    if not used:
        yield "Interfaces: no target is on an attached segment; all are asked through routers"
    yield from (f"Interface: {_interface(one)}" for one in used)


def _interface(interface: Interface) -> str:
    addresses = ", ".join(map(str, interface.ipv4))
    return escape(f"{interface.name} {addresses} {interface.mac or 'without Ethernet'}")


def _rate_lines(limits: Limits) -> Iterator[str]:
    yield (
        f"Rates: {limits.packets_per_s:g} packets/s, {limits.connections_per_s:g} connections/s, "
        f"{limits.connections_per_host} at a time per host, {limits.host_gap_ms} ms between two"
    )
    yield (
        f"Limits: {limits.hosts_in_flight} hosts at a time, {limits.host_deadline_s:g} s per host, "
        f"{limits.max_host_bytes // 1024} KiB read per host"
    )


def _question(traffic: Traffic) -> str:
    return f"{traffic.reach.value} {traffic.destination}: {traffic.message} ({traffic.source})"


def _estimate_lines(plan: Plan) -> Iterator[str]:
    cost = estimate(plan)
    yield (
        f"Discovery: {cost.segment_addresses} addresses on attached segments, {cost.routed_addresses} "
        f"through routers; at most {cost.packets} packets and {cost.connections} connections, about "
        f"{cost.seconds:.0f} s"
    )
    yield f"Each host that answers: at most {plan.limits.host_deadline_s:g} s more. Nothing was sent."
