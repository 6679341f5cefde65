"""Findings and changes out of the inventory into files, row by row."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import itemgetter

from scanner.bundle.sweep import coverage_entry
from scanner.cli import talk
from scanner.cli.history.delivery import tell_coverage, write
from scanner.cli.history.redaction import redaction_of
from scanner.cli.history.ruling import NOT_RULED, Ruled, Ruling
from scanner.cli.history.site_choice import chosen
from scanner.cli.inventory import opened
from scanner.cli.option import OutputOptions, RuleOptions
from scanner.cli.running import result
from scanner.errors import UsageProblem
from scanner.export import JSONL, jsonl
from scanner.export.listing import Listing, Row, csv_lines, json_lines
from scanner.export.plural import counted
from scanner.export.policy import entry
from scanner.export.redaction import Level, Redaction
from scanner.export.row import CHANGE_COLUMNS, COLUMNS, SCHEMA_VERSION
from scanner.inventory.contract import ChangeRow, FindingRow, SweepRow, SweepState
from scanner.inventory.inventory import Inventory
from scanner.inventory.query import Wanted

# What a finding shows in the columns between the schema version and the change.
_SHOWN = (
    *("sweep_uuid", "site", "segment", "address", "mac", "mac_vendor", "hostname", "verdict", "tier"),
    *("maker", "brand", "model", "device_class", "firmware_version", "firmware_build_date", "serial"),
    *("open_ports", "evidence", "reason", "observed_at", "advisories", "device", "first_seen", "last_seen"),
)
# By place and not by name, since a history has hundreds of thousands of findings.
_FOUND = itemgetter(*map(FindingRow._fields.index, _SHOWN))


@dataclass(frozen=True, slots=True)
class Selection:
    """What is exported; what is None does not matter."""

    site: str | None
    since: datetime | None
    sweep: str | None
    flagged: bool
    changes: bool
    redact: Level = Level.NONE
    rules: RuleOptions = field(default_factory=RuleOptions)
    unit: str | None = None


def run(db: str | None, selection: Selection, output: str | None, wanted: str | None) -> None:
    """Write what is selected, then say how much the last of its sweeps looked at, for each site."""
    as_json = result.exporter(OutputOptions(output, wanted, None, "")) is JSONL
    with opened(db) as inventory:
        sites = chosen(inventory, selection.site, selection.unit)
        sweeps = _sweeps(inventory, selection, {one.name for one in sites})
        ruling = Ruling(inventory, sites, selection.rules, sweeps=sweeps)
        exported = Exported(ruling, redaction_of(selection.redact, inventory.sites()))
        write(_lines(inventory, selection, sweeps, exported, as_json), output)
        _tell(sweeps)


def _sweeps(inventory: Inventory, selection: Selection, names: Collection[str]) -> list[SweepRow]:
    """Return the finished sweeps that are selected, oldest first. Raises UsageProblem."""
    if selection.sweep is not None:
        if selection.unit is not None:
            raise UsageProblem(
                "--sweep and --unit exclude each other, since a sweep is of one site. Use --site."
            )
        return [inventory.sweep(selection.sweep, selection.site)]
    finished = (one for one in inventory.sweeps(selection.site) if one.state is SweepState.FINISHED)
    since, own = selection.since, (one for one in finished if one.site in names)
    return [one for one in own if since is None or (one.ended_at is not None and one.ended_at >= since)]


def _lines(
    inventory: Inventory,
    selection: Selection,
    sweeps: Sequence[SweepRow],
    exported: "Exported",
    as_json: bool,
) -> Iterator[str]:
    sweep = sweeps[0].number if selection.sweep is not None else None
    wanted: Wanted = {"sweep": sweep, "since": selection.since, "flagged": selection.flagged}
    sites = (selection.site,) if selection.unit is None else sorted({one.site for one in sweeps})
    if selection.changes:
        changes = chain.from_iterable(inventory.changes(site=one, **wanted) for one in sites)
        rows = (exported.redaction.row(CHANGE_COLUMNS, _change_row(change)) for change in changes)
        listing = Listing("change", CHANGE_COLUMNS, rows)
        return json_lines(listing) if as_json else csv_lines(listing)
    findings = chain.from_iterable(inventory.findings(site=one, **wanted) for one in sites)
    if as_json:
        return _json_lines(findings, sweeps, exported)
    return csv_lines(Listing("host", COLUMNS, map(exported.row, findings)))


@dataclass(frozen=True, slots=True)
class Exported:
    """What becomes of findings on their way out."""

    ruling: Ruling
    redaction: Redaction

    def row(self, finding: FindingRow) -> Row:
        """Return a finding under ``COLUMNS``."""
        return self.redaction.row(COLUMNS, row_of(finding, self.ruling.of(finding)))

    def entry(self, finding: FindingRow) -> dict[str, object]:
        """Return a finding for JSON Lines."""
        ruled, is_redacted = self.ruling.of(finding), self.redaction.level is not Level.NONE
        row = self.redaction.row(COLUMNS, row_of(finding, ruled))
        return {
            "type": "host",
            **dict(zip(COLUMNS, row, strict=True)),
            "channels": finding.channels,
            "capabilities": finding.capabilities,
            "also_at": [{"address": self.redaction.address(address)} for address in finding.also_at],
            "advisories": [_advisory(told) for told in finding.advisories],
            "policies": [entry(one, ruled.exempt, is_redacted) for one in ruled.results],
        }


def _json_lines(
    findings: Iterable[FindingRow], sweeps: Iterable[SweepRow], exported: Exported
) -> Iterator[str]:
    for finding in findings:
        yield jsonl.line(exported.entry(finding))
    for one in sweeps:
        if one.coverage is not None:
            yield jsonl.line(coverage_entry(one, one.coverage, exported.redaction))


def _advisory(told: str) -> dict[str, object]:
    number, _, outcome = told.partition(" ")
    return {"id": number, "result": outcome}


def row_of(finding: FindingRow, ruled: Ruled = NOT_RULED) -> Row:
    """Return a finding under ``COLUMNS``, with what stands beside it."""
    changes = tuple([kind.value for kind in finding.change])
    return (SCHEMA_VERSION, *_FOUND(finding), changes, finding.presence.value, *ruled.cells)


def _change_row(row: ChangeRow) -> Row:
    return (
        SCHEMA_VERSION,
        row.sweep_uuid,
        row.site,
        row.at,
        row.device,
        row.segment,
        row.address,
        row.change.kind.value,
        row.change.before,
        row.change.after,
        row.status,
        row.maker,
        row.model,
    )


def _tell(sweeps: list[SweepRow]) -> None:
    incomplete = sum(not one.is_complete for one in sweeps)
    exported = counted(len(sweeps), "sweep", none="No")
    talk.closing(f"{exported} exported, {incomplete or 'none'} of them incomplete.")
    tell_coverage({one.site: one for one in sweeps}.values())
