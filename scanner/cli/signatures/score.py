"""``camcensus signatures score``: recall and precision on labelled records."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import click

from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_signatures
from scanner.clock import SystemClock
from scanner.errors import UsageProblem
from scanner.export.escape import escape, shorten
from scanner.intake import corpus
from scanner.matching.database import Database, load
from scanner.matching.score import Judged, Record, Tallies, Tally, total
from scanner.matching.score import score as tally

# Enough of a record to see why it was missed.
MAX_SHOWN_CHARACTERS = 200
STRICT = "strict"


@click.command()
@click.argument("corpus_file", metavar="CORPUS", type=click.Path(path_type=Path))
@click.option(
    "--misses/--no-misses", default=True, help="List every miss and false hit.  [default: --misses]"
)
@takes_signatures
@takes_common
def score(corpus_file: Path, misses: bool, signature_directories: tuple[Path, ...]) -> None:
    """Judge the labelled records of CORPUS, each alone, and print recall and precision.

    'strict' are the records that a device or the registry really gave and that are enough to tell; the
    rest is counted by its kind. A record of another maker that is flagged is a false hit.
    """
    for line in lines(_groups(corpus_file), load(signature_directories), misses):
        click.echo(escape(line))


def lines(groups: dict[str, list[Record]], database: Database, with_misses: bool) -> Iterator[str]:
    """Yield a table for each group of records, and what was missed or wrongly hit."""
    for name, records in groups.items():
        tallies = tally(records, database)
        yield f"{name}: {len(records)} records"
        yield from _table(tallies)
        if with_misses:
            yield from _failures(tallies)


def _groups(corpus_file: Path) -> dict[str, list[Record]]:
    """Return the strict records first, then the others by kind."""
    groups: dict[str, list[Record]] = defaultdict(list, {STRICT: []})
    try:
        with corpus_file.open("rb") as file:
            for labelled in corpus.read(file, SystemClock().now()):
                groups[STRICT if labelled.is_strict else f"other {labelled.kind}"].append(labelled.record)
    except OSError as error:
        raise UsageProblem(
            f"The corpus {corpus_file} cannot be read ({error.strerror}). Name a readable file."
        ) from error
    return {name: groups[name] for name in (STRICT, *sorted(groups.keys() - {STRICT}))}


def _table(tallies: Tallies) -> Iterator[str]:
    yield _cells("maker", "channel", "hits", "misses", "false", "recall", "precision")
    for (channel, maker), counted in tallies.items():
        yield _row(maker, channel, counted)
    for maker in sorted({maker for _, maker in tallies}):
        yield _row(maker, "all channels", total(tallies, maker))


def _row(maker: str, channel: str, counted: Tally) -> str:
    counts = (len(counted.hits), len(counted.misses), len(counted.false_hits))
    return _cells(maker, channel, *map(str, counts), _share(counted.recall), _share(counted.precision))


def _cells(maker: str, channel: str, *numbers: str) -> str:
    return f"  {maker:<12} {channel:<20}" + "".join(f"{number:>10}" for number in numbers)


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _failures(tallies: Tallies) -> Iterator[str]:
    for (channel, maker), counted in tallies.items():
        yield from (f"  miss {maker} {channel} {_shown(judged)}" for judged in counted.misses)
        yield from (f"  false hit {maker} {channel} {_shown(judged)}" for judged in counted.false_hits)


def _shown(judged: Judged) -> str:
    seen = judged.record.observations
    said = seen[0].raw.decode("utf-8", "backslashreplace") if seen else "(nothing can be read)"
    return f"{judged.record.id}: {shorten(said, MAX_SHOWN_CHARACTERS)}"
