"""Running a sweep from the command line: progress, Ctrl-C, and the report in the end."""

import asyncio
from dataclasses import dataclass, replace
from uuid import uuid4

from scanner.cli.invocation import Invocation
from scanner.cli.option import Means, MemoryOptions, OutputOptions, PaceOptions, TargetOptions
from scanner.cli.running import brake, listening, memory, planning, progress, result
from scanner.cli.running.knowledge import Knowledge
from scanner.cli.running.memory import Memory
from scanner.clock import SystemClock
from scanner.model.coverage import Coverage
from scanner.sweep import Plan, Sweep

NOTICE = "Stopping: open hosts are finished and everything is written. Ctrl-C again: at once."


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator wants swept; with ``listen_s`` only listened to, for so many seconds."""

    targets: TargetOptions
    pace: PaceOptions
    means: Means
    listen_s: float | None = None


def scan(order: Order, options: MemoryOptions, output: OutputOptions, invocation: Invocation) -> int:
    """Sweep what was ordered, or the site that the output is named after; return the exit code."""
    result.check(output)
    with memory.of_site(output.site, options.db) as known:
        if order.listen_s is not None:
            return _listened(order, known, output, invocation)
        if known is None:
            plan = planning.sweep_plan(
                order.targets, order.pace, order.means.interface_names, invocation.config
            )
            knowledge = Knowledge.of(order.means.signature_directories, output)
            return asyncio.run(_swept(plan, knowledge, output, invocation))
        return _visited(order, known, options.wait, output, invocation)


def resume(options: MemoryOptions, output: OutputOptions, invocation: Invocation) -> int:
    """Finish a sweep that was interrupted; return the exit code."""
    from scanner.cli.running import visit

    result.check(output)
    return visit.resume(options, output, invocation)


def _visited(
    order: Order, known: Memory, wait_s: float, output: OutputOptions, invocation: Invocation
) -> int:
    """Sweep a site that the inventory knows."""
    from scanner.cli.running import terms, visit

    means = order.means

    def plan() -> Plan:
        return terms.plan(known.site, order.targets, order.pace, means.interface_names, invocation.config)

    return visit.scan(known, plan, means.signature_directories, output, invocation, wait_s)


def _listened(order: Order, known: Memory | None, output: OutputOptions, invocation: Invocation) -> int:
    names, config = order.means.interface_names, invocation.config
    if known is None:
        plan = planning.sweep_plan(order.targets, order.pace, names, config)
    else:
        from scanner.cli.running import terms

        plan = terms.plan(known.site, order.targets, order.pace, names, config)
    planning.check_listening(plan.interfaces)
    plan = replace(plan, listen_s=order.listen_s)
    knowledge = Knowledge.of(order.means.signature_directories, output, known.site if known else None)
    return listening.run(plan, knowledge, output, invocation, known=known)


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
    return brake.interrupted(sweep.coverage, "sweep") if is_interrupted else sweep.coverage
