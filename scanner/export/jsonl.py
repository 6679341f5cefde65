"""JSON Lines: one object per host with all its evidence, then one that says what was looked at.

The text is plain ASCII: JSON's own escapes keep control characters and broken Unicode harmless.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from scanner.export import policy
from scanner.export.contract import Exporter
from scanner.export.redaction import Redaction
from scanner.export.report import Report
from scanner.export.row import SCHEMA_VERSION, HostRow
from scanner.model.capability import words
from scanner.model.coverage import Coverage
from scanner.model.host import Host
from scanner.model.signature import Match
from scanner.model.verdict import Verdict
from scanner.policy.advisory import AdvisoryResult

_PLACE = ("address", "mac", "segment")


def lines(report: Report) -> Iterator[str]:
    """Yield a line of type ``host`` per verdict, then one of type ``coverage``."""
    for verdict in report.verdicts:
        yield line(_host(verdict, report))
    yield line(coverage_entry(str(report.sweep_id), report.site, report.coverage, report.redaction))


def _host(verdict: Verdict, report: Report) -> dict[str, object]:
    results = report.policies.get(verdict.host, ())
    is_redacted = report.redaction is not None
    entry = {
        "type": "host",
        **asdict(HostRow.of(verdict, report)),
        "channels": verdict.channels,
        "capabilities": words(verdict.capabilities),
        "also_at": [_place(host, report.redaction) for host in verdict.also_at],
        "advisories": [_advisory(found) for found in report.advisories.get(verdict.host, ())],
        "policies": [policy.entry(one, is_redacted=is_redacted) for one in results],
    }
    # Evidence is what devices sent, byte by byte: no redaction knows all that may stand in it.
    return entry if is_redacted else {**entry, "matches": [_match(match) for match in verdict.matches]}


def _place(host: Host, redaction: Redaction | None) -> dict[str, object]:
    place = (host.label, host.mac, host.segment)
    shown = place if redaction is None else redaction.row(_PLACE, place)
    return dict(zip(_PLACE, shown, strict=True))


def _match(match: Match) -> dict[str, object]:
    seen, signature = match.observation, match.signature
    return {
        "signature": signature.id,
        "maker": signature.maker,
        "certainty": signature.certainty.value,
        "layer": signature.layer.value,
        "field": seen.field.value,
        "value": seen.value,
        "raw_base64": b64encode(seen.raw).decode(),
        "captured": match.captured,
        "source": seen.source,
        "via": seen.via.value,
        "endpoint": str(seen.endpoint) if seen.endpoint else None,
        "observed_at": seen.observed_at,
        "references": signature.references,
    }


def _advisory(found: AdvisoryResult) -> dict[str, object]:
    advisory = found.advisory
    return {
        "id": advisory.id,
        "title": advisory.title,
        "result": found.result.value,
        "why": found.reason,
        "fixed": found.fixed,
        "cvss": advisory.cvss,
        "kev": advisory.kev_since is not None,
        "kev_since": advisory.kev_since,
        "as_of": advisory.as_of,
        "sources": advisory.sources,
        "note": advisory.note,
    }


def coverage_entry(
    sweep_id: str, site: str, coverage: Coverage, redaction: Redaction | None = None
) -> dict[str, object]:
    """Return the entry that says how much one sweep looked at."""
    if redaction is not None:
        site, coverage = redaction.name("site", site), redaction.coverage(coverage)
    return {
        "type": "coverage",
        "schema_version": SCHEMA_VERSION,
        "sweep_id": sweep_id,
        "site": site,
        "started_at": coverage.started_at,
        "ended_at": coverage.ended_at,
        "complete": coverage.is_complete,
        "in_scope": coverage.in_scope,
        "answered": coverage.answered,
        "silent": coverage.silent,
        "examined": coverage.examined,
        "skipped": dict(coverage.skipped),
        "notes": coverage.notes,
        "gaps": coverage.gaps,
        "packets_sent": dict(coverage.packets_sent),
        "segments": [asdict(segment) for segment in coverage.segments],
        "outcomes": {probe: dict(counted) for probe, counted in coverage.outcomes.items()},
    }


def line(entry: dict[str, object]) -> str:
    """Return an entry as one line of ASCII; times are ISO 8601."""
    return f"{_ENCODER.encode(entry)}\n"


def _iso(moment: date) -> str:
    return moment.isoformat()


_ENCODER = json.JSONEncoder(default=_iso, ensure_ascii=True)
JSONL = Exporter("jsonl", (".jsonl", ".ndjson"), lines)
