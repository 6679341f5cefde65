"""All targets, several at a time: each a worker process, its log, and what came of it."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.target import Target
from tests.fuzz.worker import CURRENT, EXECUTIONS, EXECUTIONS_PER_SECOND, HANG_SECONDS, find_name

# Beyond its time a worker needs some seconds to start, to read its corpus and to report a hang by itself.
GRACE_SECONDS = 60 + 2 * HANG_SECONDS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one target; ``log`` is what its worker said."""

    target: Target
    executions: int
    executions_per_second: int
    corpus_count: int
    finds: tuple[Path, ...]
    status: int
    log: Path

    @property
    def is_clean(self) -> bool:
        """Whether it ran to its end and found nothing."""
        return not self.finds and self.status == 0

    @property
    def result(self) -> str:
        """What people read in the table."""
        if self.finds:
            return " ".join(map(str, self.finds))
        return "nothing found" if self.is_clean else f"did not run to its end, see {self.log}"


@dataclass(frozen=True, slots=True)
class Campaign:
    """How long each target is fuzzed, and the directory for finds, grown corpora and logs."""

    seconds: int
    folder: Path
    table: str = "tests.fuzz.targets"

    def run(self, targets: Sequence[Target], jobs: int) -> Iterator[Outcome]:
        """Yield each target's outcome, in the order given."""
        with ThreadPoolExecutor(jobs) as pool:
            yield from pool.map(self._fuzzed, targets)

    def _fuzzed(self, target: Target) -> Outcome:
        finds, grown = self.folder / "finds", self.folder / "grown" / target.name
        log = self.folder / "log" / f"{target.name}.txt"
        for made in (finds, grown, log.parent):
            made.mkdir(parents=True, exist_ok=True)
        known = set(finds.iterdir())
        status = self._worker(target, finds, grown, log)
        _keep_current(target, grown / CURRENT, finds)
        said = log.read_text(errors="replace")
        return Outcome(
            target=target,
            executions=_statistic(EXECUTIONS, said),
            executions_per_second=_statistic(EXECUTIONS_PER_SECOND, said),
            corpus_count=len(list(grown.iterdir())) + len(target.seeds()),
            finds=tuple(sorted(file for file in finds.glob(f"{target.name}-*") if file not in known)),
            status=status,
            log=log,
        )

    def _worker(self, target: Target, finds: Path, grown: Path, log: Path) -> int:
        """Run one worker to its end; one that does not end is killed and its status is not zero."""
        command = [sys.executable, "-m", "tests.fuzz.worker", target.name, "--table", self.table]
        options = ["--seconds", str(self.seconds), "--finds", str(finds), "--grown", str(grown)]
        with log.open("wb") as said:
            try:
                done = subprocess.run(
                    [*command, *options],
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    timeout=self.seconds + GRACE_SECONDS,
                )
            except subprocess.TimeoutExpired:
                said.write(b"killed: it did not end by itself\n")
                return 1
        return done.returncode


def _keep_current(target: Target, current: Path, finds: Path) -> None:
    """Keep the input at which a worker died or hung without a word, and which only a blind one leaves."""
    if not current.exists():
        return
    data = current.read_bytes()
    if not list(finds.glob(find_name(target.name, "*", data))):
        (finds / find_name(target.name, "died", data)).write_bytes(data)
    current.unlink()


def _statistic(name: str, log: str) -> int:
    counted = re.findall(rf"^{name}\s*(\d+)", log, re.MULTILINE)
    return int(counted[-1]) if counted else 0
