"""Listening on the virtual LAN, where devices do only what such devices do unprompted."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.lab import EVERYTHING, Lab, Plan
from tests.lab.lab import Frames
from tests.lab.plan import Expected
from tests.waiting import until

pytestmark = pytest.mark.lab
PRETENDERS = ("pretends-hikvision", "pretends-dahua", "arp-spoofer", "trunk")
# Truth's name of each column that a listener may fill.
IDENTITY = ("brand", "model", "device_class", "firmware_version", "firmware_build_date", "serial")
# Every device speaks within two seconds; some rounds outlive the frames that a busy machine loses, and the
# seconds that it needs to begin.
ANNOUNCE_SECONDS, LISTEN_SECONDS = 2, 14
# --write-every counts minutes.
SECOND = "0.017"
# A host of the result that somebody has heard say whose it is.
CAMERA = '"maker": "Hikvision"'

Row = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What a run wrote: the hosts, the coverage, what was said, and the exit code."""

    hosts: tuple[Row, ...]
    coverage: Row
    said: str
    exit_code: int

    def at(self, address: str) -> list[Row]:
        return [host for host in self.hosts if host["address"] == address]


@dataclass(frozen=True)
class Heard:
    """One listening, with the scanner's frame counters before and after."""

    result: Result
    before: Frames
    after: Frames
    truth: tuple[Expected, ...]

    def of(self, persona: str) -> Row:
        """The one row of a persona's own hardware address."""
        (mac,) = (row.mac for row in self.truth if row.persona == persona)
        (host,) = (host for host in self.result.hosts if host["mac"] == mac)
        return host


def camcensus(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scanner", *arguments]


def result_of(path: Path, said: str, exit_code: int) -> Result:
    *hosts, coverage = (json.loads(line) for line in path.read_text().splitlines())
    return Result(tuple(hosts), coverage, said, exit_code)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """Listen once to every persona that behaves, and to those that pretend."""
    output = tmp_path_factory.mktemp("passive") / "heard.jsonl"
    with Lab(Plan(personas=(*EVERYTHING, *PRETENDERS), announce_seconds=ANNOUNCE_SECONDS)) as lab:
        before = lab.frames()
        done = lab.run(camcensus("listen", "--duration", str(LISTEN_SECONDS), "-o", str(output)))
        after = lab.frames()
        yield Heard(result_of(output, done.stderr, done.returncode), before, after, lab.truth)


def test_no_frame_is_sent(heard: Heard) -> None:
    assert heard.after.sent == heard.before.sent
    assert heard.after.received > heard.before.received
    assert heard.result.coverage["packets_sent"] == {}
    assert heard.result.exit_code == 0, heard.result.said


def test_every_target_that_announces_its_maker_is_named(heard: Heard) -> None:
    announcing = [e for e in heard.truth if e.verdict == "flagged" and "maker" in e.announced]
    wrong = {
        e.persona: [(row["maker"], row["verdict"]) for row in heard.result.at(e.address)]
        for e in announcing
        if {(row["maker"], row["verdict"]) for row in heard.result.at(e.address)} != {(e.maker, "flagged")}
    }

    assert len(announcing) >= 20
    assert wrong == {}


def test_what_a_target_announces_is_reported(heard: Heard) -> None:
    announcing = [e for e in heard.truth if e.verdict == "flagged" and e.announced]
    wrong = {
        (e.persona, name): row[name]
        for e in announcing
        for name in set(e.announced).intersection(IDENTITY)
        for row in heard.result.at(e.address)
        if row[name] != getattr(e, name)
    }

    assert announcing
    assert wrong == {}


def test_no_other_device_is_flagged(heard: Heard) -> None:
    innocent = {e.address: e.persona for e in heard.truth if e.verdict != "flagged"}
    flagged = {row["address"] for row in heard.result.hosts if row["verdict"] == "flagged"}

    assert {innocent[address] for address in flagged & innocent.keys()} == set()


def test_multicast_alone_confirms_nothing(heard: Heard) -> None:
    telling = {
        row["address"]: {m["via"] for m in row["matches"] if m["certainty"] != "weak"}
        for row in heard.result.hosts
    }
    by_multicast_alone = {address for address, vias in telling.items() if vias == {"multicast"}}
    confirmed = {row["address"] for row in heard.result.hosts if row["tier"] == "confirmed"}

    assert by_multicast_alone
    assert confirmed.isdisjoint(by_multicast_alone)
    # Nobody was asked, so that nothing came but announcements and hardware addresses.
    assert set().union(*telling.values()) == {"multicast", "link"}


@pytest.mark.parametrize("persona", ["pretends-hikvision", "pretends-dahua"])
def test_a_claim_that_the_hardware_address_contradicts_is_conflicting(heard: Heard, persona: str) -> None:
    row = heard.of(persona)

    assert (row["verdict"], row["tier"]) == ("suspected", "conflicting")
    assert "at odds" in row["reason"]


def test_two_hardware_addresses_on_one_address_are_shown(heard: Heard) -> None:
    # The spoofer claims the address before its own.
    spoofer, victim = heard.of("arp-spoofer"), heard.of("pretends-dahua")

    assert spoofer["address"] == victim["address"]
    assert spoofer["mac"] in victim["reason"]
    assert victim["mac"] in spoofer["reason"]


def test_the_tags_of_a_trunk_are_the_segment(heard: Heard) -> None:
    row = heard.of("trunk")

    assert (row["maker"], row["verdict"], row["tier"]) == ("Hikvision", "flagged", "probable")
    assert row["segment"] == "vlan 12"
    assert row["also_at"] == [{"address": row["address"], "mac": row["mac"], "segment": "vlan 100.12"}]


def test_frames_heard_and_lost_are_counted(heard: Heard) -> None:
    (count,) = (note for note in heard.result.coverage["notes"] if note.startswith("scan0: "))

    assert re.fullmatch(
        r"scan0: [1-9]\d* frames heard, [1-9]\d* of them told something new, 0 dropped", count
    )
    assert count in heard.result.said


def link(lab: Lab, *arguments: str) -> None:
    lab.run(["ip", "link", *arguments], check=True)


def tells(result: Path, words: str) -> bool:
    """Whether the result that is written every second has some words in it by now."""
    return result.exists() and words in result.read_text()


def test_one_of_two_interfaces_goes_down_and_the_other_goes_on(tmp_path: Path) -> None:
    output = tmp_path / "heard.jsonl"
    with Lab(Plan(personas=("hik-ipc", "nginx"), announce_seconds=1)) as lab:
        link(lab, "add", "mirror0", "type", "veth", "peer", "name", "mirror1")
        link(lab, "set", "mirror0", "up")
        link(lab, "set", "mirror1", "up")

        def is_missed() -> bool:
            # The link is looked at every second, on a busy machine less often: then it goes down once more.
            link(lab, "set", "mirror1", "down")
            time.sleep(2)
            link(lab, "set", "mirror1", "up")
            time.sleep(3)
            return tells(output, "mirror0 had no link")

        options = (
            "--interface",
            "scan0",
            "--interface",
            "mirror0",
            "--write-every",
            SECOND,
            "-o",
            str(output),
        )
        listening = subprocess.Popen(
            lab.command(camcensus("listen", *options)), stderr=subprocess.PIPE, text=True
        )
        until(lambda: tells(output, CAMERA), "the camera")
        until(is_missed, "the gap")
        os.kill(listening.pid, signal.SIGINT)
        _, said = listening.communicate(timeout=60)
    result = result_of(output, said, listening.returncode)

    # Ctrl-C is the ordinary end, but for some seconds one interface was deaf.
    assert result.exit_code == 4, said
    assert result.coverage["gaps"]
    assert all("mirror0 had no link" in gap for gap in result.coverage["gaps"])
    assert [row["maker"] for row in result.at("10.77.0.10")] == ["Hikvision"]


def test_a_second_control_c_does_not_stop_the_writing(tmp_path: Path) -> None:
    output = tmp_path / "heard.jsonl"
    with Lab(Plan(personas=("hik-ipc",), announce_seconds=1)) as lab:
        options = ("--duration", "600", "--write-every", SECOND, "-o", str(output))
        listening = subprocess.Popen(
            lab.command(camcensus("listen", *options)), stderr=subprocess.PIPE, text=True
        )
        until(lambda: tells(output, CAMERA), "the camera")
        os.kill(listening.pid, signal.SIGINT)
        os.kill(listening.pid, signal.SIGINT)
        _, said = listening.communicate(timeout=60)
    result = result_of(output, said, listening.returncode)

    assert result.exit_code == 130, said
    assert [row["maker"] for row in result.hosts] == ["Hikvision"]
    # What was written before Ctrl-C has another end.
    assert "the listening was interrupted before its end" in result.coverage["gaps"]
