"""An asset list against the inventory of a site."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import click

from scanner.cli import talk
from scanner.cli.history.delivery import deliver, tell_coverage
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.cli.running.result import EXIT_DIFFERENT
from scanner.errors import Incomplete, UsageProblem
from scanner.export.listing import Listing, Row
from scanner.inventory.contract import DeviceRow, SweepRow
from scanner.inventory.inventory import Inventory
from scanner.model.verdict import Status
from scanner.reconcile.asset import Column
from scanner.reconcile.assets import AssetList, read
from scanner.reconcile.matching import Entry, Outcome, reconcile
from scanner.reconcile.text import MAX_FILE_BYTES

COLUMNS = (
    *("result", "line", "reference", "device_id", "segment", "address", "mac", "serial", "maker", "model"),
    *("location", "verdict", "differing", "reason"),
)
SHOWN = (
    "result",
    "line",
    "reference",
    "device_id",
    "address",
    "serial",
    "maker",
    "model",
    "differing",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which list is held against which site, how its columns are named, and which devices count."""

    file: str
    site: str
    mapping: Mapping[Column, str]
    only_flagged: bool


class Tally:
    """The differences as they pass, and what they mean for the exit code."""

    def __init__(self, only_flagged: bool) -> None:
        self._only_flagged = only_flagged
        self.counts: Counter[Outcome] = Counter()

    def rows(self, entries: Iterable[Entry]) -> Iterator[Row]:
        """Yield a row for each that counts."""
        for entry in entries:
            is_flagged = entry.device is not None and entry.device.status == Status.FLAGGED.value
            if entry.outcome is Outcome.NOT_ON_PAPER and self._only_flagged and not is_flagged:
                continue
            self.counts[entry.outcome] += 1
            yield _row(entry)

    def sentence(self) -> str:
        """Return how many differences of each kind there are."""
        told = [f"{self.counts[one]} {one}" for one in Outcome if self.counts[one]]
        return f"{'; '.join(told) or 'Paper and inventory say the same'}."

    def exit_code(self) -> int:
        """Return whether anything differs, else whether that is known."""
        if self.counts.keys() - {Outcome.CANNOT_TELL}:
            return EXIT_DIFFERENT
        return Incomplete.exit_code if self.counts else 0


def mapping_of(words: Sequence[str]) -> dict[Column, str]:
    """Return which column tells what, from ``serial=S/N``. Raises UsageProblem."""
    mapping: dict[Column, str] = {}
    for word in words:
        what, equals, title = word.partition("=")
        if what not in tuple(Column) or not equals or not title.strip():
            known = ", ".join(Column)
            raise UsageProblem(
                f"--map {word!r} does not say which column tells what, so nothing was compared. Write "
                f"WHAT=COLUMN, for example serial='Serial no.'; WHAT is one of {known}."
            )
        if Column(what) in mapping:
            raise UsageProblem(f"--map names {what} twice, so nothing was compared. Name one column.")
        mapping[Column(what)] = title
    return mapping


def run(db: str | None, choice: Choice, wanted: ListFormat | None) -> int:
    """List what differs, then what the last sweep covered; return 0 where nothing does, else 3 or 4."""
    listed = _read(choice)
    tally = Tally(choice.only_flagged)
    with opened(db) as inventory:
        last = _last(inventory, choice.site)
        devices = list(inventory.devices(choice.site))
    for remark in listed.remarks:
        talk.info(remark)
    entries = reconcile(listed.assets, devices, last.covered)
    deliver(Listing("reconciliation", COLUMNS, tally.rows(entries), SHOWN), wanted)
    talk.closing(tally.sentence())
    tell_coverage([last])
    return tally.exit_code()


def _read(choice: Choice) -> AssetList:
    try:
        with click.open_file(choice.file, "rb") as file:
            data: bytes = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UsageProblem(
            f"The list {choice.file} cannot be read ({error.strerror}), so nothing was compared. Name a "
            "readable file."
        ) from error
    name = "standard input" if choice.file == "-" else choice.file
    return read(data, name, choice.mapping)


def _last(inventory: Inventory, site: str) -> SweepRow:
    last = inventory.last_scan(site) or inventory.last_sweep(site)
    if last is None:
        raise UsageProblem(
            f"No sweep of {site} has finished yet, so there is nothing to compare the list with."
        )
    return last


def _row(entry: Entry) -> Row:
    """Return a line as it stands on paper, or, where it is on none, the device."""
    device = entry.device
    number, verdict = (device.number, device.status) if device else (None, None)
    known = _of_device(device) if entry.asset is None and device else _of_asset(entry)
    line, reference, segment, *rest = known
    return (
        entry.outcome.value,
        line,
        reference,
        number,
        segment,
        *rest,
        verdict,
        entry.differing,
        entry.reason,
    )


def _of_asset(entry: Entry) -> Row:
    asset = entry.asset
    if asset is None:
        return (None,) * 9
    segment = entry.device.segment if entry.device else ""
    told = (asset.address, asset.mac, asset.serial, asset.maker, asset.model, asset.location)
    return (asset.line, asset.reference, segment, *told)


def _of_device(device: DeviceRow) -> Row:
    told = (device.address, device.macs, device.serials, device.brand or device.maker, device.model, "")
    return (None, "", device.segment, *told)
