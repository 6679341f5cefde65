"""What stands beside findings and devices of the inventory: results of policies, and what was decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from ipaddress import IPv4Address
from pathlib import Path

from scanner.cli.option import RuleOptions
from scanner.cli.running.rules import Rules, check_asked
from scanner.export.policy import NO_EXEMPTION, Exempt
from scanner.inventory.contract import DeviceRow, FindingRow, SweepRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.obligation_book import ObligationBook
from scanner.inventory.roll import address_of, verdict_of
from scanner.matching.database import load
from scanner.model.device import Presence
from scanner.model.host import Host
from scanner.model.site import Role, Site
from scanner.model.verdict import Status, Tier, Verdict
from scanner.policy.evaluation import PolicyResult
from scanner.policy.rulebook import Evaluate, Rulebook
from scanner.removal.lifecycle import lifecycle
from scanner.removal.obligation import Obligation
from scanner.removal.owner import NOTHING_SAID, Custody

_TOLD = frozenset({Status.FLAGGED.value, Status.OTHER_MAKER.value})
_NEVER = "no sweep could examine it"
_UNDECIDED: Mapping[str, Obligation] = {}

Results = tuple[PolicyResult, ...]


@dataclass(frozen=True, slots=True)
class Ruled:
    """What stands beside a finding: results by the rules of a day, the rest as it is known today."""

    results: Results = ()
    exempt: Exempt = NO_EXEMPTION
    lifecycle: str = ""
    owner: str = ""


NOT_RULED = Ruled()


@dataclass(slots=True)
class _Place:
    """One site with its rules and decisions; results are kept for the day that was asked for last."""

    site: Site
    rules: Rules | None
    obligations: Mapping[int, Mapping[str, Obligation]]
    custodies: Mapping[int, Custody]
    roles: Mapping[str, Role]
    day: date | None = None
    evaluate: Evaluate | None = None
    known: dict[object, Results] = field(default_factory=dict)

    @classmethod
    def of(cls, site: Site, rules: Rules | None, book: ObligationBook) -> "_Place":
        """Read what was decided about the site's devices."""
        roles = {segment.name: segment.role for segment in site.segments}
        return cls(site, rules, book.obligations(site.name), book.custodies(site.name), roles)

    def turn_to(self, at: datetime) -> None:
        """Know the rules of the day of a moment from now on."""
        day = self.rules.day(at) if self.rules else None
        if self.rules and day and day != self.day:
            self.day, self.evaluate, self.known = day, self.rules.evaluator(day), {}

    def results(self, finding: FindingRow) -> Results:
        """Return the results of a finding; most devices of a site are of a few kinds."""
        if self.evaluate is None:
            return ()
        key = _kind(finding)
        if key not in self.known:
            self.known[key] = self.evaluate(verdict_of(finding), self.roles.get(finding.segment or ""))
        return self.known[key]

    def ruled(self, device: int, presence: Presence, last_seen: datetime, results: Results) -> Ruled:
        """Return results with what was decided about the device."""
        decided = self.obligations.get(device, _UNDECIDED)
        day = self.day
        exempt = (name for name, one in decided.items() if day and one.is_exempt(day))
        return Ruled(
            results,
            frozenset(exempt) if decided else NO_EXEMPTION,
            lifecycle(presence, last_seen, decided.values(), self.site.zone).value,
            self.custodies.get(device, NOTHING_SAID).owner.value,
        )


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
        rulebook = Rulebook.load(load(signature_directories), signature_directories)
        book = ObligationBook(inventory.engine)
        rules = [(one, Rules.of(options, rulebook, one)) for one in sites]
        check_asked(options, [found for _, found in rules])
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
        return place.ruled(finding.device, finding.presence, finding.last_seen, place.results(finding))

    def of_device(self, device: DeviceRow, finding: FindingRow | None) -> Ruled:
        """Return what stands beside a device; ``finding`` is the latest that assessed it, if any did."""
        if finding is not None:
            return self.of(finding)
        place = self._places[device.site]
        place.turn_to(self._now or device.last_seen)
        results: Results = ()
        if place.evaluate is not None:
            host = Host(address_of(device.address) or IPv4Address(0))
            unknown = Verdict(host, Status.NOT_ASSESSED, Tier.NONE, _NEVER)
            results = place.evaluate(unknown, place.roles.get(device.segment))
        return place.ruled(device.number, device.presence, device.last_seen, results)


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
        "" if finding.verdict in _TOLD else finding.reason,
    )
