"""One target in a process of its own: ``python -m tests.fuzz.worker --help``.

Coverage guides the search where atheris is installed; otherwise the corpus is mutated blindly, which
finds less in the same time. What libFuzzer, the engine in atheris, prints at the end is printed by both.
"""

import argparse
import hashlib
import resource
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from tests.fuzz.mutation import mutations

if TYPE_CHECKING:  # what is imported before atheris instruments it gives no coverage
    from tests.fuzz.target import Target

# An input may take this long until it counts as a hang: five times what ``MAX_CPU_SECONDS`` allows, for
# a machine whose cores are shared.
HANG_SECONDS = 10
# All of the scanner takes some 60 MB, and libFuzzer's own tables as much.
MAX_MEMORY_MB = 1024
EXECUTIONS = "stat::number_of_executed_units:"
EXECUTIONS_PER_SECOND = "stat::average_exec_per_sec:"
# Where a blind run keeps the input it is at, for a find that ends the process.
CURRENT = "current"


def has_engine() -> bool:
    """Whether atheris is there to guide the search."""
    return find_spec("atheris") is not None


def main(arguments: list[str] | None = None) -> None:
    """Search for the time given; the exit status is not zero when something was found."""
    asked = _parser().parse_args(arguments)
    if has_engine():
        _search_guided(asked)
    target = _target(asked)
    sys.exit(_search_blindly(target, asked.seconds, asked.finds, asked.grown / CURRENT))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.worker")
    parser.add_argument("target")
    parser.add_argument("--table", default="tests.fuzz.targets", help="module that has BY_NAME")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--finds", type=Path, required=True, help="where inputs go that break a target")
    parser.add_argument("--grown", type=Path, required=True, help="where inputs go that reach new code")
    return parser


def _target(asked: argparse.Namespace) -> "Target":
    target: Target = import_module(asked.table).BY_NAME[asked.target]
    return target


def _search_guided(asked: argparse.Namespace) -> NoReturn:
    import atheris

    with atheris.instrument_imports(include=["scanner"]):
        target = _target(asked)
    flags = {
        "max_total_time": asked.seconds,
        "max_len": target.max_bytes,
        "timeout": HANG_SECONDS,
        "rss_limit_mb": MAX_MEMORY_MB,
        "artifact_prefix": f"{asked.finds}/{target.name}-",
        "print_final_stats": 1,
        "verbosity": 1,
    }
    folders = [str(asked.grown), str(target.corpus)]
    atheris.Setup(
        [sys.argv[0], *(f"-{name}={value}" for name, value in flags.items()), *folders], target.check
    )
    atheris.Fuzz()
    sys.exit()


def _search_blindly(target: "Target", seconds: float, finds: Path, current: Path) -> int:
    limit = MAX_MEMORY_MB * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    started_s, executions = monotonic(), 0
    with current.open("wb", buffering=0) as kept:
        for data in mutations(target.seeds(), target.max_bytes, seed=0):
            if monotonic() - started_s >= seconds:
                break
            kept.seek(0)
            kept.truncate()
            kept.write(data)
            executions += 1
            try:
                target.check(data)
            except BaseException:
                (finds / find_name(target.name, "crash", data)).write_bytes(data)
                print(EXECUTIONS, executions)
                raise
    print(EXECUTIONS, executions)
    print(EXECUTIONS_PER_SECOND, round(executions / (monotonic() - started_s)))
    current.unlink()
    return 0


def find_name(target: str, what: str, data: bytes) -> str:
    """Return the name that libFuzzer would give to a find."""
    return f"{target}-{what}-{hashlib.sha1(data, usedforsecurity=False).hexdigest()}"


if __name__ == "__main__":
    main()
