"""JSON Lines: one object per host with all its evidence, then one that says what was looked at.

The text is plain ASCII: JSON's own escapes keep control characters and broken Unicode harmless.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from scanner.export.contract import Exporter
from scanner.export.report import Report
from scanner.export.row import SCHEMA_VERSION, Row
from scanner.model.coverage import Coverage
from scanner.model.host import Host
from scanner.model.signature import Match
from scanner.model.verdict import Verdict
from scanner.policy.advisory import AdvisoryResult


def lines(report: Report) -> Iterator[str]:
    """Yield a line of type ``host`` per verdict, then one of type ``coverage``."""
    for verdict in report.verdicts:
        yield _line(_host(verdict, report))
    yield _line(_coverage(report))


def _host(verdict: Verdict, report: Report) -> dict[str, object]:
    return {
        "type": "host",
        **asdict(Row.of(verdict, report)),
        "channels": verdict.channels,
        "also_at": [_place(host) for host in verdict.also_at],
        "advisories": [_advisory(found) for found in report.advisories.get(verdict.host, ())],
        "matches": [_match(match) for match in verdict.matches],
    }


def _place(host: Host) -> dict[str, object]:
    return {"address": host.label, "mac": host.mac, "segment": host.segment}


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


def _coverage(report: Report) -> dict[str, object]:
    coverage: Coverage = report.coverage
    return {
        "type": "coverage",
        "schema_version": SCHEMA_VERSION,
        "sweep_id": str(report.sweep_id),
        "site": report.site,
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
    }


def _line(entry: dict[str, object]) -> str:
    return json.dumps(entry, default=_iso, ensure_ascii=True) + "\n"


def _iso(moment: date) -> str:
    return moment.isoformat()


JSONL = Exporter("jsonl", (".jsonl", ".ndjson"), lines)
