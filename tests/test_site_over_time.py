"""A site that its schedule has swept night after night, while things happen on its network.

``camcensus schedule add`` says when, ``camcensus schedule run`` sweeps, and the inventory tells what has
happened, and no more.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.clock import SystemClock
from scanner.inventory.inventory import Inventory
from scanner.inventory.timetable import Timetable
from scanner.model.device import ChangeKind, Presence
from scanner.site.file import read
from tests.lab import Expected, Further, Lab, Plan

# The first night is waited for, up to 75 s, and each of the four sweeps takes 10 s on an idle machine.
pytestmark = [pytest.mark.lab, pytest.mark.timeout(900)]

# One segment where much happens, one on another interface, one behind a router.
SITE = """
schema = 1
[site]
name = "depot"
profile = "fast"
gone_after = 2
[[segment]]
name = "hall"
role = "cctv"
networks = ["10.77.0.0/27"]
[[segment]]
name = "yard"
networks = ["10.78.0.0/28"]
[[segment]]
name = "gate"
networks = ["10.79.0.0/28"]
"""
NETWORK = Plan(
    personas=("hik-ipc", "dahua-ipc", "hik-nvr", "dahua-nvr", "axis", "nginx"),
    network="10.77.0.0/27",
    further=(
        Further(network="10.78.0.0/28", personas=("hik-ipc", "axis")),
        Further(network="10.79.0.0/28", personas=("dahua-nvr", "hik-nvr"), routed=True),
    ),
    announce_seconds=0,
)
UPGRADED, RENUMBERED, SWAPPED, UNPLUGGED = (f"10.77.0.{number}" for number in (10, 11, 12, 13))
CUT_OFF = ("lan1", "lan2")
ADDED, RENUMBERED_TO = "10.77.0.20", "10.77.0.25"

# As long as adding a schedule may take on a busy machine.
HEADSTART = timedelta(seconds=15)
# A sweep that has not ended by then never will.
NIGHT_S = 200.0
# Two seconds are promised, and a busy machine may take a few more to end an interpreter.
STOP_S = 30.0
ENDED = re.compile(r"ended with exit code (\d+)")

# Kind, and what it was before and after.
Told = tuple[ChangeKind, str, str]


@dataclass(frozen=True)
class Night:
    """What one sweep left behind: its exit code, what was said, every change, each device's presence."""

    exit_code: int
    said: str
    changes: list[Told]
    presences: dict[tuple[str, str], Presence] = field(repr=False)


class SweptSite:
    """The site in its inventory, and the network that it is about."""

    def __init__(self, lab: Lab, directory: Path) -> None:
        self.lab = lab
        self._place = str(directory / "inventory.sqlite3")
        site_file = directory / "depot.toml"
        site_file.write_text(SITE)
        self._log = directory / "daemon.log"
        self._camcensus("site", "add", str(site_file))

    def schedule(self) -> None:
        """Have the site swept every day, at the next full minute for the first time."""
        first = datetime.now(UTC) + HEADSTART + timedelta(minutes=1)
        self._camcensus("schedule", "add", "depot", f"{first.minute} {first.hour} * * *", "--timezone", "UTC")

    def night(self) -> Night:
        """Keep the schedule until the site is swept, and read what the inventory then tells."""
        with self._daemon() as daemon:
            exit_code = self._swept(daemon)
        with self._inventory() as inventory:
            number = inventory.sweep("last").number
            changes = [row.change for row in inventory.changes(sweep=number)]
            presences = {(one.address, one.serial): one.presence for one in inventory.devices("depot")}
        told = sorted(
            ((one.kind, one.before, one.after) for one in changes), key=lambda one: (one[0].value, *one[1:])
        )
        return Night(exit_code, self._log.read_text(), told, presences)

    def a_day_goes_by(self) -> None:
        """Let the last sweep be a day ago: the daemon, which was down since, catches up what it missed."""
        with self._inventory() as inventory:
            timetable = Timetable(inventory.engine)
            (row,) = timetable.rows()
            assert row.last_due_at is not None, "the daemon has not noted its sweep"
            timetable.settle({row.number: row.last_due_at - timedelta(days=1)})

    @contextmanager
    def _daemon(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the daemon where the scanner stands; stopped in the end as systemd does it."""
        command = self.lab.command(self._command("schedule", "run"))
        with self._log.open("w") as log:
            daemon = subprocess.Popen(command, stderr=log)
        try:
            yield daemon
            daemon.terminate()
            assert daemon.wait(STOP_S) == 0, self._log.read_text()
        finally:
            daemon.kill()
            daemon.wait()

    def _swept(self, daemon: "subprocess.Popen[bytes]") -> int:
        """Wait until a sweep has ended, and return its exit code."""
        deadline = time.monotonic() + NIGHT_S
        while not (ended := ENDED.search(self._log.read_text())):
            assert daemon.poll() is None and time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.1)
        return int(ended[1])

    def _inventory(self) -> Inventory:
        return Inventory.open(self._place, SystemClock(), read, must_exist=True)

    def _camcensus(self, *arguments: str) -> None:
        done = self.lab.run(self._command(*arguments))
        assert done.returncode == 0, done.stderr

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "scanner", *arguments, "--db", self._place]


@dataclass(frozen=True)
class Story:
    """Four nights, and who was there on the first."""

    before: dict[str, Expected]
    first: Night
    second: Night
    third: Night
    fourth: Night


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Much happens before the second night, nothing before the third, and some of it is undone then.

    The daemon waits for the first night, and is down at the time of the others.
    """
    with Lab(NETWORK) as lab:
        site = SweptSite(lab, tmp_path_factory.mktemp("site"))
        before = {row.address: row for row in lab.truth}
        site.schedule()
        first = site.night()
        lab.plug("hik-ipc", ADDED)
        lab.renumber(RENUMBERED, RENUMBERED_TO)
        lab.upgrade(UPGRADED, "V5.7.3", "2022-01-12")
        lab.swap(SWAPPED)
        lab.unplug(UNPLUGGED)
        for segment in CUT_OFF:
            lab.cut(segment)
        site.a_day_goes_by()
        second = site.night()
        site.a_day_goes_by()
        third = site.night()
        lab.plug("dahua-nvr", UNPLUGGED, number=0)
        for segment in CUT_OFF:
            lab.restore(segment)
        site.a_day_goes_by()
        return Story(before, first, second, third, site.night())


def test_on_the_first_night_everybody_is_new(story: Story) -> None:
    assert story.first.exit_code == 0, story.first.said
    assert story.first.changes == [(ChangeKind.NEW, "", address) for address in sorted(story.before)]


def test_what_has_happened_since_is_told_exactly_and_nothing_else(story: Story) -> None:
    assert story.second.changes == [
        (ChangeKind.FIRMWARE, "V5.6.2 build 2019-07-01", "V5.7.3 build 2022-01-12"),
        (ChangeKind.MOVED, f"{RENUMBERED} (hall)", f"{RENUMBERED_TO} (hall)"),
        (ChangeKind.NEW, "", SWAPPED),
        (ChangeKind.NEW, "", ADDED),
        (ChangeKind.SILENT, SWAPPED, ""),
        (ChangeKind.SILENT, UNPLUGGED, ""),
    ]


def test_a_segment_that_is_cut_off_is_a_gap_and_none_of_its_devices_is_missed(story: Story) -> None:
    for night in (story.second, story.third):
        assert night.exit_code == 4, night.said
        assert "nobody answered in the segment yard (10.78.0.0/28), where 2 devices are known" in night.said
        assert "nobody answered in the segment gate (10.79.0.0/28), where 3 devices are known" in night.said
        cut_off = [row for row in story.before.values() if row.segment in CUT_OFF]
        assert {night.presences[row.address, row.serial] for row in cut_off} == {Presence.PRESENT}


def test_who_was_silent_is_gone_after_as_many_sweeps_as_the_site_says(story: Story) -> None:
    assert story.third.changes == [(ChangeKind.GONE, SWAPPED, ""), (ChangeKind.GONE, UNPLUGGED, "")]
    assert story.third.presences[SWAPPED, story.before[SWAPPED].serial] is Presence.GONE


def test_who_comes_back_is_the_same_device_and_a_segment_that_comes_back_is_no_news(story: Story) -> None:
    assert story.fourth.exit_code == 0, story.fourth.said
    assert story.fourth.changes == [(ChangeKind.RETURNED, "", UNPLUGGED)]
    assert story.fourth.presences[UNPLUGGED, story.before[UNPLUGGED].serial] is Presence.PRESENT
