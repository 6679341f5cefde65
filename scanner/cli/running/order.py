"""What a sweep was asked to do, as it is stored with it: enough to go on where it was interrupted."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scanner.cli.config import Config
from scanner.cli.running import planning, terms
from scanner.cli.running.scope import ends
from scanner.errors import StorageProblem
from scanner.model.limits import Limits
from scanner.model.scope import Range, Scope, merge, parse_address
from scanner.model.site import Site
from scanner.net import nmap
from scanner.sweep import Plan


def dumped(plan: Plan, signatures: tuple[Path, ...]) -> dict[str, Any]:
    """Return the stored form of a plan, and of the signatures that were laid over the shipped ones."""
    return {
        "targets": [_ends(piece) for piece in plan.scope.targets],
        "excluded": [_ends(piece) for piece in plan.scope.excluded],
        "interfaces": [one.name for one in plan.interfaces],
        "limits": asdict(plan.limits),
        "ports": list(plan.ports),
        "nmap": plan.nmap_version is not None,
        "signatures": [str(directory.absolute()) for directory in signatures],
    }


def loaded(entry: Mapping[str, Any], site: Site, config: Config) -> Plan:
    """Return the plan that a stored form stands for, as far as the site's file of today allows it.

    Raises UsageProblem, NoAccess, and StorageProblem for what is no stored plan.
    """
    try:
        targets, excluded = (merge(map(_range, entry[name])) for name in ("targets", "excluded"))
        limits = Limits(**entry["limits"])
        names, ports, has_nmap = entry["interfaces"], tuple(entry["ports"]), entry["nmap"]
    except (KeyError, TypeError, ValueError) as error:
        raise StorageProblem(
            f"What the sweep was asked to do cannot be read ({error}), so it was not resumed. Start a new "
            f"one: camcensus scan --site '{site.name}'."
        ) from error
    return Plan(
        scope=terms.allowed(site, Scope(targets, excluded), config),
        interfaces=planning.chosen_interfaces(tuple(names)),
        limits=limits,
        ports=ports,
        nmap_version=nmap.available() if has_nmap else None,
    )


def signatures_of(entry: Mapping[str, Any]) -> tuple[Path, ...]:
    """Return the directories of signatures that a sweep was begun with."""
    return tuple(map(Path, entry.get("signatures", ())))


def _ends(piece: Range) -> list[str]:
    return [str(end) for end in ends(piece)]


def _range(pair: list[str]) -> Range:
    first, last = map(parse_address, pair)
    return Range.of(first, last)
