"""Judging stored evidence again: what changes, and a sweep of its own for it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from scanner.cli import talk
from scanner.cli.history.delivery import deliver, tell_coverage
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.cli.running.knowledge import Knowledge
from scanner.cli.running.memory import changes, versions
from scanner.cli.running.result import EXIT_DIFFERENT
from scanner.clock import SystemClock
from scanner.errors import UsageProblem
from scanner.export.listing import Listing, Row
from scanner.export.plural import counted
from scanner.inventory.contract import FindingRow, SweepKind, SweepRow, SweepState
from scanner.inventory.inventory import Inventory
from scanner.inventory.tracking import firmware_text
from scanner.model.coverage import Coverage
from scanner.model.verdict import Verdict
from scanner.notify.notice import announce
from scanner.sweep.judgement import Judged, judged_again
from scanner.sweep.remembering import Remembering, nowhere

COLUMNS = ("device_id", "segment", "address", "mac", "before", "after", "reason")
SHOWN = ("device_id", "address", "before", "after")


@dataclass(frozen=True, slots=True)
class Rejudgement:
    """One finding, and its device as today's signatures judge it."""

    finding: FindingRow
    today: Judged

    @property
    def before(self) -> str:
        """What it was found to be."""
        finding = self.finding
        kind = (finding.maker, finding.brand, finding.model, firmware_text(finding.firmware))
        return _told(finding.verdict, finding.tier, kind)

    @property
    def after(self) -> str:
        """What it would be found to be today."""
        verdict = self.today.verdict
        kind = (verdict.maker, verdict.brand, verdict.model, firmware_text(verdict.firmware))
        return _told(verdict.status.value, verdict.tier.value, kind)


def run(
    db: str | None,
    site: str | None,
    reference: str,
    signatures: tuple[Path, ...],
    is_stored: bool,
    wanted: ListFormat | None,
) -> int:
    """List the devices of a sweep whose verdict changes; return 3 when there are any, else 0."""
    knowledge = Knowledge.of(signatures)
    with opened(db) as inventory:
        row = inventory.sweep(reference, site)
        _check(inventory, row, is_stored)
        again = tuple(_again(inventory, row, knowledge))
        changed = [one for one in again if one.before != one.after]
        deliver(Listing("rejudgement", COLUMNS, map(_row, changed), SHOWN), wanted)
        talk.closing(_sentence(changed, again, row, knowledge))
        tell_coverage([row])
        if is_stored:
            with inventory.locked(row.site):
                _store(inventory, row, knowledge, [one.today for one in again])
    return EXIT_DIFFERENT if changed else 0


def _check(inventory: Inventory, row: SweepRow, is_stored: bool) -> None:
    if row.state is not SweepState.FINISHED:
        raise UsageProblem(
            f"Sweep {row.number} is {row.state.value} and has no findings, so there is nothing to judge "
            "again. camcensus sweeps lists those that have finished."
        )
    latest = inventory.sweep("last", row.site)
    if is_stored and row.number != latest.number:
        raise UsageProblem(
            f"Sweep {row.number} is not the latest one of {row.site}, so nothing was stored: a verdict on "
            f"what stood there then says nothing of now. Without --store it is shown; sweep {latest.number} "
            "can be stored."
        )


def _again(inventory: Inventory, row: SweepRow, knowledge: Knowledge) -> Iterator[Rejudgement]:
    """Judge every finding of a sweep again. Raises StorageProblem where evidence is damaged."""
    for finding in inventory.findings(sweep=row.number):
        if kept := inventory.evidence(finding.number):
            yield Rejudgement(finding, judged_again(finding, kept, knowledge.database))


def _store(inventory: Inventory, row: SweepRow, knowledge: Knowledge, again: Sequence[Judged]) -> None:
    """Add the verdicts as a finished sweep that met the same devices at the same time as the one judged."""
    log = inventory.begin_sweep(
        inventory.site(row.site), SweepKind.REJUDGE, {"sweep": row.uuid}, versions(knowledge)
    )
    verdicts: tuple[Verdict, ...] = tuple(one.verdict for one in again)
    report = knowledge.report(UUID(log.uuid), row.site, verdicts, _covered(row))
    # Whoever the sweep did not meet was missed by the sweep itself.
    finishing = Remembering(log, inventory.site(row.site)).finish(
        again, report.coverage, report.advisories, nowhere, announce, row.ended_at
    )
    talk.info(f"Stored as sweep {log.number} of {row.site}{changes(asyncio.run(finishing))}.")


def _covered(row: SweepRow) -> Coverage:
    """Return what the sweep covered, as the coverage of what is judged now."""
    now = SystemClock().now()
    covered = row.covered
    note = f"judged again from the evidence of sweep {row.number}: nothing was sent"
    return replace(covered, started_at=now, ended_at=now, notes=(*covered.notes, note), packets_sent={})


def _row(one: Rejudgement) -> Row:
    finding = one.finding
    return (
        finding.device,
        finding.segment,
        finding.address,
        finding.mac,
        one.before,
        one.after,
        one.today.verdict.reason,
    )


def _sentence(
    changed: Sequence[Rejudgement], again: Sequence[Rejudgement], row: SweepRow, knowledge: Knowledge
) -> str:
    count = counted(len(changed), "verdict", none="No")
    return (
        f"{count} of {len(again)} would be another one with signatures {knowledge.database.version}, where "
        f"sweep {row.number} had {row.versions.signatures}."
    )


def _told(status: str, tier: str, kind: Sequence[str | None]) -> str:
    """Return a verdict in one line."""
    return ", ".join([status, tier, " ".join(text for text in kind if text)]).rstrip(", ")
