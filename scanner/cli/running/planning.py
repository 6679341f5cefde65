"""From options to the plan of a sweep: interfaces, limits, ports, and what finds them."""

from collections.abc import Iterable
from dataclasses import replace

from scanner.cli.config import Config
from scanner.cli.option import PaceOptions, PortCheck, TargetOptions
from scanner.cli.running import scope
from scanner.errors import NoAccess, UsageProblem
from scanner.model.limits import DEFAULT_PROFILE, FAST, PROFILES, Limits
from scanner.model.scope import Network, is_private
from scanner.net import nmap
from scanner.net.interface import Interface, has_raw_privilege, interfaces, named
from scanner.probes.contract import ALL_PORTS
from scanner.sweep import Plan

MAX_PORT = 65535


def sweep_plan(
    targets: TargetOptions, pace: PaceOptions, interface_names: tuple[str, ...], config: Config
) -> Plan:
    """Return the plan that the options make. Raises UsageProblem or NoAccess; sends nothing."""
    used = chosen_interfaces(interface_names)
    return Plan(
        scope=scope.build(targets, attached_networks(used, is_private_only=True), config),
        interfaces=used,
        limits=limits(pace),
        ports=() if pace.discover_only else ports(pace.ports),
        nmap_version=None if pace.discover_only else nmap_version(pace),
    )


def listening_plan(interface_names: tuple[str, ...], config: Config, listen_s: float | None) -> Plan:
    """Return the plan of listening on interfaces; ``listen_s`` None is without an end.

    Raises NoAccess when somebody may capture on none of them.
    """
    used = chosen_interfaces(interface_names)
    check_listening(used)
    heard = scope.of_segments(attached_networks(used, is_private_only=False), config.exclude)
    return Plan(heard, used, listen_s=listen_s)


def chosen_interfaces(names: tuple[str, ...]) -> tuple[Interface, ...]:
    """Return the named interfaces, or all that are up and have an address, without loopback.

    Raises NoAccess when a named one is missing or down.
    """
    if not names:
        return tuple(one for one in interfaces() if one.is_up and not one.is_loopback and one.ipv4 + one.ipv6)
    chosen = tuple(named(name) for name in dict.fromkeys(names))
    for interface in chosen:
        if not interface.is_up:
            raise NoAccess(
                f"The interface {interface.name} is down, so nothing was examined. Bring it up "
                f"(ip link set {interface.name} up) or choose another with --interface."
            )
    return chosen


def attached_networks(used: Iterable[Interface], is_private_only: bool) -> tuple[Network, ...]:
    """Return the IPv4 segments of some interfaces, loopback left out, each once.

    An IPv6 segment is never swept: it has too many addresses.
    """
    networks = (own.network for interface in used if not interface.is_loopback for own in interface.ipv4)
    return tuple(
        dict.fromkeys(net for net in networks if is_private(net.network_address) or not is_private_only)
    )


def check_listening(used: tuple[Interface, ...]) -> None:
    """Raise NoAccess unless somebody may capture frames on at least one interface."""
    if not used:
        raise NoAccess(
            "No interface is up and has an address, so there is nothing to listen to. Bring one up, or name "
            "one with --interface."
        )
    if not has_raw_privilege():
        raise NoAccess(
            "Listening needs the capability CAP_NET_RAW, which this process does not have, so nothing was "
            "heard. Run the command as root, or give it that one capability: "
            "setpriv --inh-caps +net_raw --ambient-caps +net_raw."
        )


def limits(options: PaceOptions) -> Limits:
    """Return the profile's limits with the operator's changes."""
    found = PROFILES[options.profile or DEFAULT_PROFILE]
    if options.max_rate is not None:
        slower = min(found.connections_per_s, options.max_rate)
        found = replace(found, packets_per_s=options.max_rate, connections_per_s=slower)
    if options.host_timeout is not None:
        found = replace(found, host_deadline_s=options.host_timeout)
    return found


def ports(text: str | None) -> tuple[int, ...]:
    """Return the TCP ports that a list such as ``80,443,8000-8010`` names, or all that are of use.

    Raises UsageProblem.
    """
    if text is None:
        return ALL_PORTS
    try:
        return tuple(sorted({port for part in text.split(",") for port in _span(part.strip())}))
    except ValueError as error:
        raise UsageProblem(
            f"The ports {text!r} cannot be read ({error}), so nothing was scanned. Write numbers and ranges "
            "with commas between, such as 80,443,8000-8010."
        ) from error


def _span(part: str) -> range:
    first, dash, last = part.partition("-")
    span = range(int(first), int(last if dash else first) + 1)
    if not span or span.start < 1 or span[-1] > MAX_PORT:
        raise ValueError(f"{part!r} is not within 1 to {MAX_PORT}")
    return span


def nmap_version(options: PaceOptions) -> str | None:
    """Return the version of nmap when it is to find the open ports, else None.

    Raises UsageProblem when it was asked for and is not installed.
    """
    if options.port_check is PortCheck.CONNECT:
        return None
    if options.port_check is PortCheck.AUTO and PROFILES[options.profile or DEFAULT_PROFILE] is FAST:
        return None
    version = nmap.available()
    if version is None and options.port_check is PortCheck.NMAP:
        raise UsageProblem(
            "nmap was asked for, but it or the Python package python-nmap is not installed, so nothing was "
            "scanned. Install both, or let the built-in check find the ports: --port-check connect."
        )
    return version
