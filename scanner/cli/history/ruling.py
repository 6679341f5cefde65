"""What stands beside findings and devices of the inventory: results of policies, and what was decided."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli.option import RuleOptions
from scanner.export.listing import Row
from scanner.export.policy import NO_EXEMPTION, Exempt, deadline_of, due_of, told_of
from scanner.inventory.contract import DeviceRow, FindingRow, SweepRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.obligation_book import ObligationBook
from scanner.inventory.roll import address_of, verdict_of
from scanner.model.device import Presence
from scanner.model.host import Host
from scanner.model.site import Site
from scanner.model.verdict import Status, Tier, Verdict
from scanner.policy.evaluation import PolicyResult
from scanner.removal.lifecycle import lifecycle
from scanner.removal.obligation import Obligation
from scanner.removal.owner import NOTHING_SAID, Custody

if TYPE_CHECKING:
    from scanner.cli.running.rules import Rules
    from scanner.policy.rulebook import Evaluate

_TOLD = frozenset({Status.FLAGGED.value, Status.OTHER_MAKER.value})
_SURE = frozenset({Tier.CONFIRMED.value, Tier.PROBABLE.value})
_NEVER = "no sweep could examine it"
_UNDECIDED: Mapping[str, Obligation] = {}

Results = tuple[PolicyResult, ...]


@dataclass(frozen=True, slots=True)
class Ruled:
    """What stands beside a finding: results by the rules of a day, the rest as it is known today.

    ``cells`` is how a list shows it: policies, actions that are due, deadline, lifecycle and owner.
    """

    results: Results = ()
    exempt: Exempt = NO_EXEMPTION
    lifecycle: str = ""
    owner: str = ""
    cells: Row = field(init=False)

    def __post_init__(self) -> None:
        """Make the cells once: most findings of a site share what stands beside them."""
        rules = tuple(tell(self.results, self.exempt) for tell in (told_of, due_of, deadline_of))
        object.__setattr__(self, "cells", (*rules, self.lifecycle, self.owner))


NOT_RULED = Ruled()


@dataclass(slots=True)
class _Place:
    """One site with its rules and decisions; what is known is for the day that was asked for last."""

    site: Site
    rules: "Rules | None"
    obligations: Mapping[int, Mapping[str, Obligation]]
    custodies: Mapping[int, Custody]
    day: date | None = None
    evaluate: "Evaluate | None" = None
    known: dict[object, Ruled] = field(default_factory=dict)

    @classmethod
    def of(cls, site: Site, rules: "Rules | None", book: ObligationBook) -> "_Place":
        """Read what was decided about the site's devices."""
        return cls(site, rules, book.obligations(site.name), book.custodies(site.name))

    def turn_to(self, at: datetime) -> None:
        """Know the rules of the day of a moment from now on."""
        day = self.rules.day(at) if self.rules else None
        if self.rules and day and day != self.day:
            self.day, self.evaluate, self.known = day, self.rules.evaluator(day), {}

    def of_finding(self, finding: FindingRow) -> Ruled:
        """Return what stands beside a finding."""
        kind = _kind(finding) if self.evaluate else None
        found = finding.device, finding.presence, finding.last_seen
        return self._ruled(*found, kind, lambda: self._results(verdict_of(finding), finding.segment))

    def of_unassessed(self, device: DeviceRow) -> Ruled:
        """Return what stands beside a device that no sweep could assess."""
        known = device.number, device.presence, device.last_seen
        host = Host(address_of(device.address) or IPv4Address(0))
        unknown = Verdict(host, Status.NOT_ASSESSED, Tier.NONE, _NEVER)
        return self._ruled(*known, device.segment, lambda: self._results(unknown, device.segment))

    def _results(self, verdict: Verdict, segment: str | None) -> Results:
        return self.evaluate(verdict, self.site.role_of(segment)) if self.evaluate else ()

    def _ruled(
        self, device: int, presence: Presence, last_seen: datetime, kind: object, judge: Callable[[], Results]
    ) -> Ruled:
        """Return what stands beside a device; most are of a few kinds, and nothing was decided about them."""
        usual = self.known.get((presence, kind))
        if usual is None:
            usual = self.known[presence, kind] = self._made(presence, last_seen, judge())
        if device not in self.obligations and device not in self.custodies:
            return usual
        decided = self.obligations.get(device, _UNDECIDED), self.custodies.get(device, NOTHING_SAID)
        return self._made(presence, last_seen, usual.results, *decided)

    def _made(
        self,
        presence: Presence,
        last_seen: datetime,
        results: Results,
        decided: Mapping[str, Obligation] = _UNDECIDED,
        custody: Custody = NOTHING_SAID,
    ) -> Ruled:
        day = self.day
        exempt = frozenset(name for name, one in decided.items() if day and one.is_exempt(day))
        life = lifecycle(presence, last_seen, decided.values(), self.site.zone)
        return Ruled(results, exempt, life.value, custody.owner.value)


class Ruling:
    """Holds findings and devices against rules, one by one and in constant memory.

    Findings are held against the rules of their sweep's day, or with ``now`` against those of that moment.
    """

    def __init__(
        self,
        inventory: Inventory,
        sites: Iterable[Site],
        options: RuleOptions,
        *,
        sweeps: Iterable[SweepRow] = (),
        now: datetime | None = None,
        signature_directories: tuple[Path, ...] = (),
    ) -> None:
        """Raise UsageProblem for policies and labels that there are not, and BadSignatures."""
        book = ObligationBook(inventory.engine)
        rules = _rules(tuple(sites), options, signature_directories)
        self._places = {site.name: _Place.of(site, found, book) for site, found in rules}
        self._began = {one.number: one.started_at for one in sweeps}
        self._now = now

    @property
    def has_rules(self) -> bool:
        """Whether devices of any of the sites are held against policies."""
        return any(place.rules for place in self._places.values())

    def of(self, finding: FindingRow) -> Ruled:
        """Return what stands beside a finding."""
        place = self._places[finding.site]
        place.turn_to(self._now or self._began.get(finding.sweep, finding.observed_at))
        return place.of_finding(finding)

    def of_device(self, device: DeviceRow, finding: FindingRow | None) -> Ruled:
        """Return what stands beside a device; ``finding`` is the latest that assessed it, if any did."""
        if finding is not None:
            return self.of(finding)
        place = self._places[device.site]
        place.turn_to(self._now or device.last_seen)
        return place.of_unassessed(device)


def _rules(
    sites: Sequence[Site], options: RuleOptions, signature_directories: tuple[Path, ...]
) -> "list[tuple[Site, Rules | None]]":
    """Return the rules of each site; none are read where nothing asks for any, which would take most time.

    Raises UsageProblem and BadSignatures.
    """
    is_asked = any((options.policies, options.as_of, options.labels, signature_directories))
    if not is_asked and not any(site.labels for site in sites):
        return [(site, None) for site in sites]
    from scanner.cli.running.rules import Rules, check_asked
    from scanner.matching.database import load
    from scanner.policy.rulebook import Rulebook

    rulebook = Rulebook.load(load(signature_directories), signature_directories)
    rules = [(site, Rules.of(options, rulebook, site)) for site in sites]
    check_asked(options, [found for _, found in rules])
    return rules


def _kind(finding: FindingRow) -> tuple[object, ...]:
    """Return all that results depend on: making a verdict of each finding would take ten times as long."""
    return (
        finding.verdict,
        finding.tier,
        finding.maker,
        finding.brand,
        finding.device_class,
        finding.model is not None,
        finding.segment,
        "" if finding.verdict in _TOLD and finding.tier in _SURE else finding.reason,
    )
