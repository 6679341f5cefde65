"""One sweep per site at a time, on both databases, and the lock of a process that is killed is free."""

import math
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.clock import SystemClock
from scanner.errors import Locked, StorageProblem
from scanner.inventory import owner
from scanner.inventory.inventory import Inventory
from scanner.model.site import Site

ROOT = Path(__file__).parents[2]
# Holds the lock of the site that its file names, says so, and waits to be ended.
HOLDS = """
import sys, time
from scanner.clock import SystemClock
from scanner.inventory.inventory import Inventory
from scanner.model.site import Site
with Inventory.open(sys.argv[1], SystemClock(), lambda text: Site(text)) as inventory:
    with inventory.locked(sys.argv[2]):
        print("held", flush=True)
        time.sleep(600)
"""


@pytest.fixture
def inventory(database_url: str) -> Iterator[Inventory]:
    with Inventory.open(database_url, SystemClock(), Site) as opened:
        opened.add_site("depot")
        opened.add_site("yard")
        yield opened


@pytest.fixture
def holder(inventory: Inventory, database_url: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the depot's lock."""
    command = [sys.executable, "-c", HOLDS, database_url, "depot"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_the_second_is_told_who_holds_the_lock(inventory: Inventory, holder: "subprocess.Popen[str]") -> None:
    with (
        pytest.raises(Locked, match=rf"depot is being swept by process {holder.pid} on \S+ since 20") as told,
        inventory.locked("depot"),
    ):
        raise AssertionError("two processes hold the lock")

    assert told.value.exit_code == 6
    assert "--wait" in str(told.value)


def test_another_site_is_free(inventory: Inventory, holder: "subprocess.Popen[str]") -> None:
    with inventory.locked("yard"):
        assert holder.poll() is None


def test_the_lock_of_a_killed_process_is_free(inventory: Inventory, holder: "subprocess.Popen[str]") -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    # A server notices the end of a connection within moments.
    with inventory.locked("depot", wait_s=60):
        pass


def test_who_waits_gets_it_when_the_other_has_ended(
    inventory: Inventory, holder: "subprocess.Popen[str]"
) -> None:
    began_s = time.monotonic()
    ending = subprocess.Popen(["sh", "-c", f"sleep 0.6; kill {holder.pid}"])
    with inventory.locked("depot", wait_s=math.inf):
        assert time.monotonic() - began_s >= 0.5
    ending.wait()


def test_waiting_has_an_end(inventory: Inventory, holder: "subprocess.Popen[str]") -> None:
    began_s = time.monotonic()

    with pytest.raises(Locked), inventory.locked("depot", wait_s=0.5):
        raise AssertionError("two processes hold the lock")

    assert time.monotonic() - began_s >= 0.5


def test_it_can_be_taken_again_and_again(inventory: Inventory) -> None:
    for _ in range(3):
        with inventory.locked("depot"):
            pass


def test_a_lock_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    place = tmp_path / "inventory.sqlite3"
    with Inventory.open(str(place), SystemClock(), Site) as inventory:
        inventory.add_site("depot")
        Path(f"{place}.site-1.lock").mkdir()

        with pytest.raises(StorageProblem, match=r"lock file .* cannot be used"), inventory.locked("depot"):
            raise AssertionError("nothing was locked")


def test_this_process_is_not_gone_and_a_killed_one_is() -> None:
    tells = "from scanner.inventory import owner; print(owner.mine(), flush=True); input()"
    command = [sys.executable, "-c", tells]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout
        theirs = process.stdout.readline().strip()
        assert not owner.is_gone(theirs)
        process.kill()

    assert owner.is_gone(theirs)
    assert not owner.is_gone(owner.mine())


def test_a_later_process_of_the_same_number_is_not_taken_for_it() -> None:
    mine = owner.mine()

    assert owner.is_gone(mine.rpartition(" ")[0] + " 1")
    assert owner.is_gone(mine.replace(" boot ", " boot x"))


@pytest.mark.parametrize("told", ["", "4711@scanner", "4711@elsewhere boot 1 start 1"])
def test_what_cannot_be_known_is_presumed_to_go_on(told: str) -> None:
    assert not owner.is_gone(told)
