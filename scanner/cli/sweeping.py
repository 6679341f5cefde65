"""Running a sweep from the command line: progress, Ctrl-C, and the report in the end."""

import asyncio
import math
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from scanner.cli import planning, progress, result, scope, talk
from scanner.cli.invocation import Invocation
from scanner.cli.option import OutputOptions, PaceOptions, TargetOptions
from scanner.clock import SystemClock
from scanner.errors import CamcensusError
from scanner.export import Report
from scanner.matching.database import Database, load
from scanner.model.coverage import Coverage
from scanner.policy.advisory import Advisory
from scanner.policy.advisory_file import load_advisories
from scanner.policy.assessment import assess_all
from scanner.sweep import Plan, Sweep

# A listener that was given no end.
UNTIL_STOPPED = math.inf
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class _Brake:
    """What Ctrl-C does: the first one stops a sweep politely, the second at once."""

    sweep: Sweep
    pulls: int = 0

    def pull(self) -> None:
        """Stop, or stop at once."""
        self.pulls += 1
        if self.pulls == 1:
            talk.warning(
                "Stopping: open hosts are finished and everything is written. Ctrl-C again: at once."
            )
            self.sweep.stop()
        else:
            self.sweep.abort()


@dataclass(frozen=True, slots=True)
class Means:
    """What a sweep works with: interfaces by name (none means all), and extra signatures."""

    interface_names: tuple[str, ...]
    signature_directories: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What hosts are judged by, and what the verdicts are held against."""

    database: Database
    advisories: tuple[Advisory, ...]

    @classmethod
    def of(cls, signature_directories: tuple[Path, ...]) -> "Knowledge":
        """Return what is shipped with the directories laid over it; raises BadSignatures."""
        database = load(signature_directories)
        return cls(database, load_advisories(database, signature_directories))


def scan(
    targets: TargetOptions,
    pace: PaceOptions,
    means: Means,
    output: OutputOptions,
    invocation: Invocation,
    listen_s: float | None = None,
) -> int:
    """Sweep what the options name, or only listen for so many seconds; return the exit code."""
    result.check(output)
    plan = planning.sweep_plan(targets, pace, means.interface_names, invocation.config)
    if listen_s is not None:
        planning.check_listening(plan.interfaces)
        plan = replace(plan, listen_s=listen_s)
    return run(plan, Knowledge.of(means.signature_directories), output, invocation)


def listen(means: Means, output: OutputOptions, invocation: Invocation, listen_s: float) -> int:
    """Listen on the attached segments for so many seconds and return the exit code."""
    result.check(output)
    used = planning.chosen_interfaces(means.interface_names)
    planning.check_listening(used)
    heard = scope.of_segments(
        planning.attached_networks(used, is_private_only=False), invocation.config.exclude
    )
    plan = Plan(heard, used, listen_s=listen_s)
    return run(plan, Knowledge.of(means.signature_directories), output, invocation)


def run(plan: Plan, knowledge: Knowledge, output: OutputOptions, invocation: Invocation) -> int:
    """Carry out a plan, write the results, and return the exit code."""
    return asyncio.run(_swept(plan, knowledge, output, invocation))


async def _swept(plan: Plan, knowledge: Knowledge, output: OutputOptions, invocation: Invocation) -> int:
    """Sweep and write with Ctrl-C caught, so that an impatient one cannot interrupt the writing.

    A plan that listens without an end is over when somebody stops it: that is no interruption.
    """
    with progress.shown(invocation.wants_progress) as observe:
        sweep = Sweep(plan, knowledge.database, SystemClock(), observe)
        brake = _Brake(sweep)
        _on_signals(brake.pull)
        verdicts = tuple([verdict async for verdict in sweep.verdicts()])
    is_interrupted = brake.pulls > 0 and plan.listen_s != UNTIL_STOPPED
    covered = result.with_registry_age(_coverage(sweep, is_interrupted), knowledge.database.registry)
    listed = assess_all(verdicts, knowledge.advisories)
    report = Report(uuid4(), output.site, verdicts, covered, listed)
    try:
        result.deliver(report, output, invocation)
    except CamcensusError as error:
        if not is_interrupted:
            raise
        talk.error(str(error))
    return result.exit_code(report, output, is_interrupted)


def _coverage(sweep: Sweep, is_interrupted: bool) -> Coverage:
    covered = sweep.coverage
    if covered is None:
        raise CamcensusError("The sweep ended without saying what it covered. Report this as a defect.")
    if not is_interrupted:
        return covered
    return replace(covered, gaps=(*covered.gaps, "the sweep was interrupted before its end"))


def _on_signals(react: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, react)
