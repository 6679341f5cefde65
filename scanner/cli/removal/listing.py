"""What is decided and what is due: one row for each device and each policy that concerns it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.cli import talk
from scanner.cli.history.delivery import deliver, tell_last_sweeps
from scanner.cli.history.devices import place
from scanner.cli.history.site_choice import chosen
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.cli.running.result import EXIT_FINDINGS
from scanner.clock import SystemClock
from scanner.export.listing import Listing, Row
from scanner.export.plural import counted
from scanner.export.policy import deed
from scanner.inventory.case import Case, cases
from scanner.inventory.inventory import Inventory
from scanner.matching.database import load
from scanner.model.site import Site
from scanner.policy.evaluation import Outcome, PolicyResult
from scanner.policy.rulebook import Rulebook
from scanner.removal.finding import Finding, FindingKind
from scanner.removal.lifecycle import Lifecycle
from scanner.removal.obligation import Obligation
from scanner.removal.owner import Owner, WorkList

COLUMNS = (
    *("device_id", "site", "segment", "address", "maker", "model", "owner", "list", "location"),
    *("private_office", "lifecycle", "policy", "result", "state", "day", "by", "reason", "actions_due"),
    *("deadline", "findings"),
)
SHOWN = (
    *("device_id", "site", "address", "maker", "model", "list", "lifecycle", "policy", "state", "day"),
    *("actions_due", "deadline", "findings"),
)
_LATE = frozenset({FindingKind.OVERDUE, FindingKind.EXEMPTION_EXPIRED})


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows are listed; what is None does not matter."""

    policy: str | None = None
    is_overdue: bool = False
    work_list: str | None = None
    in_private_office: bool = False

    def takes(self, entry: "Entry") -> bool:
        """Whether a row is listed."""
        custody = entry.case.custody
        return (
            self.policy in (None, entry.policy)
            and self.work_list in (None, custody.work_list.value)
            and (custody.is_private_office or not self.in_private_office)
            and (entry.is_overdue or not self.is_overdue)
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One device under one policy; ``policy`` is empty for what concerns the device under none."""

    case: Case
    policy: str
    result: PolicyResult | None
    obligation: Obligation | None
    findings: tuple[Finding, ...]

    @property
    def is_overdue(self) -> bool:
        """Whether a day that counts has gone by."""
        return any(one.kind in _LATE for one in self.findings)


def run(
    db: str | None,
    site: str | None,
    choice: Choice,
    signature_directories: tuple[Path, ...],
    wanted: ListFormat | None,
) -> int:
    """List the rows, name what has returned, and return the exit code."""
    rulebook = Rulebook.load(load(signature_directories), signature_directories)
    if choice.policy is not None:
        rulebook = rulebook.selected([choice.policy])
    with opened(db) as inventory:
        sites = chosen(inventory, site)
        found = [case for one in sites for case in _cases(inventory, one, rulebook)]
        entries = [entry for case in found for entry in entries_of(case) if choice.takes(entry)]
        deliver(Listing("obligation", COLUMNS, map(_row, entries), SHOWN), wanted)
        talk.closing(_sentence(entries))
        is_back = _tell_returned(found)
        tell_last_sweeps(inventory, [one.name for one in sites])
    return EXIT_FINDINGS if is_back else 0


def entries_of(case: Case) -> Iterator[Entry]:
    """Yield a device under each policy that applies or was decided on, and what concerns it anyway.

    Nothing applies to a device that is gone; what was decided of it stays.
    """
    subject = case.subject
    is_gone = subject.lifecycle is Lifecycle.GONE
    results = {one.policy.id: one for one in subject.results if not (one.is_context or is_gone)}
    applying = {name for name, one in results.items() if one.outcome is Outcome.APPLIES}
    about: dict[str, list[Finding]] = {}
    for one in case.findings:
        about.setdefault(one.policy, []).append(one)
    for name in sorted(applying | subject.obligations.keys() | about.keys()):
        known, told = subject.obligations.get(name), tuple(about.get(name, ()))
        yield Entry(case, name, results.get(name), known, told)


def _cases(inventory: Inventory, site: Site, rulebook: Rulebook) -> list[Case]:
    found = cases(inventory, site, rulebook, SystemClock().now())
    return sorted(found, key=lambda case: place(case.device))


def _row(entry: Entry) -> Row:
    case, last = entry.case, entry.obligation.last if entry.obligation else None
    device, custody, result = case.device, case.custody, entry.result
    return (
        *(device.number, device.site, device.segment, device.address, device.maker, device.model),
        *(custody.owner.value, custody.work_list.value, custody.location, custody.is_private_office),
        *(case.subject.lifecycle.value, entry.policy, result.outcome.value if result else ""),
        *((last.state.value, last.day, last.by, last.reason) if last else ("none", None, "", "")),
        tuple(map(deed, result.due)) if result else (),
        result.deadline if result else None,
        tuple(one.kind.value for one in entry.findings),
    )


def _sentence(entries: Sequence[Entry]) -> str:
    found = {entry.case.device.number: entry.case for entry in entries}.values()
    here = [one.custody for one in found if one.subject.lifecycle is not Lifecycle.GONE]
    own = [one for one in here if one.work_list is WorkList.REMOVAL]
    unknown = sum(one.owner is Owner.UNKNOWN for one in own)
    late = sum(entry.is_overdue for entry in entries)
    return (
        f"{counted(len(found), 'device', none='No')}: {len(found) - len(here)} gone, "
        f"{len(own)} to remove ({unknown} of an unknown owner), {len(here) - len(own)} to negotiate about. "
        f"{late or 'Nothing'} overdue."
    )


def _tell_returned(found: Iterable[Case]) -> bool:
    """Raise the alarm for each device that is back, and return whether there is any."""
    returned = [(case, one) for case in found for one in case.findings if one.kind is FindingKind.RETURNED]
    for case, one in returned:
        device = case.device
        talk.warning(
            f"Device {device.number} of {device.site} at {device.address} has returned. {one.reason}"
        )
    return bool(returned)
