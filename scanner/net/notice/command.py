"""A command of the operator's: the JSON document on its standard input, without a shell.

Exit status 0 counts as delivered. What the command does beyond that is its own matter.
"""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Sequence
from contextlib import suppress

from scanner.model.traffic import Reach, Traffic
from scanner.net.notice.contract import Undelivered, Way

COMMAND = Way(
    "command",
    (
        Traffic(
            Reach.NOTHING,
            "a program on this machine",
            "the JSON document on its standard input",
            "POSIX exec",
        ),
    ),
)

# A script that asks a ticket system, with room for a slow one; the sweep's own end waits for this.
DEADLINE_S = 20.0
# The last words of a program that failed; what it said before that is dropped.
MAX_OUTPUT_BYTES = 4 * 1024
# What it left running in the background may hold its output open.
_LAST_WORDS_S = 0.5
# What finds programs and reads text, and nothing that may hold a secret of ours.
_KEPT = ("PATH", "HOME", "LANG", "TZ")


class _Program(asyncio.SubprocessProtocol):
    """A running program: its last words, and whether it has said them and ended."""

    def __init__(self) -> None:
        self.words = bytearray()
        self.silent, self.ended = asyncio.Event(), asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep the end of what it says."""
        del fd
        self.words += data
        del self.words[:-MAX_OUTPUT_BYTES]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Learn that it will say no more; that it did not read everything is no matter."""
        del exc
        if fd == 1:
            self.silent.set()

    def process_exited(self) -> None:
        """Learn that it has ended."""
        self.ended.set()


async def run(argv: Sequence[str], document: bytes, deadline_s: float = DEADLINE_S) -> None:
    """Run a program and hand it the document. Raises Undelivered unless it ends with status 0 in time."""
    transport, program = await _start(argv)
    try:
        async with asyncio.timeout(deadline_s):
            _feed(transport, document)
            await program.ended.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(program.silent.wait(), _LAST_WORDS_S)
    except TimeoutError as error:
        raise Undelivered(f"it did not end within {deadline_s:g} seconds and was killed") from error
    finally:
        await _end(transport, program)
    if status := transport.get_returncode():
        raise Undelivered(f"it ended with status {status}{_last_line(program.words)}")


async def _start(argv: Sequence[str]) -> tuple[asyncio.SubprocessTransport, _Program]:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    loop = asyncio.get_running_loop()
    try:
        return await loop.subprocess_exec(
            _Program,
            *argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise Undelivered(f"it could not be started ({error})") from error


def _feed(transport: asyncio.SubprocessTransport, document: bytes) -> None:
    """Hand over the document; the loop writes it as the program reads."""
    stdin = transport.get_pipe_transport(0)
    if isinstance(stdin, asyncio.WriteTransport):
        stdin.write(document)
        stdin.write_eof()


async def _end(transport: asyncio.SubprocessTransport, program: _Program) -> None:
    """Kill what still runs: the program by its id, and with it those that it started in its group."""
    if transport.get_returncode() is None:
        with suppress(ProcessLookupError):
            os.killpg(transport.get_pid(), signal.SIGKILL)
        await program.ended.wait()
    transport.close()


def _last_line(words: bytearray) -> str:
    line = words.decode(errors="backslashreplace").strip().rpartition("\n")[2]
    return f": {line}" if line else ""
