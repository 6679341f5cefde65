"""The rules that verdicts are held against: which policies, as of which day, and for which site."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from scanner.cli.option import RuleOptions
from scanner.errors import UsageProblem
from scanner.export.plural import counted
from scanner.model.host import Host
from scanner.model.site import UTC_ZONE, Role, Site
from scanner.model.verdict import Verdict
from scanner.policy.evaluation import PolicyResult
from scanner.policy.rulebook import Evaluate, Rulebook

ALL = "all"

Results = dict[Host, tuple[PolicyResult, ...]]


@dataclass(frozen=True, slots=True)
class Rules:
    """Policies for one site. Those that were not ``chosen`` by name are narrowed to what concerns it.

    ``as_of`` None means the day of what is judged, at the site.
    """

    rulebook: Rulebook
    labels: frozenset[str]
    site: Site | None = None
    as_of: date | None = None
    chosen: bool = True

    @classmethod
    def of(cls, options: RuleOptions, rulebook: Rulebook, site: Site | None) -> Self | None:
        """Return what was asked for; None where nothing was and no label says whose the site is.

        Raises UsageProblem for policies and labels that there are not, and labels that contradict each other.
        """
        labels = frozenset(options.labels) | (site.labels if site else frozenset())
        check_labels(options.labels, labels, rulebook)
        if options.policies:
            whole = ALL in options.policies
            return cls(
                rulebook if whole else rulebook.selected(options.policies), labels, site, options.as_of
            )
        if rulebook.labels.names_organisation(labels):
            return cls(rulebook, labels, site, options.as_of, chosen=False)
        return None

    def day(self, at: datetime) -> date:
        """Return the day whose rules count for what happened at a moment."""
        return self.as_of or at.astimezone(self.site.zone if self.site else UTC_ZONE).date()

    def on(self, day: date) -> Rulebook:
        """Return the policies that verdicts are held against on a day."""
        return self.rulebook if self.chosen else self.rulebook.concerning(self.labels, day)

    def evaluator(self, day: date) -> Evaluate:
        """Return what evaluates devices of the site by the rules of a day."""
        return self.on(day).evaluator(self.labels, day)

    def results(self, verdicts: Iterable[Verdict], at: datetime) -> Results:
        """Return the results of every host, by the rules of the day of a moment."""
        day = self.day(at)
        return self.on(day).evaluate_all(verdicts, self.labels, self.role_of, day)

    def role_of(self, host: Host) -> Role | None:
        """Return the role of a host's segment, None where nobody has mapped it."""
        segment = self.site.segment_of(host.address, host.segment) if self.site else None
        return segment.role if segment else None

    def note(self, at: datetime) -> str:
        """Return what verdicts were held against, for the coverage."""
        day = self.day(at)
        policies = counted(len(self.on(day).policies), "policy", "policies")
        return f"held against {policies} as of {day}, rules {self.rulebook.version}"


def check_asked(options: RuleOptions, found: Iterable[Rules | None]) -> None:
    """Raise UsageProblem where a day or labels were given, and no policy is left to hold anything against."""
    if (options.as_of or options.labels) and not any(found):
        raise UsageProblem(
            "No policy is named and no label says whose the site is, so there is nothing to hold verdicts "
            "against and nothing was done. Name policies with --policy, or the organisation with --label."
        )


def check_labels(given: Iterable[str], together: frozenset[str], rulebook: Rulebook) -> None:
    """Raise UsageProblem for labels that are not known, and those that contradict each other."""
    if faults := (*rulebook.labels.unknown(given), *rulebook.labels.contradictions(together)):
        raise UsageProblem(f"{faults[0]} Nothing was done: correct the labels of the site.")
