"""One command as a whole process: wall time, CPU time and peak memory, from the kernel's accounting."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from bench import launch


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
    told, report = os.pipe()
    launcher = [sys.executable, "-I", "-S", launch.__file__, str(report), *command]
    with (
        os.fdopen(told) as reports,
        subprocess.Popen(
            launcher, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, pass_fds=(report,)
        ) as process,
    ):
        os.close(report)
        group, cut = int(reports.readline()), threading.Event()
        timers = [
            threading.Timer(limit_s, _signal, (group, signal.SIGINT, cut)),
            threading.Timer(limit_s + 10, _signal, (group, signal.SIGKILL, cut)),
        ]
        for timer in timers:
            timer.start()
        output = process.stdout.read() if process.stdout else ""
        cost = json.loads(reports.readline())
        for timer in timers:
            timer.cancel()
    return Cost(**cost, output=output, was_cut=cut.is_set())


def _signal(group: int, number: signal.Signals, cut: threading.Event) -> None:
    cut.set()
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        cut.clear()
