"""One host as one row: the columns that CSV and JSON Lines share."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from scanner.export.escape import shorten
from scanner.export.policy import deadline_of, due_of, told_of
from scanner.export.report import Report
from scanner.model.signature import Certainty, Match
from scanner.model.verdict import Verdict

SCHEMA_VERSION = 3
# A reader wants the reason at a glance; JSON Lines carries every match whole.
MAX_EVIDENCE = 3
MAX_EVIDENCE_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class HostRow:
    """Schema version 3. The fields are the columns, in this order; what is not known is None or empty.

    ``evidence`` is safe to print already; every other text is as it was seen. From ``device_id`` to
    ``status`` and from ``lifecycle`` on, only the inventory knows.
    """

    schema_version: int
    sweep_id: str
    site: str
    segment: str | None
    address: str
    mac: str | None
    mac_vendor: str | None
    hostname: str | None
    verdict: str
    tier: str
    maker: str | None
    brand: str | None
    model: str | None
    device_class: str | None
    firmware_version: str | None
    firmware_build_date: date | None
    serial: str | None
    open_ports: tuple[str, ...]
    evidence: tuple[str, ...]
    reason: str
    observed_at: datetime
    advisories: tuple[str, ...]
    device_id: int | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    change: tuple[str, ...] = ()
    status: str | None = None
    policies: tuple[str, ...] = ()
    actions_due: tuple[str, ...] = ()
    deadline: date | None = None
    lifecycle: str | None = None
    owner: str | None = None

    @classmethod
    def of(cls, verdict: Verdict, report: Report) -> "HostRow":
        """Return the row of one host, without what the report's redaction takes out."""
        row = cls._whole(verdict, report)
        redaction = report.redaction
        if redaction is None:
            return row
        return cls(*redaction.row(COLUMNS, tuple(getattr(row, name) for name in COLUMNS)))  # type: ignore[arg-type]

    @classmethod
    def _whole(cls, verdict: Verdict, report: Report) -> "HostRow":
        results = report.policies.get(verdict.host, ())
        return cls(
            schema_version=SCHEMA_VERSION,
            sweep_id=str(report.sweep_id),
            site=report.site,
            segment=verdict.host.segment,
            address=verdict.host.label,
            mac=verdict.host.mac,
            **evidence_columns(verdict),
            reason=verdict.reason,
            observed_at=_last_seen(verdict, report),
            advisories=tuple(map(str, report.advisories.get(verdict.host, ()))),
            policies=told_of(results),
            actions_due=due_of(results),
            deadline=deadline_of(results),
        )


COLUMNS = tuple(column.name for column in fields(HostRow))

# One row for each change of a device; verdict, maker and model are those of today.
CHANGE_COLUMNS = (
    *("schema_version", "sweep_id", "site", "at", "device_id", "segment", "address"),
    *("change", "before", "after", "verdict", "maker", "model"),
)


def evidence_columns(verdict: Verdict) -> dict[str, Any]:
    """Return the columns that follow from what a host showed, and from nothing else."""
    return {**verdict.told(), "evidence": strongest(verdict.matches)}


def strongest(matches: tuple[Match, ...]) -> tuple[str, ...]:
    """Return the few values that tell most, as ``field=value``, escaped and shortened.

    Of equally certain ones those come first that also show a model, version or serial number.
    """
    certainties = list(Certainty)
    telling = sorted(matches, key=lambda m: (certainties.index(m.signature.certainty), -m.shown))
    seen = dict.fromkeys((match.observation.field.value, match.observation.value) for match in telling)
    told = tuple(f"{field}={value}" for field, value in seen)[:MAX_EVIDENCE]
    return tuple(shorten(text, MAX_EVIDENCE_CHARACTERS) for text in told)


def _last_seen(verdict: Verdict, report: Report) -> datetime:
    """Return when the host last showed anything; for one that showed nothing, when the run ended."""
    times = [match.observation.observed_at for match in verdict.matches]
    return verdict.last_seen or max(times, default=report.coverage.ended_at)
