"""A terminal as a program sees it, and what it shows in the end."""

import os
import pty
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress


def run_in_terminal(command: Sequence[str], **environment: str) -> tuple[int, str]:
    """Run a command whose output goes to a terminal; return its exit code and all that it wrote there."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=os.environ | environment) as running:
        os.close(theirs)
        shown = b"".join(shown_on(ours)).decode()
    return running.returncode, shown


def shown_on(terminal: int) -> Iterator[bytes]:
    """Yield what a terminal shows until its program ends, which Linux tells by an error."""
    with suppress(OSError):
        while piece := os.read(terminal, 4096):
            yield piece
    os.close(terminal)
