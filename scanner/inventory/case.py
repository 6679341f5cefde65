"""Every device of a site with all that there is to tell of it: verdict, rules, decisions, findings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from scanner.inventory.contract import DeviceRow, FindingRow, SweepKind, SweepRow, SweepState
from scanner.inventory.inventory import Inventory
from scanner.inventory.obligation_book import ObligationBook
from scanner.inventory.roll import Roll, address_of, verdict_of
from scanner.model.device import ChangeKind
from scanner.model.host import Host
from scanner.model.site import Role, Site
from scanner.policy.company import Decision
from scanner.policy.evaluation import PolicyResult
from scanner.policy.policy import Deed
from scanner.policy.rulebook import Rulebook
from scanner.removal.finding import DatedChange, Finding, Subject, findings
from scanner.removal.lifecycle import attestation, lifecycle
from scanner.removal.obligation import Obligation
from scanner.removal.owner import NOTHING_SAID, Custody

_TELLING = frozenset({ChangeKind.RETURNED, ChangeKind.REIDENTIFIED})


@dataclass(frozen=True, slots=True)
class Case:
    """One device as it stands today. ``finding`` is the latest that assessed it, None where none did."""

    device: DeviceRow
    finding: FindingRow | None
    custody: Custody
    subject: Subject
    findings: tuple[Finding, ...]


def cases(
    inventory: Inventory, site: Site, rulebook: Rulebook, now: datetime, decisions: Sequence[Decision] = ()
) -> Iterator[Case]:
    """Yield a case for each device of a site. Raises StorageProblem, or UsageProblem for labels at odds."""
    today = site.day(now)
    files = _Files.of(inventory, site)
    results = _results(files, rulebook, today, decisions)
    for device in inventory.devices(site.name):
        subject = _subject(device, files, results.get(device.number, ()))
        custody = files.custodies.get(device.number, NOTHING_SAID)
        found = findings(subject, today)
        yield Case(device, files.latest.get(device.number), custody, subject, found)


def swept(inventory: Inventory, site: str) -> list[SweepRow]:
    """Return the sweeps of a site that looked at the network and have ended, oldest first."""
    return [
        one
        for one in inventory.sweeps(site)
        if one.state is SweepState.FINISHED and one.kind is not SweepKind.REJUDGE
    ]


@dataclass(frozen=True, slots=True)
class _Files:
    """What the inventory holds of the devices of one site, by device."""

    site: Site
    latest: Mapping[int, FindingRow]
    obligations: Mapping[int, Mapping[str, Obligation]]
    custodies: Mapping[int, Custody]
    changes: Mapping[int, list[DatedChange]]
    first_addresses: Mapping[int, str]
    sweeps: Sequence[SweepRow]

    @classmethod
    def of(cls, inventory: Inventory, site: Site) -> "_Files":
        """Read them."""
        roll, book = Roll(inventory.engine), ObligationBook(inventory.engine)
        return cls(
            site,
            {one.device: one for one in roll.latest(site.name)},
            book.obligations(site.name),
            book.custodies(site.name),
            _changes(inventory, site),
            roll.first_addresses(site.name),
            swept(inventory, site.name),
        )

    def missed_on(self, device: DeviceRow) -> date | None:
        """Return the day of the last sweep that looked where a device was first met, and did not meet it."""
        address = address_of(self.first_addresses.get(device.number, ""))
        for sweep in reversed(self.sweeps):
            is_earlier = sweep.ended_at is not None and sweep.ended_at < device.first_seen
            if is_earlier and address and sweep.coverage and sweep.coverage.covers(address):
                return self.site.day(sweep.coverage.ended_at)
        return None


def _changes(inventory: Inventory, site: Site) -> dict[int, list[DatedChange]]:
    found: dict[int, list[DatedChange]] = {}
    for row in inventory.changes(site=site.name):
        if row.change.kind in _TELLING:
            dated = DatedChange(row.at, site.day(row.at), row.change)
            found.setdefault(row.device, []).append(dated)
    return found


def _results(
    files: _Files, rulebook: Rulebook, today: date, decisions: Sequence[Decision]
) -> dict[int, tuple[PolicyResult, ...]]:
    verdicts = {}
    for number, finding in files.latest.items():
        verdict = verdict_of(finding)
        # Two devices may have had the same address: results are told apart by the device's number.
        verdicts[number] = replace(verdict, host=replace(verdict.host, name=str(number)))
    roles = {one.host: files.site.role_of(files.latest[number].segment) for number, one in verdicts.items()}

    def of_host(host: Host) -> Role | None:
        return roles[host]

    found = rulebook.evaluate_all(verdicts.values(), files.site.labels, of_host, today, decisions)
    return {number: found[verdict.host] for number, verdict in verdicts.items()}


def _subject(device: DeviceRow, files: _Files, results: tuple[PolicyResult, ...]) -> Subject:
    obligations = files.obligations.get(device.number, {})
    removal = attestation(obligations.values())
    return Subject(
        first_seen=files.site.day(device.first_seen),
        last_seen=files.site.day(device.last_seen),
        lifecycle=lifecycle(device.presence, device.last_seen, obligations.values(), files.site.zone),
        role=files.site.role_of(device.segment),
        missed_on=files.missed_on(device) if _may_not_be_new(results) else None,
        removed_on=removal.day if removal else None,
        changes=tuple(files.changes.get(device.number, ())),
        results=results,
        obligations=obligations,
    )


def _may_not_be_new(results: Sequence[PolicyResult]) -> bool:
    """Whether any policy asks that no device be added, so that it matters since when this one is there."""
    return any(action.do is Deed.STOP_INSTALL for one in results for action in one.due)
