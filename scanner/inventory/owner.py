"""Who runs a sweep, told apart from a later process that happens to have the same number.

The text is ``4711@scanner boot 5f2c start 8812``: process and host for people; the boot and the moment of
the process's start, in the kernel's ticks, tell whether it is still the same one.
"""

import os
import re
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_FORM = re.compile(r"(?P<pid>\d+)@(?P<host>\S+) boot (?P<boot>\S*) start (?P<start>\d+)")
# proc(5): what follows the name in /proc/PID/stat begins with field 3, the state; field 22 is the start.
_STATE, _START = 0, 19
_DEAD = ("Z", "X")


def mine() -> str:
    """Return the text for this process."""
    return f"{short()} boot {_boot()} start {_started(os.getpid()) or 0}"


def short() -> str:
    """Return what people know this process by."""
    return f"{os.getpid()}@{os.uname().nodename}"


def is_gone(text: str) -> bool:
    """Whether the process that a text names has ended. What runs on another host is presumed to go on."""
    found = _FORM.fullmatch(text)
    if found is None or found["host"] != os.uname().nodename:
        return False
    return found["boot"] != _boot() or _started(int(found["pid"])) != int(found["start"])


def _boot() -> str:
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


def _started(pid: int) -> int | None:
    """Return when a process was started, in ticks since the boot, or None when it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[_STATE] in _DEAD else int(fields[_START])
