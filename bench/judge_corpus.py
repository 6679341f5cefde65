"""Recall and precision of `camcensus judge` on labelled records, through the real command.

    python -m bench.judge_corpus CORPUS.jsonl [--misses]

Each record becomes a line of judge's input, with the record's id as the host. `flagged` counts verdicts
that flag the right maker; `or suspected` counts suspicion of the right maker as well. A verdict that
names a target on a record of anybody else is a false hit.
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.clock import SystemClock
from scanner.export.escape import escape, shorten
from scanner.intake import corpus
from scanner.intake.corpus import Labelled
from scanner.matching.database import load

COMMAND = (sys.executable, "-m", "scanner", "-q", "judge", "-", "--format", "jsonl", "-o", "-")
# Judge ends with 4 when a record's bytes could not be read as what they are said to be.
EXIT_DONE, EXIT_INCOMPLETE = 0, 4
FLAGGED, SUSPECTED = "flagged", "suspected"
# Enough of a record to see why it was missed.
MAX_SHOWN_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled record, its verdict, and the id of the target that the verdict names or None."""

    labelled: Labelled
    verdict: str
    named: str | None

    @property
    def family(self) -> str | None:
        """Whose firmware it is: a target's id, ``other``, or None when nobody knows."""
        return self.labelled.record.maker

    @property
    def is_flagged(self) -> bool:
        """Whether the right maker is flagged."""
        return self.verdict == FLAGGED and self.named == self.family

    @property
    def is_found(self) -> bool:
        """Whether the right maker is flagged or suspected."""
        return self.named is not None and self.named == self.family

    @property
    def is_false(self) -> bool:
        """Whether a target is named on somebody else's record."""
        return self.family is not None and self.named not in (None, self.family)


def judged(records: Sequence[Labelled], targets: Mapping[str, str]) -> list[Judged]:
    """Return each record with the verdict of `camcensus judge`; ``targets`` maps names to ids."""
    verdicts = _verdicts(records)
    return [
        Judged(one, verdict, targets.get(maker) if verdict in (FLAGGED, SUSPECTED) else None)
        for one in records
        for verdict, maker in (verdicts[one.record.id],)
    ]


def lines(found: Sequence[Judged], targets: Iterable[str], with_misses: bool) -> Iterator[str]:
    """Yield recall by kind and target, then precision, then the false hits and, if asked for, the misses."""
    ours = [one for one in found if one.family in set(targets)]
    groups = _groups(ours)
    yield _cells("recall", "family", "records", "flagged", "or suspected")
    for (kind, family), group in groups.items():
        yield _recall(kind, family, group)
    yield ""
    yield from _precision(found)
    yield from (f"false hit {_shown(one)}" for one in found if one.is_false)
    if with_misses:
        yield from (f"miss {_shown(one)}" for one in ours if not one.is_flagged)


def _verdicts(records: Sequence[Labelled]) -> dict[str, tuple[str, str]]:
    told = "".join(json.dumps(one.told) + "\n" for one in records)
    done = subprocess.run(COMMAND, input=told, capture_output=True, text=True)
    if done.returncode not in (EXIT_DONE, EXIT_INCOMPLETE):
        sys.exit(f"camcensus judge ended with {done.returncode}: {done.stderr}")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    return {
        entry["address"]: (entry["verdict"], entry["maker"]) for entry in entries if entry["type"] == "host"
    }


def _groups(ours: Sequence[Judged]) -> dict[tuple[str, str], list[Judged]]:
    """Return strict records by family, then the others by kind and family; first each as a whole."""
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in ours:
        width = "strict" if one.labelled.is_strict else "wide"
        for kind in (width, f"{width}, {one.labelled.kind}"):
            groups[kind, "both"].append(one)
            groups[kind, one.family or ""].append(one)
    return dict(sorted(groups.items()))


def _recall(kind: str, family: str, group: Sequence[Judged]) -> str:
    size = len(group)
    flagged, found = sum(one.is_flagged for one in group), sum(one.is_found for one in group)
    return _cells(kind, family, str(size), _share(flagged, size - flagged), _share(found, size - found))


def _precision(found: Sequence[Judged]) -> Iterator[str]:
    others = sum(one.family == "other" for one in found)
    yield _cells("precision", "of others", "right", "false", "share")
    for name, verdicts in (("flagged", (FLAGGED,)), ("or suspected", (FLAGGED, SUSPECTED))):
        right = sum(one.is_found and one.verdict in verdicts for one in found)
        false = sum(one.is_false and one.verdict in verdicts for one in found)
        yield _cells(name, str(others), str(right), str(false), _share(right, false))


def _share(part: int, rest: int) -> str:
    return f"{part / (part + rest):.3f}" if part + rest else "-"


def _cells(first: str, second: str, *numbers: str) -> str:
    return f"{first:<24} {second:<12}" + "".join(f"{number:>14}" for number in numbers)


def _shown(one: Judged) -> str:
    record, told = one.labelled.record, one.labelled.told
    said = told.get("value", told.get("data_base64", ""))
    named = f"{one.verdict}{f' {one.named}' if one.named else ''}"
    return f"{record.id} ({record.channel}, {one.family}) is {named}: {shorten(said, MAX_SHOWN_CHARACTERS)}"


def main(arguments: Sequence[str]) -> None:
    """Judge the corpus and print what came of it."""
    paths = [Path(word) for word in arguments if not word.startswith("-")]
    if len(paths) != 1:
        sys.exit(__doc__)
    with paths[0].open("rb") as file:
        records = list(corpus.read(file, SystemClock().now()))
    targets = {maker.name: maker.id for maker in load().makers.values() if maker.is_target}
    for line in lines(judged(records, targets), targets.values(), "--misses" in arguments):
        print(escape(line))


if __name__ == "__main__":
    main(sys.argv[1:])
