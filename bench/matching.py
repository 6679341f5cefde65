"""The signature database: how fast it judges, loads and grows, beside a plain loop of Python's `re`.

Observations are the examples and near misses of the shipped rules, and a corpus where one is named. The
larger database holds copies of every rule whose letters are moved along the alphabet: as many other
literals to look for, of the same shapes, that fit next to none of the observations.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench.copies import grow
from scanner.intake import corpus
from scanner.intake.jsonl import NO_ADDRESS
from scanner.matching.database import Database, shipped_root
from scanner.matching.engine import Engine
from scanner.matching.oui import Registry
from scanner.matching.proof import HOSTILE_SEEDS, hostile_texts
from scanner.matching.tree import read_tree
from scanner.matching.verdict import judge
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Observation, Via

TIMES = 20
# What a sweep learns of an ordinary camera: 15 to 30 facts.
FACTS_PER_HOST = 20
RUNS = 5
# The loop is so slow that it gets a sample: as many observations as it judges in this time.
LOOP_S = 5.0
# Examples whose repetition is tried as a hostile text, for each field; all would take minutes.
HOSTILE_EXAMPLES = 40
_AT = datetime(2026, 11, 22, tzinfo=UTC)
_HOST = Host(NO_ADDRESS, name="bench")


@dataclass(frozen=True, slots=True)
class Load:
    """One way of loading: medians over processes of their own."""

    load_s: float
    compile_s: float
    grown_mib: float


@dataclass(frozen=True, slots=True)
class Size:
    """The figures of a database of one size; rates are per second of CPU time on one core."""

    rules: int
    first_load: Load
    later_load: Load
    engine_rate: float
    judged_rate: float
    loop_rate: float
    loop_patterns_left_out: int
    worst_s: float
    worst_field: Field


@dataclass(frozen=True, slots=True)
class Result:
    """The shipped database and the larger one, on the same observations."""

    observations: int
    has_corpus: bool
    times: int
    shipped: Size
    grown: Size


def measure(corpus_file: Path | None = None, times: int = TIMES) -> Result:
    """Measure the shipped database and one that is ``times`` as large."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shipped, first, later = _loaded(shipped_root(), folder / "shipped.json", RUNS)
        seen = _observations(shipped, corpus_file)
        small = _size(shipped, first, later, seen)
        grown, first, later = _loaded(grow(folder / "grown", times), folder / "grown.json", 1)
        return Result(len(seen), corpus_file is not None, times, small, _size(grown, first, later, seen))


def _loaded(root: Path, pack: Path, runs: int) -> tuple[Database, Load, Load]:
    firsts = [_first_load(root, pack) for _ in range(runs)]
    laters = [_load(root, pack) for _ in range(runs)]
    database = Database.merged([read_tree(root, pack=pack)], Registry.shipped())
    return database, _median(firsts), _median(laters)


def _first_load(root: Path, pack: Path) -> Load:
    pack.unlink(missing_ok=True)
    return _load(root, pack)


def _load(root: Path, pack: Path) -> Load:
    command = [sys.executable, "-m", "bench.load", str(root), str(pack)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Load(**json.loads(done.stdout))


def _median(loads: Sequence[Load]) -> Load:
    return Load(
        statistics.median(load.load_s for load in loads),
        statistics.median(load.compile_s for load in loads),
        statistics.median(load.grown_mib for load in loads),
    )


def _observations(database: Database, corpus_file: Path | None) -> list[Observation]:
    """Return what devices send, mixed: the same observations in the same order in every run."""
    seen = [
        Observation(_HOST, rule.field, value, "bench", Via.CONNECTION, _AT)
        for rule in database.signatures
        for value in (*(example.value for example in rule.examples), *rule.near_misses)
    ]
    if corpus_file is not None:
        with corpus_file.open("rb") as file:
            seen += [one for labelled in corpus.read(file, _AT) for one in labelled.record.observations]
    return Random(0).sample(seen, len(seen))


def _size(database: Database, first: Load, later: Load, seen: Sequence[Observation]) -> Size:
    starts = range(0, len(seen), FACTS_PER_HOST)
    hosts = [seen[start : start + FACTS_PER_HOST] for start in starts]
    fields = sorted({rule.field for rule in database.signatures})
    worst_s, worst_field = max(_worst(field, database) for field in fields)
    loop, left_out = _loop(database)
    return Size(
        rules=len(database.signatures),
        first_load=first,
        later_load=later,
        engine_rate=_rate(lambda: [database.engine.matches(one) for one in seen], len(seen)),
        judged_rate=_rate(lambda: [judge(_HOST, host, database) for host in hosts], len(seen)),
        loop_rate=_sampled_rate(loop, seen),
        loop_patterns_left_out=left_out,
        worst_s=worst_s,
        worst_field=worst_field,
    )


def _rate(work: Callable[[], object], count: int) -> float:
    # The first run compiles, which is measured apart.
    _, *spent_s = (_seconds(work) for _ in range(RUNS + 1))
    return count / statistics.median(spent_s)


def _seconds(work: Callable[[], object]) -> float:
    started_s = time.process_time()
    work()
    return time.process_time() - started_s


def _sampled_rate(loop: Callable[[Observation], object], seen: Iterable[Observation]) -> float:
    started_s = time.process_time()
    count, spent_s = 0, 0.0
    for one in seen:
        loop(one)
        count, spent_s = count + 1, time.process_time() - started_s
        if spent_s > LOOP_S:
            break
    return count / spent_s


def _loop(database: Database) -> tuple[Callable[[Observation], object], int]:
    """Return the plain way: try each pattern of the field in turn; and how many `re` cannot read."""
    patterns: dict[Field, list[re.Pattern[str]]] = {}
    left_out = 0
    for rule in database.signatures:
        for pattern in rule.patterns:
            try:
                patterns.setdefault(rule.field, []).append(re.compile(_translated(pattern)))
            except re.error:
                left_out += 1
    return lambda one: [pattern.search(one.value) for pattern in patterns.get(one.field, ())], left_out


def _translated(pattern: str) -> str:
    r"""Return RE2 syntax as `re` writes it: ``\x{e9}`` is ``\U000000e9`` and ``\z`` is ``\Z``."""
    wide = re.sub(r"\\x\{([0-9A-Fa-f]+)\}", lambda code: f"\\U{int(code[1], 16):08x}", pattern)
    return wide.replace(r"\z", r"\Z")


def _worst(field: Field, database: Database) -> tuple[float, Field]:
    """Return how long the hardest text of 64 KiB takes on one field; the best of three runs each."""
    rules = [rule for rule in database.signatures if rule.field is field]
    examples = [example.value for rule in rules for example in rule.examples]
    chosen = examples[:: len(examples) // HOSTILE_EXAMPLES + 1]
    letters = "".join(pattern for rule in rules for pattern in rule.patterns)
    texts = (text.decode("utf-8", "replace") for text in hostile_texts([*HOSTILE_SEEDS, *chosen], letters))
    return max(_quickest(database.engine, field, text) for text in texts), field


def _quickest(engine: Engine, field: Field, text: str) -> float:
    return min(_seconds(lambda: engine.fits(field, text)) for _ in range(3))
