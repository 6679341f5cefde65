"""Every policy with the companies and labels they speak of: the one door to what a finding means."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Self

from scanner.errors import UsageProblem
from scanner.matching.database import Database, shipped_root
from scanner.model.host import Host
from scanner.model.site import Role
from scanner.model.verdict import Verdict
from scanner.policy.company import Companies, Company, Decision
from scanner.policy.criterion import Ground
from scanner.policy.evaluation import PolicyResult, evaluate, is_identified, standing
from scanner.policy.known import Known
from scanner.policy.label import Labels
from scanner.policy.pack_file import Pack, read_packs
from scanner.policy.policy import Policy

RoleOf = Callable[[Host], Role | None]
Evaluate = Callable[[Verdict, Role | None], tuple[PolicyResult, ...]]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The policies to evaluate, in the order of their ids.

    ``version`` is the start of a SHA-256 over every policy file: two runs with the same version, the
    verdicts and the same day give the same results. ``decisions`` are those that stand in a file.
    """

    policies: tuple[Policy, ...]
    companies: Companies
    labels: Labels
    version: str
    decisions: tuple[Decision, ...] = ()

    @classmethod
    def load(cls, database: Database, extra: Sequence[Path] = ()) -> Self:
        """Return the shipped policies with those of each extra directory laid over them by id.

        Raises ``BadSignatures`` (exit code 2) with file, line, cause and remedy when a file cannot be used.
        """
        pack = read_packs((shipped_root(), *extra), database)
        names = {maker.id: maker.name for maker in database.makers.values()}
        return cls(
            tuple(pack.policies[name] for name in sorted(pack.policies)),
            Companies(pack.companies.values(), names),
            Labels(pack.labels.values()),
            _version(pack),
            tuple(pack.decisions.values()),
        )

    def selected(self, ids: Iterable[str]) -> Self:
        """Return the rulebook with these policies alone; ``UsageProblem`` names one that is not known."""
        wanted = dict.fromkeys(ids)
        by_id = {policy.id: policy for policy in self.policies}
        for name in wanted:
            if name not in by_id:
                close = get_close_matches(name, by_id, 1)
                meant = f" Did you mean {close[0]}?" if close else ""
                raise UsageProblem(f'There is no policy "{name}"; nothing was evaluated.{meant}')
        chosen = tuple(policy for policy in self.policies if policy.id in wanted)
        return replace(self, policies=chosen)

    def evaluate(
        self,
        verdict: Verdict,
        labels: frozenset[str],
        role: Role | None,
        on: date,
        decisions: Sequence[Decision] = (),
    ) -> tuple[PolicyResult, ...]:
        """Return one result per policy for one device, by the rules as they stood ``on`` that day.

        ``labels`` are the site's and ``role`` its segment's, None where nobody has mapped it. Raises
        ``UsageProblem`` for labels that contradict each other and decisions that cannot be taken.
        """
        return evaluate(verdict, labels, role, self.policies, self.ground(labels, on, decisions))

    def evaluate_all(
        self,
        verdicts: Iterable[Verdict],
        labels: frozenset[str],
        role_of: RoleOf,
        on: date,
        decisions: Sequence[Decision] = (),
    ) -> dict[Host, tuple[PolicyResult, ...]]:
        """Return the results of every host of a site; see ``evaluate``."""
        evaluator = self.evaluator(labels, on, decisions)
        return {verdict.host: evaluator(verdict, role_of(verdict.host)) for verdict in verdicts}

    def evaluator(self, labels: frozenset[str], on: date, decisions: Sequence[Decision] = ()) -> Evaluate:
        """Return what evaluates devices of one site one by one, each kind of them once; see ``evaluate``."""
        ground = self.ground(labels, on, decisions)
        known: dict[object, tuple[PolicyResult, ...]] = {}

        def evaluated(verdict: Verdict, role: Role | None) -> tuple[PolicyResult, ...]:
            key = (_kind(verdict), role)
            if key not in known:
                known[key] = evaluate(verdict, labels, role, self.policies, ground)
            return known[key]

        return evaluated

    def concerning(self, labels: frozenset[str], on: date) -> Self:
        """Return the rulebook with the policies that are in force and may bind whoever has the labels.

        Those that only tell something are left out.
        """
        held = self.labels.all_of(labels)
        return self.selected(
            policy.id
            for policy in self.policies
            if not policy.is_context
            and standing(policy, on).known is not Known.NO
            and self.labels.organisation(policy.binds, held).known is not Known.NO
        )

    def naming(self, company: Company) -> tuple[Policy, ...]:
        """Return the policies that name a company itself."""
        return tuple(
            policy for policy in self.policies if any(one.company == company.id for one in policy.named)
        )

    def ground(self, labels: frozenset[str], on: date, decisions: Sequence[Decision] = ()) -> Ground:
        """Return what questions are answered from, checked; raises as ``evaluate`` does."""
        if contradictions := self.labels.contradictions(labels):
            raise UsageProblem(f"{contradictions[0]} Nothing was evaluated: correct the labels of the site.")
        self.companies.check(decisions)
        kept = {one.key: one for one in (*self.decisions, *decisions)}
        return Ground(self.companies, self.labels, on, tuple(kept.values()))


def _kind(verdict: Verdict) -> tuple[object, ...]:
    """Return all that results depend on: a site has thousands of devices of a few kinds."""
    return (
        verdict.status,
        verdict.tier,
        verdict.maker,
        verdict.brand,
        verdict.device_class,
        verdict.model is not None,
        "" if is_identified(verdict) else verdict.reason,
    )


def _version(pack: Pack) -> str:
    digest = hashlib.sha256()
    for source in pack.sources:
        data = source.text.encode()
        digest.update(f"{source.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()[:16]
