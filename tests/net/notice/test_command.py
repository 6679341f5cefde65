"""Commands of the operator's: real programs, well-behaved and not."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from scanner.net.notice.command import MAX_OUTPUT_BYTES, run
from scanner.net.notice.contract import Undelivered

DOCUMENT = b'{"schema": 1, "site": "depot"}'


def tell(*argv: str, document: bytes = DOCUMENT, deadline_s: float = 10.0) -> None:
    asyncio.run(run(argv, document, deadline_s))


def test_the_document_comes_on_standard_input(tmp_path: Path) -> None:
    tell("/bin/sh", "-c", 'cat > "$0"', str(tmp_path / "told"))

    assert (tmp_path / "told").read_bytes() == DOCUMENT


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    tell("/bin/echo", f"$(touch {touched}); touch {touched} | `touch {touched}`")

    assert not touched.exists()


def test_the_environment_holds_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPOT_HOOK_SECRET", "a shared secret")
    tell("/bin/sh", "-c", 'env > "$0"', str(tmp_path / "environment"))

    names = {line.partition("=")[0] for line in (tmp_path / "environment").read_text().splitlines()}
    assert names <= {"PATH", "HOME", "LANG", "TZ", "PWD", "SHLVL", "_", "OLDPWD"}


def test_a_failure_is_told_with_the_last_words() -> None:
    with pytest.raises(Undelivered, match=r"ended with status 3: no ticket system$"):
        tell("/bin/sh", "-c", "echo trying; echo no ticket system >&2; exit 3")


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(Undelivered, match="could not be started"):
        tell("/nonexistent/program")


def test_a_program_need_not_read_what_it_gets() -> None:
    tell("/bin/true", document=b"a" * 1_000_000)


def test_what_a_program_says_without_end_is_capped() -> None:
    with pytest.raises(Undelivered) as caught:
        tell(sys.executable, "-c", "import sys; sys.stdout.write('a' * 5_000_000); sys.exit(1)")

    assert len(str(caught.value)) < MAX_OUTPUT_BYTES + 100


def test_at_the_deadline_the_program_and_what_it_started_are_killed(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    with pytest.raises(Undelivered, match="was killed"):
        tell("/bin/sh", "-c", 'sleep 600 & echo $$ $! > "$0"; wait', str(ids), deadline_s=4.0)

    assert all(ends(int(pid)) for pid in ids.read_text().split())


def ends(pid: int) -> bool:
    """Whether a process that was killed is gone soon: the kernel takes its time."""
    until = time.monotonic() + 60
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not is_running(pid)


def is_running(pid: int) -> bool:
    """Whether a process does anything; one that nobody has buried yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_program_that_leaves_something_running_has_delivered(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    tell("/bin/sh", "-c", 'sleep 60 & echo $! > "$0"', str(ids))

    pid = int(ids.read_text())
    assert is_running(pid)
    os.kill(pid, 9)
