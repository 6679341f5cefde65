"""One sweep as a process of its own, so that nothing that happens to it can hurt the daemon."""

import asyncio
import json
import logging
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from scanner.net.systemd import VARIABLES

# A sweep that is told to stop marks itself interrupted within it. A stop takes two seconds in all, and the
# rest is for the kill and for the interpreter's own end on a busy machine.
GRACE_S = 1.0
# A killed process is over when the kernel gets to it.
KILL_S = 0.6
# What was said last is in the pipe when the process has ended.
_LAST_WORDS_S = 0.2
# A line of the log is a sentence; what is longer is cut.
MAX_LINE_BYTES = 8192

_LEVELS = {"debug": logging.DEBUG, "warning": logging.WARNING, "error": logging.ERROR}

# Takes what a sweep says: the level of ``logging`` and the text.
Say = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a sweep ended: its exit code, negative for a signal, and the last error that it told."""

    code: int
    trouble: str = ""


@dataclass(slots=True)
class _Ear:
    """Passes on what a sweep says and remembers its last error."""

    say: Say
    trouble: str = ""

    def hear(self, line: bytes) -> None:
        level, text = _event(line)
        self.trouble = text if level >= logging.ERROR else self.trouble
        self.say(level, text)


async def run(command: Sequence[str], environment: Mapping[str, str], say: Say) -> Ended:
    """Run a command to its end. Cancelled, it sends SIGTERM, and SIGKILL after ``GRACE_S``.

    Its results are in the inventory, so standard output goes nowhere; standard error is ``say``'s.
    """
    own = {name: value for name, value in environment.items() if name not in VARIABLES}
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=PIPE,
            env=own,
            # Ctrl-C is for the daemon, which tells the sweep in its own way.
            start_new_session=True,
        )
    except OSError as error:
        trouble = f"It could not be started: {error}"
        say(logging.ERROR, trouble)
        return Ended(os.EX_OSERR, trouble)
    return await _attended(process, _Ear(say))


async def _attended(process: Process, ear: _Ear) -> Ended:
    relay = asyncio.create_task(_relay(cast(asyncio.StreamReader, process.stderr), ear))
    try:
        code = await process.wait()
    finally:
        await _end(process)
        await asyncio.wait([relay], timeout=_LAST_WORDS_S)
        relay.cancel()
    return Ended(code, ear.trouble)


async def _end(process: Process) -> None:
    """See that the process is over: politely first."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    if not await _is_over(process, GRACE_S):
        with suppress(ProcessLookupError):
            process.kill()
        await _is_over(process, KILL_S)


async def _is_over(process: Process, within_s: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await process.wait()
    return process.returncode is not None


async def _relay(said: asyncio.StreamReader, ear: _Ear) -> None:
    """Hand over every line that is said, each cut to its limit."""
    rest = b""
    while piece := await said.read(MAX_LINE_BYTES):
        *lines, rest = (rest + piece).split(b"\n")
        rest = rest[:MAX_LINE_BYTES]
        for line in filter(None, lines):
            ear.hear(line[:MAX_LINE_BYTES])
    if rest:
        ear.hear(rest)


def _event(line: bytes) -> tuple[int, str]:
    """Return level and text of one line, which is an event as JSON, or what a library or a crash wrote."""
    try:
        event = json.loads(line)
        return _LEVELS.get(event["level"], logging.INFO), str(event["message"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return logging.WARNING, line.decode(errors="replace").rstrip()
