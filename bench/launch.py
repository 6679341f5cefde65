"""Runs one command and tells what it cost: python -I -S launch.py DESCRIPTOR COMMAND...

A process of its own and a small one, because the kernel counts to a new process's peak memory what its
parent held when it was started. Writes two lines to the descriptor: the command's process id, and in the end
a JSON object. The command leads a process group of its own.
"""

import json
import os
import sys
import time


def main(report: int, command: list[str]) -> None:
    """Run the command with our own input and output."""
    os.set_inheritable(report, False)
    began_s = time.monotonic()
    process = os.posix_spawnp(command[0], command, os.environ, setpgroup=0)
    os.write(report, b"%d\n" % process)
    _, status, usage = os.wait4(process, 0)
    cost = {
        "wall_s": time.monotonic() - began_s,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / 1024,
        "exit_code": os.waitstatus_to_exitcode(status),
    }
    os.write(report, json.dumps(cost).encode() + b"\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
