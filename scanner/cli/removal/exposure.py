"""The advisories that concern a site's devices, by today's data and what each device last showed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path

from scanner.cli import talk
from scanner.cli.history.delivery import deliver, tell_gone, tell_last_sweeps
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.cli.running.knowledge import Knowledge
from scanner.export.listing import Listing, Row
from scanner.inventory.contract import FindingRow, Kept
from scanner.inventory.inventory import Inventory
from scanner.inventory.roll import Roll, verdict_of
from scanner.inventory.tracking import firmware_text
from scanner.model.device import Presence
from scanner.model.verdict import Tier, Verdict
from scanner.policy.advisory import AdvisoryResult, Result
from scanner.policy.assessment import assess
from scanner.removal.activation import SetUp, set_up
from scanner.sweep.judgement import judged_again

COLUMNS = (
    *("device_id", "site", "segment", "address", "maker", "model", "firmware", "advisory", "result"),
    *("kev_since", "cvss", "fixed", "set_up", "title", "reason"),
)
SHOWN = (
    *("device_id", "address", "maker", "model", "firmware", "advisory", "result", "kev_since", "cvss"),
    *("fixed", "set_up"),
)

_SET_UP = {
    SetUp.NO: "announces that it is not activated: nobody has set a password",
    SetUp.PERHAPS_NOT: "announces a number that may mean that nobody has set it up yet: look at it",
}


@dataclass(frozen=True, slots=True)
class Exposed:
    """One device, as today's signatures judge what it last showed, and one advisory where one lists it."""

    finding: FindingRow
    verdict: Verdict
    set_up: SetUp
    found: AdvisoryResult | None = None

    @property
    def urgency(self) -> tuple[int, bool, str, int]:
        """What comes first: affected, known exploited; a device that nothing lists comes last."""
        if self.found is None:
            return len(Result), True, "", self.finding.device
        advisory = self.found.advisory
        place = list(Result).index(self.found.result)
        return place, advisory.kev_since is None, advisory.id, self.finding.device


def run(
    db: str | None,
    site: str,
    results: Sequence[str],
    signature_directories: tuple[Path, ...],
    wanted: ListFormat | None,
) -> None:
    """List what concerns the devices, name those that nobody has set up, and say what was looked at."""
    knowledge = Knowledge.of(signature_directories)
    with opened(db) as inventory:
        inventory.site(site)
        exposed = list(_exposed(inventory, site, knowledge))
        listed = sorted((one for one in exposed if _is_listed(one, results)), key=attrgetter("urgency"))
        deliver(Listing("advisory", COLUMNS, map(_row, listed), SHOWN), wanted)
        talk.closing(_sentence(listed))
        _tell_unset({one.finding.device: one for one in exposed}.values())
        tell_gone(inventory, [site])
        tell_last_sweeps(inventory, [site])


def _exposed(inventory: Inventory, site: str, knowledge: Knowledge) -> Iterator[Exposed]:
    """Yield each device with each advisory that lists it, or alone; those that are gone are left out."""
    there = [one for one in Roll(inventory.engine).latest(site) if one.presence is not Presence.GONE]
    for finding in there:
        kept = inventory.evidence(finding.number)
        verdict = _verdict(finding, kept, knowledge)
        announced = set_up(seen for one in kept for seen in one.observations)
        for found in assess(verdict, knowledge.advisories) or (None,):
            yield Exposed(finding, verdict, announced, found)


def _verdict(finding: FindingRow, kept: Sequence[Kept], knowledge: Knowledge) -> Verdict:
    """Return today's verdict on what a device showed last, with what it had shown before and leaves open."""
    known = verdict_of(finding)
    today = judged_again(finding, kept, knowledge.database).verdict if kept else known
    if today.maker is None:
        return known
    if known.maker != today.maker:
        return today
    return replace(
        today,
        tier=min(today.tier, known.tier, key=list(Tier).index),
        model=today.model or known.model,
        device_class=today.device_class or known.device_class,
        firmware=today.firmware or known.firmware,
    )


def _is_listed(one: Exposed, results: Sequence[str]) -> bool:
    if one.found is None:
        return one.set_up is not SetUp.NOT_TOLD
    return one.found.result.value in results


def _row(one: Exposed) -> Row:
    finding, verdict = one.finding, one.verdict
    where = (finding.device, finding.site, finding.segment, finding.address)
    what = (verdict.maker, verdict.model, firmware_text(verdict.firmware))
    if one.found is None:
        return *where, *what, "", "", None, None, None, one.set_up.value, "", ""
    advisory = one.found.advisory
    told = (advisory.id, one.found.result.value, advisory.kev_since, advisory.cvss, one.found.fixed)
    return *where, *what, *told, one.set_up.value, advisory.title, one.found.reason


def _sentence(listed: Iterable[Exposed]) -> str:
    counted = Counter(one.found.result for one in listed if one.found is not None)
    told = [f"{counted[one]} {one.value}" for one in Result if counted[one]]
    return f"Advisories by device: {', '.join(told) or 'none listed'}."


def _tell_unset(devices: Iterable[Exposed]) -> None:
    for one in devices:
        if told := _SET_UP.get(one.set_up):
            finding = one.finding
            talk.warning(f"Device {finding.device} of {finding.site} at {finding.address} {told}.")
