"""The timeline of one site or several: counted, held against milestones, and written."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scanner.cli import talk
from scanner.cli.history.conflicts import tell_count
from scanner.cli.history.delivery import tell_last_sweeps, write
from scanner.cli.history.site_choice import check_named, named
from scanner.cli.inventory import opened
from scanner.cli.removal.milestone import read_all
from scanner.cli.running import result
from scanner.clock import SystemClock
from scanner.errors import UsageProblem
from scanner.export import plot, svg
from scanner.export.chart import Chart
from scanner.export.listing import Listing, Row, csv_lines, json_lines
from scanner.export.table import show_listing
from scanner.inventory.case import cases, swept
from scanner.inventory.inventory import Inventory
from scanner.inventory.life import Lives, lives
from scanner.inventory.obligation_book import ObligationBook
from scanner.matching.database import load
from scanner.model.site import Site
from scanner.policy.evaluation import Outcome
from scanner.policy.rulebook import Rulebook
from scanner.removal.timeline import Life, Milestone, Outlook, Point, curve, end, outlook

COLUMNS = (
    *("kind", "date", "found", "remaining", "removed", "unproven", "percent", "target_percent"),
    *("forecast_percent", "planned_percent", "sites", "cleared_sites"),
)
# The title of a picture is one line.
MOST_NAMED = 3
# The suffixes of -o and the formats that they mean.
_SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".svg": "svg", ".txt": "table"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which devices of which sites are counted, and against what; ``is_kept`` stores the milestones."""

    sites: tuple[str, ...]
    is_all: bool
    policy: str | None
    milestones: tuple[str, ...]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """What was counted, and what is expected of it."""

    sites: tuple[Site, ...]
    counted: tuple[Lives, ...]
    points: tuple[Point, ...]
    outlooks: tuple[Outlook, ...]

    @property
    def chart(self) -> Chart:
        """The picture of it."""
        count = len(self.sites)
        names = ", ".join(one.name for one in self.sites) if count <= MOST_NAMED else f"{count} sites"
        return Chart(f"Devices found, remaining and removed: {names}", self.points, self.outlooks)

    def rows(self) -> Iterator[Row]:
        """Yield a row for each day that was counted, then one for each milestone."""
        for one in self.points:
            counts = (one.found, one.remaining, one.removed, one.unproven, _round(one.percent))
            yield "counted", one.on, *counts, None, None, None, one.sites, one.cleared
        for stands in self.outlooks:
            goal = stands.milestone
            shares = (_round(stands.reached), goal.percent, _round(stands.forecast), _round(stands.planned))
            yield "milestone", goal.on, None, None, None, None, *shares, None, None


def run(
    db: str | None,
    wanted: Wanted,
    form: str | None,
    output: str | None,
    signature_directories: tuple[Path, ...],
) -> None:
    """Count, write, and say what the counts leave out."""
    typed = read_all(wanted.milestones)
    with opened(db) as inventory:
        check_named(wanted.sites, wanted.is_all, "whose timeline is wanted")
        sites = named(inventory, wanted.sites)
        milestones = _milestones(inventory, sites, typed)
        if wanted.is_kept:
            _keep(inventory, sites, typed)
        found = _counted(inventory, sites, milestones, wanted.policy, signature_directories)
        _deliver(found, _format(form, output), output)
        for sentence in _sentences(found):
            talk.closing(sentence)
        tell_count(inventory, [site.name for site in sites])
        tell_last_sweeps(inventory, [site.name for site in sites])


def _milestones(
    inventory: Inventory, sites: Sequence[Site], typed: tuple[Milestone, ...]
) -> tuple[Milestone, ...]:
    """Return the milestones that were typed, else those that the sites have in common."""
    if typed:
        return typed
    book = ObligationBook(inventory.engine)
    stored = {book.milestones(one.name) for one in sites} - {()}
    if len(stored) > 1:
        talk.warning("The sites have different milestones, so none is shown. Give them with --milestone.")
    return stored.pop() if len(stored) == 1 else ()


def _keep(inventory: Inventory, sites: Sequence[Site], typed: tuple[Milestone, ...]) -> None:
    if not typed:
        raise UsageProblem("There is no milestone to keep: name it with --milestone. Nothing was changed.")
    book = ObligationBook(inventory.engine)
    for one in sites:
        book.set_milestones(one.name, typed)


def _counted(
    inventory: Inventory,
    sites: tuple[Site, ...],
    milestones: tuple[Milestone, ...],
    policy: str | None,
    signature_directories: tuple[Path, ...],
) -> Timeline:
    rulebook = None
    if policy is not None:
        whole = Rulebook.load(load(signature_directories), signature_directories)
        rulebook = whole.selected([policy])
    counted = tuple(lives(inventory, one, _chosen(inventory, one, rulebook)) for one in sites)
    together = [life for one in counted for life in one.counted]
    points = curve(together, _days(inventory, sites, together))
    return Timeline(sites, counted, points, tuple(outlook(together, points, one) for one in milestones))


def _chosen(inventory: Inventory, site: Site, rulebook: Rulebook | None) -> frozenset[int] | None:
    """Return the devices that a policy applies to, by today's rules; None where none was named."""
    if rulebook is None:
        return None
    found = cases(inventory, site, rulebook, SystemClock().now())
    return frozenset(
        one.device.number
        for one in found
        if any(result.outcome is Outcome.APPLIES for result in one.subject.results)
    )


def _days(inventory: Inventory, sites: Sequence[Site], counted: Sequence[Life]) -> list[date]:
    """Return the days of sweeps, and that of the latest attestation where it came after them."""
    days = sorted(
        site.day(sweep.ended_at)
        for site in sites
        for sweep in swept(inventory, site.name)
        if sweep.ended_at is not None
    )
    attested = max((spell.since for life in counted for spell in life.attested), default=None)
    is_later = days and attested is not None and attested > days[-1]
    return [*days, attested] if is_later and attested is not None else days


def _format(form: str | None, output: str | None) -> str:
    if form is not None:
        return form
    if output is not None and output != result.STANDARD_OUTPUT:
        return _SUFFIXES.get(Path(output).suffix.lower(), "csv")
    return "table" if sys.stdout.isatty() else "jsonl"


def _deliver(found: Timeline, form: str, output: str | None) -> None:
    if form == "table" and output is None:
        result.put(_drawn(found))
        show_listing(_listing(found), sys.stdout)
    else:
        write(_lines(found, form), output)


def _lines(found: Timeline, form: str) -> Iterator[str]:
    if form == "svg":
        if not found.points:
            raise UsageProblem("No sweep of these sites has finished yet, so there is nothing to draw.")
        return svg.lines(found.chart)
    if form == "table":
        return _drawn(found)
    return csv_lines(_listing(found)) if form == "csv" else json_lines(_listing(found))


def _drawn(found: Timeline) -> Iterator[str]:
    if found.points:
        yield from plot.lines(found.chart)
        yield "\n"


def _listing(found: Timeline) -> Listing:
    return Listing("point", COLUMNS, found.rows())


def _sentences(found: Timeline) -> Iterator[str]:
    if not found.points or not found.points[-1].found:
        yield "No device to count was found."
        return
    last = found.points[-1]
    yield f"{last.found} found, {last.remaining} remaining, {last.removed} removed by {last.on}."
    if last.unproven:
        yield f"Sweeps miss {last.unproven} more, whose removal nobody has attested: they remain."
    others = sum(one.others_count for one in found.counted)
    if others:
        yield f"{others} of a landlord or contractor are to be negotiated about, and are not counted."
    if unknown := sum(one.unknown_count for one in found.counted):
        yield f"{unknown} of an unknown owner are counted as one's own."
    yield _forecast(found.points)


def _forecast(points: Sequence[Point]) -> str:
    if not points[-1].remaining:
        return "None of those found remains; what no sweep covered is not known."
    day = end(points)
    if day is None:
        return "There is no forecast: nothing was removed between the first sweep and the last."
    since = next(one.on for one in points if one.found)
    return f"At the pace since {since} none remains on {day}."


def _round(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 1)
