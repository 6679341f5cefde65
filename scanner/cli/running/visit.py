"""A visit: one sweep of a site that the inventory knows, on the site's terms, stored as it goes."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

from scanner.cli import talk
from scanner.cli.inventory import opened
from scanner.cli.invocation import Invocation
from scanner.cli.option import MemoryOptions, OutputOptions
from scanner.cli.running import brake, memory, order, progress, result, terms
from scanner.cli.running.knowledge import Knowledge
from scanner.cli.running.memory import Memory
from scanner.clock import Clock, SystemClock
from scanner.errors import CamcensusError, Locked, StorageProblem
from scanner.export import Report
from scanner.inventory.contract import SweepKind
from scanner.inventory.sweep_log import SweepLog
from scanner.model.coverage import Coverage
from scanner.model.device import Place, Presence
from scanner.notify.notice import announce
from scanner.site.hours import is_allowed
from scanner.sweep import Plan, Sweep
from scanner.sweep.judgement import Judged
from scanner.sweep.reach import Reach
from scanner.sweep.remembering import Remembering
from scanner.sweep.roster import OUT_OF_HOURS

NOTICE = "Stopping: open hosts are finished and everything is stored. Ctrl-C again: at once."
# Allowed hours end on the minute; whoever looks at the clock then shall soon see no packet any more.
HOURS_CHECK_S = 1.0


def scan(
    known: Memory,
    plan: Callable[[], Plan],
    signatures: tuple[Path, ...],
    output: OutputOptions,
    invocation: Invocation,
    wait_s: float,
) -> int:
    """Sweep a site and return the exit code. Raises Locked while another process does.

    ``plan`` makes the plan once nobody else is at work on the site.
    """
    with _locked(known, wait_s):
        terms.check(known.site, SystemClock().now())
        knowledge, made = Knowledge.of(signatures, output, known.site), plan()
        log = known.begin(SweepKind.SCAN, order.dumped(made, signatures), knowledge)
        sweep = Sweep(made, knowledge.database, SystemClock())
        code = Visit(known, log, sweep, knowledge, output, invocation).carry_out()
    memory.tell(known)
    return code


def resume(options: MemoryOptions, output: OutputOptions, invocation: Invocation) -> int:
    """Finish a sweep that was interrupted, and return the exit code.

    Hosts that were finished are not asked again. Raises UsageProblem for a sweep that has ended.
    """
    with opened(options.db) as inventory:
        row = inventory.sweep_to_resume(str(options.resume))
        known = Memory(inventory, inventory.site(row.site))
        with _locked(known, options.wait):
            terms.check(known.site, SystemClock().now())
            knowledge = Knowledge.of(order.signatures_of(row.plan), output, known.site)
            plan = order.loaded(row.plan, known.site, invocation.config)
            _, log = inventory.resume_sweep(str(row.number))
            sweep = Sweep(plan, knowledge.database, SystemClock())
            visit = Visit(known, log, sweep, knowledge, replace(output, site=row.site), invocation)
            visit.take_up()
            code = visit.carry_out()
        memory.tell(known)
    return code


@contextmanager
def _locked(known: Memory, wait_s: float) -> Iterator[None]:
    """Hold the site's lock while the context is open; say so when that means waiting."""
    with ExitStack() as stack:
        try:
            stack.enter_context(known.inventory.locked(known.site.name))
        except Locked as refusal:
            if not wait_s:
                raise
            talk.info(f"Waiting: {refusal}")
            stack.enter_context(known.inventory.locked(known.site.name, wait_s))
        yield


@dataclass(slots=True)
class Visit:
    """One sweep of a site under way. ``trouble`` is why it could not be stored to the end."""

    known: Memory
    log: SweepLog
    sweep: Sweep
    knowledge: Knowledge
    output: OutputOptions
    invocation: Invocation
    clock: Clock = field(default_factory=SystemClock)
    trouble: StorageProblem | None = None
    remembering: Remembering = field(init=False)
    _is_out_of_hours: bool = False
    _is_over: bool = False
    _marks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.remembering = Remembering(self.log, self.known.site, _say_waiting)
        self.sweep.finished = self.remembering.put

    def take_up(self) -> None:
        """Begin where the run before has ended."""
        kept = self.log.kept()
        self.remembering.take_up(kept, self.sweep.take_up(kept))

    def carry_out(self) -> int:
        """Sweep, store, write the results, and return the exit code."""
        return asyncio.run(self._run())

    async def _run(self) -> int:
        with progress.shown(self.invocation.wants_progress) as observe:
            self.sweep.observe(observe)
            stop = brake.Brake(self._stop, self.sweep.abort, NOTICE)
            stop.hold()
            judged = await self._swept()
        is_interrupted = stop.pulls > 0
        report = await self._concluded(judged, self._covered(is_interrupted), is_interrupted)
        code = result.finish(report, self.output, self.invocation, is_interrupted)
        return self._ended(code, is_interrupted)

    async def _swept(self) -> tuple[Judged, ...]:
        """Sweep while hosts are stored and the clock is watched."""
        storing = asyncio.create_task(self.remembering.run())
        watching = asyncio.create_task(self._watch_hours())
        try:
            return tuple([one async for one in self.sweep.judged()])
        except CamcensusError as error:
            with suppress(StorageProblem):
                await asyncio.to_thread(self.log.fail, self.clock.now(), str(error), announce)
            raise
        finally:
            self._is_over = True
            watching.cancel()
            self.remembering.close()
            await asyncio.gather(storing, *self._marks)

    async def _watch_hours(self) -> None:
        """Stop the sweep when the allowed hours end."""
        while is_allowed(self.known.site, self.clock.now()):
            await asyncio.sleep(HOURS_CHECK_S)
        self._is_out_of_hours = True
        talk.warning("The allowed hours have ended: open hosts are finished, and no other is asked.")
        self.sweep.stop(OUT_OF_HOURS)

    def _stop(self) -> None:
        """Stop, and have it on record at once: whoever sends signals may soon lose patience."""
        self.sweep.stop()
        if not self._is_over:
            self._marks.append(asyncio.create_task(self._mark_interrupted()))

    async def _mark_interrupted(self) -> None:
        self.remembering.hurry()
        # What fails here is tried again at the end, and said then.
        with suppress(StorageProblem):
            await asyncio.to_thread(self.log.interrupt, self.clock.now())

    def _covered(self, is_interrupted: bool) -> Coverage:
        covered = self.sweep.coverage
        if self._is_out_of_hours:
            covered = replace(
                covered, gaps=(*covered.gaps, "the allowed hours ended before the sweep did: out of hours")
            )
        return brake.interrupted(covered, "sweep") if is_interrupted else covered

    async def _concluded(self, judged: Sequence[Judged], covered: Coverage, is_interrupted: bool) -> Report:
        """Store the end of the sweep, and return what is to be written."""
        try:
            if is_interrupted or self._is_out_of_hours:
                report = self._report(judged, covered)
                await self._interrupted(judged, report.coverage)
                return report
            reach = Reach(self.known.site, self.sweep, await asyncio.to_thread(self._places))
            report = self._report(judged, reach.told(covered))
            await self._finished(judged, report, reach)
        except StorageProblem as problem:
            self.trouble = problem
            return self._report(judged, covered)
        return report

    async def _interrupted(self, judged: Sequence[Judged], covered: Coverage) -> None:
        await self.remembering.put_all(record for one in judged for record in one.dossier.records)
        await asyncio.to_thread(self.log.interrupt, covered.ended_at, covered)
        talk.warning(
            f"Sweep {self.log.number} of {self.known.site.name} is interrupted. To finish it without asking "
            f"finished hosts again: camcensus scan --resume {self.log.number}."
        )

    async def _finished(self, judged: Sequence[Judged], report: Report, reach: Reach) -> None:
        steps = await self.remembering.finish(
            judged, report.coverage, report.advisories, reach.covers, announce
        )
        talk.info(f"Stored as sweep {self.log.number} of {self.known.site.name}{memory.changes(steps)}.")

    def _places(self) -> tuple[Place, ...]:
        """Return where the site's devices are known to stand."""
        devices = self.known.inventory.devices(self.known.site.name)
        return tuple(
            Place(one.segment, ip_address(one.address))
            for one in devices
            if one.presence is not Presence.GONE
        )

    def _report(self, judged: Sequence[Judged], covered: Coverage) -> Report:
        verdicts = tuple(one.verdict for one in judged)
        return self.knowledge.report(UUID(self.log.uuid), self.output.site, verdicts, covered)

    def _ended(self, code: int, is_interrupted: bool) -> int:
        if self.trouble is None:
            return code
        talk.error(
            f"{self.trouble} The results above are whole, but the inventory has sweep {self.log.number} as "
            f"interrupted. When that is put right: camcensus scan --resume {self.log.number}."
        )
        return code if is_interrupted else StorageProblem.exit_code


def _say_waiting(reason: str) -> None:
    talk.warning(f"{reason} The sweep goes on, and storing is tried again.")
