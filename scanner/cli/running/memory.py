"""What the inventory knows of a place: the site that a name stands for, and sweeps that are stored."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner import __version__
from scanner.cli import talk
from scanner.cli.group import EXIT_INTERRUPTED
from scanner.cli.running.knowledge import Knowledge
from scanner.errors import StorageProblem
from scanner.export import Report
from scanner.inventory.contract import SweepKind, Versions
from scanner.inventory.tracking import Step
from scanner.model.device import ChangeKind
from scanner.model.site import Site
from scanner.sweep.judgement import Judged
from scanner.sweep.remembering import Remembering, nowhere

if TYPE_CHECKING:
    from scanner.inventory.inventory import Inventory
    from scanner.inventory.sweep_log import SweepLog


@dataclass(frozen=True, slots=True)
class Memory:
    """An open inventory and one of its sites."""

    inventory: "Inventory"
    site: Site

    async def store(
        self, kind: SweepKind, knowledge: Knowledge, judged: Sequence[Judged], report: Report
    ) -> int:
        """Store what was heard or read as a finished sweep, and return its number. Raises StorageProblem.

        Nobody is missed by it: who keeps silent may be there all the same.
        """
        from scanner.notify.notice import announce

        covered = report.coverage
        log = self.inventory.begin_sweep(
            self.site, kind, {}, versions(knowledge), started_at=covered.started_at
        )
        remembering = Remembering(log, self.site)
        seen = max((one.verdict.last_seen for one in judged if one.verdict.last_seen), default=None)
        await remembering.finish(judged, covered, report.advisories, nowhere, announce, seen)
        return log.number

    def begin(self, kind: SweepKind, plan: Mapping[str, Any], knowledge: Knowledge) -> "SweepLog":
        """Begin a sweep of the site, of which ``plan`` says what was asked for."""
        return self.inventory.begin_sweep(self.site, kind, plan, versions(knowledge))


def versions(knowledge: Knowledge) -> Versions:
    """Return what verdicts are made with today."""
    database = knowledge.database
    policies = knowledge.rules.rulebook.version if knowledge.rules else ""
    return Versions(__version__, database.version, database.registry.published, policies)


async def stored(
    known: Memory | None, kind: SweepKind, knowledge: Knowledge, judged: Sequence[Judged], report: Report
) -> StorageProblem | None:
    """Store what was heard or read, where a site is known; return why that failed, if it did."""
    if known is None:
        return None
    try:
        number = await known.store(kind, knowledge, judged, report)
    except StorageProblem as problem:
        return problem
    talk.info(f"Stored as sweep {number} of {known.site.name}.")
    return None


def exit_code(code: int, problem: StorageProblem | None) -> int:
    """Return what a run ends with that was to be stored, and say why it was not."""
    if problem is None:
        return code
    talk.error(f"{problem} The results above are whole, but the inventory does not have them.")
    return code if code == EXIT_INTERRUPTED else StorageProblem.exit_code


def changes(steps: Iterable[Step]) -> str:
    """Return how many devices changed in which way, for the end of a sentence; empty where none did."""
    counted = Counter(change.kind for step in steps for change in step.changes)
    told = [f"{counted[kind]} {kind.value}" for kind in ChangeKind if counted[kind]]
    return f": {', '.join(told)}" if told else ", without a change"


def tell(known: Memory) -> None:
    """Deliver the messages that wait for the site's receivers; what fails is said and tried again later."""
    if not known.site.notify:
        return
    from scanner.cli.notify.flush import flush

    try:
        flush(known.inventory, known.site.name)
    except StorageProblem as problem:
        talk.warning(f"{problem} Messages about the site wait until that is put right.")


@contextmanager
def of_site(name: str, db: str | None) -> Iterator[Memory | None]:
    """Open the inventory for a site while the context is open; None where no inventory knows the name.

    Without a name nothing is opened, and the database library is not loaded. Raises StorageProblem.
    """
    if not name:
        yield None
        return
    from scanner.cli.inventory import opened
    from scanner.inventory.database import is_there

    if not is_there(db):
        _say_unknown(name)
        yield None
        return
    with opened(db) as inventory:
        if inventory.has_site(name):
            yield Memory(inventory, inventory.site(name))
        else:
            _say_unknown(name)
            yield None


def _say_unknown(name: str) -> None:
    talk.info(
        f"No inventory knows a site {name}, so nothing is remembered and the name only stands in the "
        "results. camcensus site add makes it known."
    )
