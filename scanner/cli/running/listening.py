"""Listening from the command line: the live table, the file every so often, Ctrl-C, and the report."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from scanner.cli import talk
from scanner.cli.invocation import Invocation
from scanner.cli.option import Means, OutputOptions
from scanner.cli.running import brake, live, memory, planning, result
from scanner.cli.running.knowledge import Knowledge
from scanner.cli.running.memory import Memory
from scanner.clock import Clock, SystemClock
from scanner.errors import UsageProblem
from scanner.export import Report
from scanner.inventory.contract import SweepKind
from scanner.model.coverage import Coverage
from scanner.model.verdict import Verdict
from scanner.sweep import Plan
from scanner.sweep.listening import Listening

NOTICE = "Stopping: what was heard is judged and written."
# A table that changes more often cannot be read.
REDRAW_S = 1.0
# Judging and drawing many hosts takes a while: at most this share of the time goes into it.
MAX_DRAWING_SHARE = 0.1


def listen(
    means: Means,
    output: OutputOptions,
    invocation: Invocation,
    listen_s: float | None,
    write_every_s: float | None,
    db: str | None = None,
) -> int:
    """Listen on the attached segments for so many seconds, or until Ctrl-C; return the exit code.

    What was heard is stored where the inventory knows the site that the output is named after.
    """
    if write_every_s is not None and output.output in (None, result.STANDARD_OUTPUT):
        raise UsageProblem(
            "--write-every needs a file to write, so nothing was heard. Name one: -o heard.csv."
        )
    result.check(output)
    plan = planning.listening_plan(means.interface_names, invocation.config, listen_s)
    with memory.of_site(output.site, db) as known:
        knowledge = Knowledge.of(means.signature_directories, output, known.site if known else None)
        return run(plan, knowledge, output, invocation, write_every_s, known)


def run(
    plan: Plan,
    knowledge: Knowledge,
    output: OutputOptions,
    invocation: Invocation,
    write_every_s: float | None = None,
    known: Memory | None = None,
) -> int:
    """Carry out a plan that listens, write the results, and return the exit code."""
    clock = SystemClock()
    listening = Listening(plan, knowledge.database, clock)
    session = _Session(listening, knowledge, output, clock, known)
    code = asyncio.run(session.run(invocation, plan.listen_s, write_every_s))
    if known is not None:
        memory.tell(known)
    return code


@dataclass(slots=True)
class _Session:
    """One listening with its chores beside it: drawing and writing what is known so far."""

    listening: Listening
    knowledge: Knowledge
    output: OutputOptions
    clock: Clock
    known: Memory | None = None
    sweep_id: UUID = field(default_factory=uuid4)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, invocation: Invocation, listen_s: float | None, write_every_s: float | None) -> int:
        """Listen and write with Ctrl-C caught, so that an impatient one cannot interrupt the writing.

        Without an end of its own, listening is over when somebody stops it: that is no interruption.
        """
        stop = brake.Brake(self.listening.stop, self.listening.stop, NOTICE)
        stop.hold()
        with live.shown(invocation.wants_progress) as draw:
            chores = [*self._drawing(draw), *self._writing(write_every_s)]
            await self._listen(chores)
        is_interrupted = stop.pulls > 0 and listen_s is not None
        verdicts, covered = self.listening.snapshot()
        if is_interrupted:
            covered = brake.interrupted(covered, "listening")
        report = self._report(verdicts, covered)
        heard = self.listening.judged()
        problem = await memory.stored(self.known, SweepKind.LISTEN, self.knowledge, heard, report)
        code = result.finish(report, self.output, invocation, is_interrupted)
        for chore in chores:
            # A defect of ours in a chore is raised when the results are safe.
            chore.result()
        return memory.exit_code(code, problem)

    async def _listen(self, chores: Sequence[asyncio.Task[None]]) -> None:
        try:
            await self.listening.run()
        finally:
            self.over.set()
            await asyncio.gather(*chores, return_exceptions=True)

    def _drawing(self, draw: live.Draw | None) -> Iterator[asyncio.Task[None]]:
        if draw is not None:
            yield asyncio.create_task(self._draw(draw))

    def _writing(self, every_s: float | None) -> Iterator[asyncio.Task[None]]:
        if every_s is not None:
            yield asyncio.create_task(self._write(every_s))

    async def _draw(self, draw: live.Draw) -> None:
        """Draw what is known, seldom enough that hearing does not suffer.

        Advisories are left out: no column shows them, and comparing 10,000 devices takes seconds.
        """
        pause_s = REDRAW_S
        while not await self._is_over_in(pause_s):
            began_s = self.clock.monotonic()
            draw(Report(self.sweep_id, self.output.site, *self.listening.snapshot()))
            pause_s = max(REDRAW_S, (self.clock.monotonic() - began_s) / MAX_DRAWING_SHARE)

    async def _write(self, every_s: float) -> None:
        """Write what is known, in a thread of its own, since a slow disk must not stop the hearing."""
        while not await self._is_over_in(every_s):
            try:
                await asyncio.to_thread(self._save, *self.listening.snapshot())
            except OSError as error:
                talk.warning(
                    f"{self.output.output} could not be written ({error.strerror}). Listening goes on, and "
                    "writing is tried again. Make room there."
                )

    async def _is_over_in(self, seconds: float) -> bool:
        """Wait until listening is over, but not longer than some seconds; return whether it is."""
        try:
            async with asyncio.timeout(seconds):
                await self.over.wait()
        except TimeoutError:
            return False
        return True

    def _report(self, verdicts: tuple[Verdict, ...], covered: Coverage) -> Report:
        return self.knowledge.report(self.sweep_id, self.output.site, verdicts, covered)

    def _save(self, verdicts: tuple[Verdict, ...], covered: Coverage) -> None:
        result.save(self._report(verdicts, covered), self.output)
