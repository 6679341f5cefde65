"""A sweep as a process: what it says is heard, its end is told, and a stop is quick."""

import asyncio
import logging
import sys
import time
from pathlib import Path

import pytest

from scanner.schedule import child
from scanner.schedule.child import GRACE_S, MAX_LINE_BYTES, Ended

Heard = list[tuple[int, str]]


def run(code: str, **environment: str) -> tuple[Ended, Heard]:
    heard: Heard = []
    command = (sys.executable, "-I", "-c", code)
    ended = asyncio.run(child.run(command, environment, lambda level, text: heard.append((level, text))))
    return ended, heard


def test_events_are_heard_with_their_level_and_the_last_error_is_the_trouble() -> None:
    ended, heard = run(
        "import sys; sys.stderr.write("
        '\'{"level": "info", "message": "one"}\\n{"level": "error", "message": "no route"}\\n\'); sys.exit(5)'
    )

    assert heard == [(logging.INFO, "one"), (logging.ERROR, "no route")]
    assert ended == Ended(5, "no route")


def test_what_is_no_event_is_heard_as_a_warning() -> None:
    _, heard = run("import sys; sys.stderr.buffer.write(b'[1, 2]\\nSegm\\xffentation fault')")

    assert heard == [(logging.WARNING, "[1, 2]"), (logging.WARNING, "Segm\ufffdentation fault")]


def test_endless_lines_are_cut_and_do_not_block() -> None:
    ended, heard = run("import sys; sys.stderr.write('x' * 5_000_000 + '\\nend\\n')")

    assert ended.code == 0
    assert [len(text) for _, text in heard if text != "end"] <= [MAX_LINE_BYTES]
    assert heard[-1] == (logging.WARNING, "end")


def test_results_on_standard_output_go_nowhere() -> None:
    assert run("print('x' * 1_000_000)") == (Ended(0), [])


def test_a_sweep_that_a_signal_killed_has_a_negative_code() -> None:
    assert run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")[0] == Ended(-9)


def test_a_program_that_is_not_there_is_heard_of_and_is_an_end_with_its_reason() -> None:
    heard: Heard = []
    command = ("/nonexistent/camcensus",)
    ended = asyncio.run(child.run(command, {}, lambda level, text: heard.append((level, text))))

    assert ended.code > 0
    assert "No such file" in ended.trouble
    assert heard == [(logging.ERROR, ended.trouble)]


def test_what_is_systemds_does_not_reach_the_sweep() -> None:
    _, heard = run(
        "import os, sys; sys.stderr.write(' '.join(sorted(os.environ)))",
        NOTIFY_SOCKET="/run/systemd/notify",
        WATCHDOG_USEC="1",
        KEPT="1",
    )

    assert [word for word in heard[0][1].split() if not word.startswith("LC_")] == ["KEPT"]


def stopped(code: str, marker: Path) -> float:
    """Run a program until it is heard, cancel it, and return how long that took."""

    async def both() -> float:
        command = (sys.executable, "-I", "-c", code, str(marker))
        is_heard = asyncio.Event()
        task = asyncio.create_task(child.run(command, {}, lambda _level, _text: is_heard.set()))
        await is_heard.wait()
        began = time.monotonic()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        return time.monotonic() - began

    return asyncio.run(both())


def test_a_stop_lets_the_sweep_end_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "GRACE_S", 600)
    code = (
        "import pathlib, signal, sys, time\n"
        "at = pathlib.Path(sys.argv[1])\n"
        "signal.signal(signal.SIGTERM, lambda *_: (at.write_text('interrupted'), sys.exit(130)))\n"
        "sys.stderr.write('ready\\n'); time.sleep(600)"
    )

    stopped(code, tmp_path / "marker")

    assert (tmp_path / "marker").read_text() == "interrupted"


def test_a_sweep_that_ignores_the_stop_is_killed_when_its_grace_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "KILL_S", 60)
    code = (
        "import os, pathlib, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))\n"
        "sys.stderr.write('ready\\n'); time.sleep(600)"
    )

    took_s = stopped(code, tmp_path / "marker")

    assert took_s >= GRACE_S
    assert not Path("/proc", (tmp_path / "marker").read_text()).exists()
