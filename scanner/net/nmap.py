"""nmap, through its own program: which TCP ports are open, and what nmap takes their services for.

nmap connects (-sT) and sends no raw packet, so it needs no privilege. Its targets were authorised by the
gate before. Service detection sends nmap's own questions and runs its version scripts, which this
project has not chosen, so it is off unless asked for.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from scanner.errors import CamcensusError
from scanner.model.host import Address

RUNNER_PROGRAM = Path(__file__).with_name("programs") / "nmap_runner.py"

# At its time limit the program still has to start, to interrupt nmap and to write.
_GRACE_S = 10.0
# nmap prints its version at once; a wrapper that waits for input does not.
_VERSION_TIMEOUT_S = 5.0


class ToolFailed(CamcensusError):
    """nmap gave no result; the ports of these hosts must be found in another way."""


class ToolMissing(ToolFailed):
    """nmap, or the Python package python-nmap, is not installed."""


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """How hard nmap may ask. ``host_gap_ms`` is between two connections to one host, one at a time;
    only when it is 0, ``max_parallelism`` connections may be open at once, to all hosts together.

    ``time_limit_s`` ends the whole scan, with what is finished by then.
    """

    max_rate: int = 100
    max_retries: int = 1
    max_parallelism: int = 1
    host_gap_ms: int = 300
    host_timeout_s: int = 60
    time_limit_s: int = 600


NORMAL = ScanLimits()


def available() -> str | None:
    """Return nmap's version, e.g. ``7.93``; None when it, or python-nmap, is not installed."""
    program = shutil.which("nmap")
    if program is None or find_spec("nmap") is None:
        return None
    try:
        said = subprocess.run([program, "--version"], capture_output=True, timeout=_VERSION_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = said.stdout.decode(errors="replace").split()
    return words[2] if words[:2] == ["Nmap", "version"] and len(words) > 2 else None


async def scan(
    addresses: Sequence[Address],
    ports: Sequence[int],
    limits: ScanLimits = NORMAL,
    *,
    service_detection: bool = False,
    program: Path = RUNNER_PROGRAM,
) -> bytes:
    """Return nmap's XML about at most 256 addresses of one family, to be read with ``nmap_xml``.

    The XML is truncated when the time limit ended the scan. Raises ToolMissing, or ToolFailed with what
    nmap or python-nmap said. When cancelled, nmap is killed at once.
    """
    request = {
        "hosts": list(map(str, addresses)),
        "ports": list(ports),
        "service_detection": service_detection,
        **asdict(limits),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(program)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        # NMAP_PRIVILEGED or NMAPDIR of the caller's environment would change what nmap does.
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limits.time_limit_s + _GRACE_S):
            xml, complaint = await process.communicate(json.dumps(request).encode())
    except TimeoutError as error:
        raise ToolFailed(f"nmap did not end within {limits.time_limit_s} seconds.") from error
    finally:
        await _end(process)
    if process.returncode != 0:
        raise _failure(complaint)
    return xml


async def _end(process: Process) -> None:
    """Kill the program and its nmap, which share a process group, unless they have ended."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _failure(complaint: bytes) -> ToolFailed:
    try:
        said = json.loads(complaint)
        reason, detail = said["error"], said["detail"]
    except (ValueError, TypeError, KeyError):
        # Not its own words but Python's: the last line of a traceback names the error.
        reason, detail = "failed", complaint.decode(errors="replace").strip().rpartition("\n")[2]
    if reason == "missing":
        return ToolMissing(
            f"nmap cannot be used ({detail}), so it finds no ports and names no services. "
            "Install nmap and the Python package python-nmap, or go without."
        )
    return ToolFailed(f"nmap gave no result: {detail}")
