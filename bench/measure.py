"""One command as a whole process: wall time, CPU time and peak memory, from the kernel's accounting."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command and all its children cost; ``peak_mib`` is that of the largest single process."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    exit_code: int
    output: str
    was_cut: bool


def cost_of(command: Sequence[str], limit_s: float) -> Cost:
    """Run a command for at most ``limit_s`` seconds and return its cost and its standard output.

    At the limit the command's process group is interrupted, as Ctrl-C would, so that it can write what
    it has; ten seconds later it is killed.
    """
    started_s = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as process:
        cut = threading.Event()
        timers = [
            threading.Timer(limit_s, _signal, (process.pid, signal.SIGINT, cut)),
            threading.Timer(limit_s + 10, _signal, (process.pid, signal.SIGKILL, cut)),
        ]
        for timer in timers:
            timer.start()
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        for timer in timers:
            timer.cancel()
    return Cost(
        time.monotonic() - started_s,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        process.returncode,
        output,
        cut.is_set(),
    )


def _signal(group: int, number: signal.Signals, cut: threading.Event) -> None:
    cut.set()
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        cut.clear()
