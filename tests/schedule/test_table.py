"""Work on the inventory beside the loop: what comes of it arrives, whatever that is."""

import asyncio
import threading
import time

import pytest

from scanner.errors import StorageProblem
from scanner.schedule.table import in_background


def test_the_result_arrives_and_the_loop_goes_on_meanwhile() -> None:
    async def both() -> tuple[str, int]:
        turns = 0
        work = asyncio.create_task(in_background(lambda: time.sleep(0.2) or "done"))  # type: ignore[func-returns-value]
        while not work.done():
            turns += 1
            await asyncio.sleep(0.01)
        return await work, turns

    result, turns = asyncio.run(both())

    assert (result, turns > 3) == ("done", True)


def test_a_problem_of_the_database_arrives() -> None:
    def broken() -> None:
        raise StorageProblem("the disk is full")

    with pytest.raises(StorageProblem, match="the disk is full"):
        asyncio.run(in_background(broken))


def test_a_defect_does_not_leave_the_daemon_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    reported = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _died: reported.set())

    def defective() -> None:
        raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="A defect ended the thread"):
        asyncio.run(in_background(defective))
    assert reported.wait(5)


def test_nobody_waits_for_work_that_was_given_up() -> None:
    async def given_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await in_background(lambda: time.sleep(0.3))

    began = time.monotonic()
    asyncio.run(given_up())

    assert time.monotonic() - began < 0.25
