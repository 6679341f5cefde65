"""What differs between two sweeps of one site."""

from collections.abc import Iterator

from scanner.cli import talk
from scanner.cli.history.delivery import deliver, tell_coverage
from scanner.cli.inventory import opened
from scanner.cli.option import ListFormat
from scanner.cli.running.result import EXIT_DIFFERENT
from scanner.errors import Incomplete, UsageProblem
from scanner.export.listing import Listing, Row
from scanner.export.plural import counted
from scanner.inventory.contract import SweepRow, SweepState
from scanner.inventory.difference import Difference, Differs, differences
from scanner.inventory.inventory import Inventory

COLUMNS = (
    *("difference", "device_id", "segment", "address", "mac", "before", "after"),
    *("verdict", "maker", "brand", "model"),
)


class Tally:
    """The differences as they pass, and what they mean for the exit code."""

    def __init__(self) -> None:
        self.different_count = 0
        self.unknown_count = 0

    def rows(self, found: Iterator[Difference]) -> Iterator[Row]:
        """Yield a row for each."""
        for one in found:
            is_unknown = one.how is Differs.NOT_COVERED
            self.unknown_count += is_unknown
            self.different_count += not is_unknown
            yield _row(one)

    def sentence(self) -> str:
        """Return how many differences there are, and of how many devices nothing can be said."""
        told = counted(self.different_count, "difference", none="No")
        if not self.unknown_count:
            return f"{told}."
        which = counted(self.unknown_count, "device stands", "devices stand")
        return f"{told}; {which} where one of the sweeps did not look, so nothing is known of changes there."

    def exit_code(self) -> int:
        """Return whether the sweeps differ, else whether that is known."""
        if self.different_count:
            return EXIT_DIFFERENT
        return Incomplete.exit_code if self.unknown_count else 0


def run(db: str | None, site: str | None, references: tuple[str, str], wanted: ListFormat | None) -> int:
    """List what differs from the first sweep to the second; return 0 where nothing, else 3 or 4."""
    tally = Tally()
    with opened(db) as inventory:
        first, second = (inventory.sweep(reference, site) for reference in references)
        _check_comparable(first, second)
        found = _differences(inventory, first, second)
        deliver(Listing("difference", COLUMNS, tally.rows(found)), wanted)
    talk.closing(tally.sentence())
    tell_coverage([first, second])
    return tally.exit_code()


def _check_comparable(first: SweepRow, second: SweepRow) -> None:
    for sweep in (first, second):
        if sweep.state is not SweepState.FINISHED:
            raise UsageProblem(
                f"Sweep {sweep.number} is {sweep.state.value} and has no findings, so there is nothing to "
                "compare. camcensus sweeps lists those that have finished."
            )
    if first.site != second.site:
        raise UsageProblem(
            f"Sweep {first.number} is of {first.site} and sweep {second.number} of {second.site}, so they "
            "have nothing in common. Name two sweeps of one site."
        )


def _differences(inventory: Inventory, first: SweepRow, second: SweepRow) -> Iterator[Difference]:
    return differences(
        inventory.findings(sweep=first.number),
        inventory.findings(sweep=second.number),
        first.covered,
        second.covered,
    )


def _row(one: Difference) -> Row:
    finding = one.finding
    return (
        one.how.value,
        finding.device,
        finding.segment,
        finding.address,
        finding.mac,
        one.before,
        one.after,
        finding.verdict,
        finding.maker,
        finding.brand,
        finding.model,
    )
