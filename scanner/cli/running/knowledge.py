"""What verdicts are made with, and the one place where a report is put together."""

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from scanner.cli.option import RuleOptions
from scanner.cli.running.rules import Rules, check_asked
from scanner.export import Report
from scanner.matching.database import Database, load
from scanner.model.coverage import Coverage
from scanner.model.site import Site
from scanner.model.verdict import Verdict
from scanner.policy.advisory import Advisory
from scanner.policy.advisory_file import load_advisories
from scanner.policy.assessment import assess_all
from scanner.policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What hosts are judged by, and what the verdicts are held against."""

    database: Database
    advisories: tuple[Advisory, ...]
    rules: Rules | None = None

    @classmethod
    def of(
        cls,
        signature_directories: tuple[Path, ...],
        options: RuleOptions | None = None,
        site: Site | None = None,
    ) -> "Knowledge":
        """Return what is shipped with the directories laid over it, and the rules that ``options`` ask for.

        Raises BadSignatures, and UsageProblem as ``Rules`` does.
        """
        database = load(signature_directories)
        advisories = load_advisories(database, signature_directories)
        if options is None:
            return cls(database, advisories)
        rulebook = Rulebook.load(database, signature_directories)
        rules = Rules.of(options, rulebook, site)
        check_asked(options, [rules])
        return cls(database, advisories, rules)

    def report(self, sweep_id: UUID, site: str, verdicts: tuple[Verdict, ...], covered: Coverage) -> Report:
        """Return the report of one run: its verdicts, what lists them, and how much it looked at.

        The coverage gets a note of the rules that verdicts were held against, and one when the address
        registry was too old on the day of the run.
        """
        began = covered.started_at
        told = [self.rules.note(began)] if self.rules else []
        warning = self.database.registry.age_warning(began.date())
        return Report(
            sweep_id,
            site,
            verdicts,
            replace(covered, notes=(*covered.notes, *told, *([warning] if warning else []))),
            assess_all(verdicts, self.advisories),
            self.rules.results(verdicts, began) if self.rules else {},
        )
