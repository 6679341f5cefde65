"""The matrix of devices and policies: how each device stands to each policy, and what would tell."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.cli import talk
from scanner.cli.history.delivery import deliver, printed_as, tell_coverage, tell_gone, tell_last_sweeps
from scanner.cli.history.devices import place
from scanner.cli.history.ruling import Ruled, Ruling
from scanner.cli.history.site_choice import chosen
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat, RuleOptions
from scanner.cli.running import result
from scanner.clock import SystemClock
from scanner.export import jsonl
from scanner.export.listing import Listing, Row
from scanner.export.plural import counted
from scanner.export.policy import entry, outcome_of
from scanner.inventory.contract import DeviceRow, FindingRow, SweepRow
from scanner.inventory.inventory import Inventory
from scanner.inventory.roll import Roll
from scanner.model.device import Presence
from scanner.model.site import Site
from scanner.policy.evaluation import Outcome

COLUMNS = ("device_id", "site", "segment", "address", "verdict", "maker", "brand", "model")
# Before a number of devices.
_WORDS = {
    Outcome.APPLIES: "applies to",
    Outcome.DOES_NOT_APPLY: "does not apply to",
    Outcome.CANNOT_TELL: "cannot tell of",
}
_SHOWN = ("address", "verdict", "maker", "model")
NO_LABEL = (
    "No policy was evaluated, since no label says whose the site is. Label it, or name policies with "
    "--policy."
)
NONE_IN_FORCE = (
    "No policy was evaluated, since none that may bind whom the labels name was in force on that day. Name "
    "policies with --policy to see how they stand then."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which site or sweep the matrix is; neither means every site."""

    site: str | None
    sweep: str | None
    rules: RuleOptions
    signature_directories: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """One device under ``COLUMNS``, and how it stands to each policy."""

    device: Row
    ruled: Ruled

    def row(self, policies: Sequence[str]) -> Row:
        """Return its row of the matrix; a cell is empty where nothing was evaluated."""
        found = {one.policy.id: outcome_of(one, self.ruled.exempt) for one in self.ruled.results}
        return (*self.device, *(found.get(name, "") for name in policies))

    def entry(self) -> dict[str, object]:
        """Return it for JSON Lines, with results whole."""
        results = [entry(one, self.ruled.exempt) for one in self.ruled.results]
        told = dict(zip(COLUMNS, self.device, strict=True))
        life = {"lifecycle": self.ruled.lifecycle, "owner": self.ruled.owner}
        return {"type": "device", **told, **life, "policies": results}


def run(db: str | None, wanted: Wanted, form: ListFormat | None) -> None:
    """Print the matrix, then how many devices stand how to each policy, what would tell, and the coverage."""
    with opened(db) as inventory:
        sweep = inventory.sweep(wanted.sweep, wanted.site) if wanted.sweep is not None else None
        sites = chosen(inventory, sweep.site if sweep else wanted.site)
        ruling = _ruling(inventory, sites, sweep, wanted)
        found = _of_sweep(inventory, sweep, ruling) if sweep else _of_sites(inventory, sites, ruling)
        standings = list(found)
        _deliver(standings, form)
        for sentence in _sentences(standings, ruling.has_rules):
            talk.closing(sentence)
        _tell_coverage(inventory, sites, sweep)


def _ruling(inventory: Inventory, sites: Sequence[Site], sweep: SweepRow | None, wanted: Wanted) -> Ruling:
    """Return the rules of the day of a sweep, or without one of today."""
    return Ruling(
        inventory,
        sites,
        wanted.rules,
        sweeps=[sweep] if sweep else (),
        now=None if sweep else SystemClock().now(),
        signature_directories=wanted.signature_directories,
    )


def _of_sweep(inventory: Inventory, sweep: SweepRow, ruling: Ruling) -> Iterator[Standing]:
    """Yield what one sweep found."""
    for finding in inventory.findings(sweep=sweep.number):
        yield Standing(_found(finding), ruling.of(finding))


def _of_sites(inventory: Inventory, sites: Sequence[Site], ruling: Ruling) -> Iterator[Standing]:
    """Yield the devices that are not gone."""
    for site in sites:
        latest = {one.device: one for one in Roll(inventory.engine).latest(site.name)}
        for device in sorted(inventory.devices(site.name), key=place):
            if device.presence is not Presence.GONE:
                yield Standing(_known(device), ruling.of_device(device, latest.get(device.number)))


def _found(one: FindingRow) -> Row:
    return one.device, one.site, one.segment, one.address, one.verdict, one.maker, one.brand, one.model


def _known(one: DeviceRow) -> Row:
    return one.number, one.site, one.segment, one.address, one.status, one.maker, one.brand, one.model


def _deliver(standings: Sequence[Standing], form: ListFormat | None) -> None:
    printed = printed_as(form)
    if printed is ListFormat.JSONL:
        result.put(jsonl.line(one.entry()) for one in standings)
        return
    policies = _policies(standings)
    rows = [one.row(policies) for one in standings]
    deliver(Listing("device", (*COLUMNS, *policies), rows, (*_SHOWN, *policies)), printed)


def _policies(standings: Iterable[Standing]) -> tuple[str, ...]:
    return tuple(sorted({one.policy.id for standing in standings for one in standing.ruled.results}))


def _sentences(standings: Sequence[Standing], has_rules: bool) -> Iterator[str]:
    """Yield how many devices stand how to each policy, then what would tell of those that are open."""
    counts = Counter((one.policy.id, one.outcome) for standing in standings for one in standing.ruled.results)
    if standings and not counts:
        yield NONE_IN_FORCE if has_rules else NO_LABEL
    for policy in _policies(standings):
        told = [f"{_WORDS[one]} {counts[policy, one]}" for one in Outcome if counts[policy, one]]
        yield f"{policy}: {', '.join(told)}."
    for ask, (devices, policies) in _asks(standings).items():
        yield f"Would tell of {counted(len(devices), 'device')} under {', '.join(sorted(policies))}: {ask}"


def _asks(standings: Iterable[Standing]) -> dict[str, tuple[set[object], set[str]]]:
    """Return what would tell, with the devices and policies of which it would."""
    found: dict[str, tuple[set[object], set[str]]] = {}
    for standing in standings:
        for one in standing.ruled.results:
            for ask in one.asks:
                devices, policies = found.setdefault(ask, (set(), set()))
                devices.add(standing.device[0])
                policies.add(one.policy.id)
    return found


def _tell_coverage(inventory: Inventory, sites: Iterable[Site], sweep: SweepRow | None) -> None:
    if sweep is not None:
        tell_coverage([sweep])
    else:
        names = [site.name for site in sites]
        tell_gone(inventory, names)
        tell_last_sweeps(inventory, names)
