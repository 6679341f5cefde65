"""What the doctor looks at, each with what it means for a sweep."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from importlib.metadata import PackageNotFoundError, requires, version

from scanner import __version__
from scanner.clock import SystemClock
from scanner.errors import CamcensusError
from scanner.matching.database import load
from scanner.matching.oui import Registry
from scanner.net import nmap
from scanner.net.interface import Interface, has_raw_privilege, interfaces

DISTRIBUTION = "camcensus"
# A clock that runs years ahead was never set.
MAX_YEARS_AFTER_DATA = 10


class Outcome(Enum):
    """``FAILED`` means that sweeps will not work, ``LIMITED`` that they will find less."""

    GOOD = "ok"
    LIMITED = "limited"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``finding`` says what was found, and the remedy where one is needed."""

    subject: str
    outcome: Outcome
    finding: str


def checks() -> tuple[Check, ...]:
    """Look at everything; sends nothing."""
    now = SystemClock().now()
    registry = Registry.shipped()
    return (
        _privilege(has_raw_privilege()),
        *_interfaces(interfaces()),
        _nmap(nmap.available()),
        *_packages(),
        _database(),
        _registry(registry, now),
        _clock(registry, now),
    )


def _privilege(has_it: bool) -> Check:
    if has_it:
        return Check("raw frames", Outcome.GOOD, "may be sent and captured (CAP_NET_RAW)")
    return Check(
        "raw frames",
        Outcome.FAILED,
        "may not be sent or captured: no ARP sweep, no SADP on layer 2, no listening. Run as root, or with "
        "setpriv --inh-caps +net_raw --ambient-caps +net_raw",
    )


def _interfaces(known: tuple[Interface, ...]) -> Iterator[Check]:
    usable = [one for one in known if one.is_up and not one.is_loopback and one.ipv4]
    if not usable:
        yield Check(
            "interfaces", Outcome.FAILED, "none is up with an IPv4 address, so there is no segment to sweep"
        )
    for interface in usable:
        addresses = ", ".join(map(str, (*interface.ipv4, *interface.ipv6)))
        yield Check(
            f"interface {interface.name}", Outcome.GOOD, f"{interface.mac or 'no Ethernet'}, {addresses}"
        )


def _nmap(found: str | None) -> Check:
    if found:
        return Check("nmap", Outcome.GOOD, found)
    missing = "not installed; the built-in connect check finds open ports. Install nmap for a second opinion"
    return Check("nmap", Outcome.LIMITED, missing)


def _packages() -> Iterator[Check]:
    yield Check(DISTRIBUTION, Outcome.GOOD, __version__)
    try:
        wanted = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        yield Check(
            "packages", Outcome.LIMITED, "camcensus runs without being installed; versions are unknown"
        )
        return
    for requirement in wanted:
        if "extra ==" not in requirement:
            yield _package(_name(requirement))


def _name(requirement: str) -> str:
    return requirement[
        : next((i for i, c in enumerate(requirement) if not (c.isalnum() or c in "-_.")), None)
    ]


def _package(name: str) -> Check:
    try:
        return Check(f"package {name}", Outcome.GOOD, version(name))
    except PackageNotFoundError:
        return Check(f"package {name}", Outcome.FAILED, "not installed. Install camcensus again")


def _database() -> Check:
    try:
        database = load()
    except CamcensusError as error:
        return Check("signatures", Outcome.FAILED, str(error))
    size = f"{len(database.signatures)} rules for {len(database.makers)} makers"
    return Check("signatures", Outcome.GOOD, f"version {database.version}, {size}")


def _registry(registry: Registry, now: datetime) -> Check:
    try:
        warning = registry.age_warning(now.date())
    except CamcensusError as error:
        return Check("address registry", Outcome.FAILED, str(error))
    if warning:
        return Check("address registry", Outcome.LIMITED, warning)
    return Check("address registry", Outcome.GOOD, f"of {registry.published}, {registry.source}")


def _clock(registry: Registry, now: datetime) -> Check:
    told = now.isoformat(timespec="seconds")
    years = (now.date() - registry.published).days / 365
    if 0 <= years <= MAX_YEARS_AFTER_DATA:
        return Check("clock", Outcome.GOOD, told)
    return Check(
        "clock", Outcome.LIMITED, f"{told} cannot be right; evidence would carry a wrong time. Set it"
    )
