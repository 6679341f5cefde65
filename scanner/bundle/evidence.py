"""Raw evidence as JSON Lines: one line for each finding, in the order of ``findings.csv``.

``{"sweep_id", "device_id", "address", "mac", "hosts": [{"address", "mac", "interface", "segment", "name",
"shortfall", "messages", "shown", "results"}]}``: every host that the finding rests on, each with its messages
in base64 and the facts that they show.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from typing import Any

from scanner.bundle.archive import Altered
from scanner.bundle.value import number, optional_text, text
from scanner.export import jsonl
from scanner.inventory.contract import FindingRow, Kept
from scanner.inventory.evidence import entry_of, observations_of
from scanner.model.host import Address, Host
from scanner.model.observation import Observation

# A device shows 20 to 50 KB. Only one that means harm has more than this, and it must not fill memory.
MAX_LINE_BYTES = 64 * 1024 * 1024
# As text takes about four thirds of its bytes, and facts repeat what messages say.
_BASE64_GROWTH = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What one finding rests on; ``is_whole`` is False where its evidence was too much to be kept."""

    sweep_id: str
    device_id: int
    host: Host
    observations: tuple[Observation, ...]
    is_whole: bool = True


def line(finding: FindingRow, kept: Sequence[Kept]) -> bytes:
    """Return the line of one finding; evidence that is too much for one line is left out, and it says so."""
    head: dict[str, object] = {
        "sweep_id": finding.sweep_uuid,
        "device_id": finding.device,
        "address": finding.address,
        "mac": finding.mac,
    }
    if _BASE64_GROWTH * sum(map(_weight, kept)) < MAX_LINE_BYTES:
        return jsonl.line({**head, "hosts": [_host(one) for one in kept]}).encode()
    return jsonl.line({**head, "hosts": [], "left_out": len(kept)}).encode()


def read(line: bytes) -> Shown:
    """Return what a line tells. Raises Altered when it is not as it was written."""
    try:
        entry = json.loads(line)
        hosts = entry["hosts"]
        seen = tuple(one for host in hosts for one in _observations(host))
        host = _merged(entry, hosts)
        is_whole = "left_out" not in entry
        return Shown(text(entry["sweep_id"]), number(entry["device_id"]), host, seen, is_whole)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise Altered(f"A line of the evidence is not as camcensus writes it ({error!r:.120}).") from error


def _weight(kept: Kept) -> int:
    return sum(len(seen.raw) + len(seen.value) for seen in kept.observations)


def _host(kept: Kept) -> dict[str, object]:
    host = kept.host
    return {
        "address": str(host.address),
        "mac": host.mac,
        "interface": host.interface,
        "segment": host.segment,
        "name": host.name,
        "shortfall": kept.shortfall,
        **entry_of(kept.observations, kept.results),
    }


def _observations(entry: dict[str, Any]) -> Iterable[Observation]:
    texts = (entry[name] for name in ("mac", "interface", "segment", "name"))
    host = Host(ip_address(text(entry["address"])), *map(optional_text, texts))
    return map(_checked, observations_of(entry, host))


def _checked(seen: Observation) -> Observation:
    """Return an observation whose parts are what they are said to be. Raises TypeError or ValueError."""
    text(seen.value)
    text(seen.source)
    if seen.observed_at.utcoffset() is None:
        raise ValueError("a time without zone")
    if seen.endpoint is not None and not 0 <= number(seen.endpoint.port) <= 65535:
        raise ValueError("no port")
    return seen


def _merged(entry: dict[str, Any], hosts: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> Host:
    """Return the host that the finding is about."""
    first = next(iter(hosts), None)
    address = ip_address(text(first["address"])) if first else _address(text(entry["address"]))
    return Host(address, optional_text(entry["mac"]))


def _address(label: str) -> Address:
    """Return the address that a finding is known by, or the unspecified one for a name or a MAC."""
    try:
        return ip_address(label)
    except ValueError:
        return IPv4Address(0)
