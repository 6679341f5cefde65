"""A list of models or a quote held against policies, line by line."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from scanner.cli import talk
from scanner.cli.history.delivery import deliver
from scanner.cli.option import ListFormat, RuleOptions
from scanner.cli.running.result import EXIT_FINDINGS
from scanner.cli.running.rules import ALL, check_labels
from scanner.clock import SystemClock
from scanner.errors import UsageProblem
from scanner.export.listing import Listing, Row
from scanner.export.plural import counted
from scanner.matching.database import load
from scanner.policy.brand import Catalogue
from scanner.policy.quote import ItemCheck, ItemOutcome, check_item
from scanner.policy.rulebook import Rulebook
from scanner.reconcile.asset import Asset, Column
from scanner.reconcile.assets import read
from scanner.reconcile.text import MAX_FILE_BYTES

COLUMNS = (
    *("line", "brand", "model", "result", "policies", "open", "context", "makers", "device_class"),
    *("reasons", "ask"),
)
SHOWN = ("line", "brand", "model", "result", "policies", "ask")

# What a quote calls what an asset list calls otherwise.
_NAMES = {"brand": Column.MAKER, "maker": Column.MAKER, "model": Column.MODEL}
_TELLING = (Column.MAKER, Column.MODEL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which file is checked, how its columns are named, and against which policies."""

    file: str
    mapping: Sequence[str]
    rules: RuleOptions
    signature_directories: tuple[Path, ...] = ()


class Tally:
    """The lines as they pass."""

    def __init__(self) -> None:
        self.counts: Counter[ItemOutcome] = Counter()

    def rows(self, checked: Iterable[tuple[Asset, ItemCheck]]) -> Iterator[Row]:
        """Yield a row for each line."""
        for asset, found in checked:
            self.counts[found.outcome] += 1
            yield _row(asset, found)

    def sentence(self, policies: int, on: date) -> str:
        """Return how many lines came to what, and against what they were held."""
        told = [f"{self.counts[one]} {one.value}" for one in ItemOutcome if self.counts[one]]
        against = counted(policies, "policy", "policies")
        return f"{'; '.join(told) or 'No line'}: held against {against} as of {on}."


def run(wanted: Wanted, form: ListFormat | None) -> int:
    """List what the policies say of each line, and return 3 where any is covered, else 0."""
    listed = read(_data(wanted.file), _name(wanted.file), mapping_of(wanted.mapping), _TELLING)
    database = load(wanted.signature_directories)
    on = wanted.rules.as_of or SystemClock().now().date()
    rulebook = _rulebook(Rulebook.load(database, wanted.signature_directories), wanted.rules, on)
    catalogue = Catalogue.load(database, wanted.signature_directories)
    ground = rulebook.ground(frozenset(), on)
    tally = Tally()
    checked = (
        (asset, check_item(asset.maker, asset.model, rulebook, catalogue, ground)) for asset in listed.assets
    )
    for remark in listed.remarks:
        talk.info(remark)
    deliver(Listing("line", COLUMNS, tally.rows(checked), SHOWN), form)
    talk.closing(tally.sentence(len(rulebook.policies), on))
    return EXIT_FINDINGS if tally.counts[ItemOutcome.COVERED] else 0


def mapping_of(words: Sequence[str]) -> Mapping[Column, str]:
    """Return which column tells what, from ``brand=Hersteller``. Raises UsageProblem."""
    mapping: dict[Column, str] = {}
    for word in words:
        what, equals, title = word.partition("=")
        if what not in _NAMES or not equals or not title.strip() or _NAMES[what] in mapping:
            raise UsageProblem(
                f"--map {word!r} does not say once which column tells what, so nothing was checked. Write "
                "brand=COLUMN and model=COLUMN."
            )
        mapping[_NAMES[what]] = title
    return mapping


def _rulebook(whole: Rulebook, options: RuleOptions, on: date) -> Rulebook:
    """Return the policies that were asked for, else those in force that may bind such an organisation."""
    labels = frozenset(options.labels)
    check_labels(options.labels, labels, whole)
    if ALL in options.policies:
        return whole
    return whole.selected(options.policies) if options.policies else whole.concerning(labels, on)


def _data(name: str) -> bytes:
    try:
        with click.open_file(name, "rb") as file:
            data: bytes = file.read(MAX_FILE_BYTES + 1)
            return data
    except OSError as error:
        raise UsageProblem(
            f"The list {name} cannot be read ({error.strerror}), so nothing was checked. Name a readable "
            "file, or '-' for standard input."
        ) from error


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _row(asset: Asset, found: ItemCheck) -> Row:
    return (
        asset.line,
        asset.maker,
        asset.model,
        found.outcome.value,
        tuple(policy.id for policy in found.policies),
        tuple(policy.id for policy in found.open),
        tuple(policy.id for policy in found.context),
        found.makers,
        found.device_class,
        found.reasons,
        found.asks,
    )
