"""``python -m tests.fuzz``: fuzz every target for some time, and tell what was found."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from platform import machine

from tests.fuzz.campaign import Campaign, Outcome
from tests.fuzz.target import Target
from tests.fuzz.targets import BY_NAME, TARGETS
from tests.fuzz.worker import has_engine

ROW = "{:20} {:>12} {:>9} {:>8}  {}"


def main(arguments: list[str] | None = None) -> None:
    """Run the campaign; the exit status is 1 when any target broke or did not run."""
    asked = _parser().parse_args(arguments)
    targets = [BY_NAME[name] for name in asked.only] if asked.only else list(TARGETS)
    if asked.replay:
        _replay(targets, asked.replay)
        return
    print(_introduction(targets, asked.seconds, asked.jobs), flush=True)
    outcomes: list[Outcome] = []
    for outcome in Campaign(asked.seconds, asked.folder).run(targets, asked.jobs):
        outcomes.append(outcome)
        print(f"{outcome.target.name}: {outcome.result}", flush=True)
    print(_table(outcomes))
    sys.exit(not all(outcome.is_clean for outcome in outcomes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="targets at a time")
    parser.add_argument("--only", nargs="+", choices=sorted(BY_NAME), metavar="TARGET")
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--replay", type=Path, help="give one file to the targets and end")
    return parser


def _replay(targets: Sequence[Target], file: Path) -> None:
    """Give one input to some targets; what breaks is raised."""
    for target in targets:
        target.check(file.read_bytes())
        print(f"{target.name}: nothing breaks")


def _introduction(targets: Sequence[Target], seconds: int, jobs: int) -> str:
    plan = f"{len(targets)} targets, {seconds} s each, {jobs} at a time"
    if has_engine():
        return f"{plan}, guided by coverage."
    version = ".".join(map(str, sys.version_info[:2]))
    return (
        f"{plan}, NOT guided by coverage: atheris is not installed. It has wheels for CPython on Linux "
        f"x86-64 only, and this is {sys.implementation.name} {version} on {sys.platform} {machine()}. Inputs "
        "are mutated blindly, which finds less."
    )


def _table(outcomes: Sequence[Outcome]) -> str:
    rows = [
        ROW.format(
            outcome.target.name,
            outcome.executions,
            outcome.executions_per_second,
            outcome.corpus_count,
            outcome.result,
        )
        for outcome in outcomes
    ]
    return "\n".join(["", ROW.format("target", "executions", "exec/s", "corpus", "result"), *rows])


if __name__ == "__main__":
    main()
