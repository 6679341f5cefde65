"""Work on the inventory beside the loop: what comes of it arrives, whatever that is."""

import asyncio
import threading

import pytest

from scanner.errors import StorageProblem
from scanner.schedule.table import in_background


def test_the_result_arrives_and_the_loop_goes_on_meanwhile() -> None:
    async def both() -> bool:
        loop_went_on = threading.Event()
        work = asyncio.create_task(in_background(lambda: loop_went_on.wait(60)))
        await asyncio.sleep(0.01)
        loop_went_on.set()
        return await work

    assert asyncio.run(both())


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
    assert reported.wait(60)


def test_nobody_waits_for_work_that_was_given_up() -> None:
    may_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        may_end.wait(60)
        ended.set()

    async def given_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await in_background(work)

    asyncio.run(given_up())

    assert not ended.is_set()
    may_end.set()
    assert ended.wait(60)
