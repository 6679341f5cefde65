"""What verdicts are made with, and the one place where a report is put together."""

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from scanner.export import Report
from scanner.matching.database import Database, load
from scanner.model.coverage import Coverage
from scanner.model.verdict import Verdict
from scanner.policy.advisory import Advisory
from scanner.policy.advisory_file import load_advisories
from scanner.policy.assessment import assess_all


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What hosts are judged by, and what the verdicts are held against."""

    database: Database
    advisories: tuple[Advisory, ...]

    @classmethod
    def of(cls, signature_directories: tuple[Path, ...]) -> "Knowledge":
        """Return what is shipped with the directories laid over it; raises BadSignatures."""
        database = load(signature_directories)
        return cls(database, load_advisories(database, signature_directories))

    def report(self, sweep_id: UUID, site: str, verdicts: tuple[Verdict, ...], covered: Coverage) -> Report:
        """Return the report of one run: its verdicts, what lists them, and how much it looked at.

        The coverage gets a note when the address registry was too old on the day of the run.
        """
        warning = self.database.registry.age_warning(covered.started_at.date())
        if warning:
            covered = replace(covered, notes=(*covered.notes, warning))
        return Report(sweep_id, site, verdicts, covered, assess_all(verdicts, self.advisories))
