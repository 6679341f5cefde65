"""Running a sweep from the command line: progress, Ctrl-C, and the report in the end."""

import asyncio
from dataclasses import replace
from uuid import uuid4

from scanner.cli import brake, listening, planning, progress, result
from scanner.cli.invocation import Invocation
from scanner.cli.knowledge import Knowledge
from scanner.cli.option import Means, OutputOptions, PaceOptions, TargetOptions
from scanner.clock import SystemClock
from scanner.errors import CamcensusError
from scanner.model.coverage import Coverage
from scanner.sweep import Plan, Sweep

NOTICE = "Stopping: open hosts are finished and everything is written. Ctrl-C again: at once."


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
    if listen_s is None:
        return asyncio.run(_swept(plan, Knowledge.of(means.signature_directories), output, invocation))
    planning.check_listening(plan.interfaces)
    plan = replace(plan, listen_s=listen_s)
    return listening.run(plan, Knowledge.of(means.signature_directories), output, invocation)


async def _swept(plan: Plan, knowledge: Knowledge, output: OutputOptions, invocation: Invocation) -> int:
    """Sweep and write with Ctrl-C caught, so that an impatient one cannot interrupt the writing."""
    with progress.shown(invocation.wants_progress) as observe:
        sweep = Sweep(plan, knowledge.database, SystemClock(), observe)
        stop = brake.Brake(sweep.stop, sweep.abort, NOTICE)
        stop.hold()
        verdicts = tuple([verdict async for verdict in sweep.verdicts()])
    is_interrupted = stop.pulls > 0
    report = knowledge.report(uuid4(), output.site, verdicts, _coverage(sweep, is_interrupted))
    return result.finish(report, output, invocation, is_interrupted)


def _coverage(sweep: Sweep, is_interrupted: bool) -> Coverage:
    if sweep.coverage is None:
        raise CamcensusError("The sweep ended without saying what it covered. Report this as a defect.")
    return brake.interrupted(sweep.coverage, "sweep") if is_interrupted else sweep.coverage
