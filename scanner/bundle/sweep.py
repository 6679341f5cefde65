"""The sweeps of a bundle as JSON Lines: when each was, how much it looked at, and what judged it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from scanner.bundle.archive import Altered
from scanner.bundle.value import text
from scanner.export import jsonl
from scanner.export.redaction import Level, Redaction
from scanner.inventory.contract import SweepRow
from scanner.model.coverage import Coverage
from scanner.model.scope import Range

# What one program with one set of signatures and one address registry is told by.
Knowledge = tuple[str, str, str]

_UNKNOWN_DAY = ""


def knowledge(program: str, signatures: str, registry: date | None) -> Knowledge:
    """Return what decides a verdict beside the evidence."""
    return program, signatures, registry.isoformat() if registry else _UNKNOWN_DAY


def line(sweep: SweepRow, redaction: Redaction) -> bytes:
    """Return the line of one sweep."""
    covered = sweep.coverage
    entry: dict[str, object] = {
        "type": "sweep",
        "sweep_id": sweep.uuid,
        "number": sweep.number,
        "site": redaction.name("site", sweep.site),
        "kind": sweep.kind.value,
        "state": sweep.state.value,
        "started_at": sweep.started_at,
        "ended_at": sweep.ended_at,
        "devices": sweep.devices,
        "flagged": sweep.flagged,
        "versions": asdict(sweep.versions),
        "coverage": None if covered is None else coverage_entry(sweep, covered, redaction),
    }
    return jsonl.line(entry).encode()


def read(line: bytes) -> tuple[str, Knowledge]:
    """Return the UUID of a sweep, and what judged it. Raises Altered."""
    try:
        entry = json.loads(line)
        return text(entry["sweep_id"]), _knowledge(entry["versions"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Altered(f"A line of the sweeps is not as camcensus writes it ({error!r:.120}).") from error


def _knowledge(versions: Mapping[str, Any]) -> Knowledge:
    registry = versions["registry"] or _UNKNOWN_DAY
    return text(versions["program"]), text(versions["signatures"]), text(registry)


def coverage_entry(sweep: SweepRow, covered: Coverage, redaction: Redaction) -> dict[str, object]:
    """Return how much a sweep looked at, with the ranges where a device would have been met."""
    is_redacted = redaction.level is not Level.NONE
    return {
        **jsonl.coverage_entry(sweep.uuid, sweep.site, covered, redaction),
        "ranges": [] if is_redacted else list(map(_ends, covered.ranges)),
        "addresses": sum(map(len, covered.ranges)),
    }


def _ends(piece: Range) -> list[str]:
    """Return the first and the last address of a range."""
    kind = IPv4Address if piece.version == 4 else IPv6Address
    return [str(kind(piece.first)), str(kind(piece.last))]
