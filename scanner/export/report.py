"""What one run found, as every exporter gets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from scanner.export.redaction import Redaction
from scanner.model.coverage import Coverage
from scanner.model.host import Host
from scanner.model.verdict import Verdict
from scanner.policy.advisory import AdvisoryResult
from scanner.policy.evaluation import PolicyResult


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts of one run in the order in which they are to be read, and how much it looked at.

    ``sweep_id`` is made for the run; ``site`` is what the operator calls the place, or empty.
    ``advisories`` are those that list a host, the most urgent first. ``policies`` are the results of those
    that the run was held against; no host has any where none was. ``redaction`` is what rows go through.
    """

    sweep_id: UUID
    site: str
    verdicts: tuple[Verdict, ...]
    coverage: Coverage
    advisories: Mapping[Host, tuple[AdvisoryResult, ...]] = field(default_factory=dict)
    policies: Mapping[Host, tuple[PolicyResult, ...]] = field(default_factory=dict)
    redaction: Redaction | None = None
