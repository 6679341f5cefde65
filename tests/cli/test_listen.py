"""``camcensus listen`` on a live link: its end, its files, and what is refused first."""

import csv
import json
import os
import signal
import stat
import tempfile
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from scanner.cli import talk
from scanner.cli.running import planning
from scanner.cli.running.knowledge import Knowledge
from scanner.net.interface import Interface
from tests.cli.announcement import OneAnnouncement, listen
from tests.cli.conftest import Camcensus

CONTROL_C = OneAnnouncement(presses_control_c=True)


def press_control_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def acme(signatures: Path) -> Knowledge:
    """What is shipped, and the maker Acme."""
    return Knowledge.of((signatures,))


def test_without_a_duration_control_c_is_the_ordinary_end(acme: Knowledge, tmp_path: Path) -> None:
    heard = tmp_path / "heard.jsonl"

    assert listen(CONTROL_C, acme, str(heard)) == 0

    host, coverage = map(json.loads, heard.read_text().splitlines())
    assert (host["address"], host["verdict"], host["tier"]) == ("10.0.0.5", "suspected", "possible")
    assert (coverage["complete"], coverage["packets_sent"]) == (True, {})
    assert "eth0: 7 frames heard, 1 of them told something new, 2 dropped" in coverage["notes"]


def test_before_the_end_of_a_duration_it_is_an_interruption(acme: Knowledge, tmp_path: Path) -> None:
    heard = tmp_path / "heard.jsonl"

    assert listen(CONTROL_C, acme, str(heard), listen_s=30) == 130

    coverage = json.loads(heard.read_text().splitlines()[-1])
    assert "the listening was interrupted before its end" in coverage["gaps"]
    assert not coverage["complete"]


def test_an_interruption_comes_before_an_output_that_failed(
    acme: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    assert listen(CONTROL_C, acme, str(tmp_path / "unmounted" / "heard.jsonl"), listen_s=30) == 130

    (rescued,) = tmp_path.glob("camcensus-*.jsonl")
    assert json.loads(rescued.read_text().splitlines()[0])["address"] == "10.0.0.5"


def test_a_duration_ends_by_itself(acme: Knowledge, tmp_path: Path) -> None:
    assert listen(OneAnnouncement(), acme, str(tmp_path / "heard.jsonl"), listen_s=0.1) == 0


def test_the_file_is_written_every_so_often_whole_and_for_its_owner_only(
    acme: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = tmp_path / "heard.csv"
    written: list[tuple[str, list[str], int]] = []
    replace_file = os.replace

    def replace(new: str, old: str) -> None:
        rows = list(csv.DictReader(Path(new).read_text().splitlines()))
        mode = stat.S_IMODE(Path(new).stat().st_mode)
        written.append((rows[0]["sweep_id"], [row["address"] for row in rows], mode))
        replace_file(new, old)
        if len(written) == 2:
            press_control_c()

    monkeypatch.setattr(os, "replace", replace)

    assert listen(OneAnnouncement(), acme, str(heard), write_every_s=0.1) == 0

    assert len(written) >= 3
    assert {mode for *_, mode in written} == {0o600}
    assert {tuple(addresses) for _, addresses, _ in written} == {("10.0.0.5",)}
    assert len({sweep_id for sweep_id, *_ in written}) == 1
    assert list(tmp_path.glob(".heard*")) == []


def test_a_file_that_cannot_be_written_meanwhile_is_tried_again(
    acme: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = tmp_path / "heard.csv"
    replace_file = os.replace
    attempts: list[str] = []

    def replace(new: str, old: str) -> None:
        attempts.append(new)
        if len(attempts) == 1:
            press_control_c()
            raise OSError(28, "No space left on device")
        replace_file(new, old)

    monkeypatch.setattr(os, "replace", replace)
    talk.begin()

    assert listen(OneAnnouncement(), acme, str(heard), write_every_s=0.1) == 0

    assert "could not be written (No space left on device). Listening goes on" in capsys.readouterr().err
    assert heard.read_text().count("\n") == 2


@pytest.mark.parametrize("output", [(), ("-o", "-")])
def test_writing_every_so_often_needs_a_file(output: tuple[str, ...], camcensus: Camcensus) -> None:
    result = camcensus("listen", "--write-every", 5, *output)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "--write-every needs a file to write, so nothing was heard." in result.stderr


def test_the_right_to_listen_is_checked_first(camcensus: Camcensus, monkeypatch: pytest.MonkeyPatch) -> None:
    eth0 = Interface("eth0", 2, None, (IPv4Interface("10.0.0.2/24"),), (), True, True, False)
    monkeypatch.setattr(planning, "interfaces", lambda: (eth0,))
    monkeypatch.setattr(planning, "has_raw_privilege", lambda: False)

    result = camcensus("listen", "--duration", 1)

    assert (result.exit_code, result.stdout) == (5, "")
    assert "CAP_NET_RAW" in result.stderr


def test_an_output_that_cannot_be_written_is_refused_first(camcensus: Camcensus, tmp_path: Path) -> None:
    assert camcensus("listen", "-o", tmp_path).exit_code == 2
