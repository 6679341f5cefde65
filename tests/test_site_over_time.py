"""A site that is swept night after night while things happen on its network: it tells them, and no more."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scanner.clock import SystemClock
from scanner.inventory.inventory import Inventory
from scanner.model.device import ChangeKind, Presence
from scanner.site.file import read
from tests.lab import Expected, Further, Lab, Plan

pytestmark = pytest.mark.lab

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

# Kind, and what it was before and after.
Told = tuple[ChangeKind, str, str]


@dataclass(frozen=True)
class Night:
    """What one sweep left behind: its exit code, every change that it told, and each device's presence."""

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
        added = lab.run(self._camcensus("site", "add", str(site_file)))
        assert added.returncode == 0, added.stderr

    def sweep(self) -> Night:
        """Sweep as the scheduler does, and read what the inventory then tells."""
        done = self.lab.run(self._camcensus("scan", "--site", "depot", "-o", "-"), timeout=100)
        with Inventory.open(self._place, SystemClock(), read, must_exist=True) as inventory:
            number = inventory.sweep("last").number
            changes = [row.change for row in inventory.changes(sweep=number)]
            presences = {(one.address, one.serial): one.presence for one in inventory.devices("depot")}
        told = sorted(
            ((one.kind, one.before, one.after) for one in changes), key=lambda one: (one[0].value, *one[1:])
        )
        return Night(done.returncode, done.stderr, told, presences)

    def _camcensus(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "scanner", "--quiet", *arguments, "--db", self._place]


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
    """Much happens before the second night, nothing before the third, and some of it is undone then."""
    with Lab(NETWORK) as lab:
        site = SweptSite(lab, tmp_path_factory.mktemp("site"))
        before = {row.address: row for row in lab.truth}
        first = site.sweep()
        lab.plug("hik-ipc", ADDED)
        lab.renumber(RENUMBERED, RENUMBERED_TO)
        lab.upgrade(UPGRADED, "V5.7.3", "2022-01-12")
        lab.swap(SWAPPED)
        lab.unplug(UNPLUGGED)
        for segment in CUT_OFF:
            lab.cut(segment)
        second, third = site.sweep(), site.sweep()
        lab.plug("dahua-nvr", UNPLUGGED, number=0)
        for segment in CUT_OFF:
            lab.restore(segment)
        return Story(before, first, second, third, site.sweep())


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
