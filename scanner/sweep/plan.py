"""What a sweep is asked to do, and what it tells while it runs."""

from collections.abc import Callable
from dataclasses import dataclass

from scanner.discovery import BUILTIN_ASKERS, BUILTIN_LISTENERS, Discoverer, Listens
from scanner.model.limits import NORMAL, Limits
from scanner.model.scope import Scope
from scanner.net.interface import Interface
from scanner.probes import BUILTIN_PROBES, Probe
from scanner.probes.contract import ALL_PORTS


@dataclass(frozen=True, slots=True)
class Plan:
    """One sweep. ``nmap_version`` is None where the connect check is to find the open ports.

    A plan with ``listen_s`` sends nothing: it listens for so many seconds and asks nobody.
    """

    scope: Scope
    interfaces: tuple[Interface, ...]
    limits: Limits = NORMAL
    ports: tuple[int, ...] = ALL_PORTS
    nmap_version: str | None = None
    listen_s: float | None = None
    askers: tuple[Discoverer, ...] = BUILTIN_ASKERS
    listeners: tuple[Listens, ...] = BUILTIN_LISTENERS
    probes: tuple[Probe, ...] = BUILTIN_PROBES


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a sweep stands: hosts met, hosts done, and what it does now."""

    met: int
    done: int
    stage: str


Observer = Callable[[Progress], None]
