"""Progress for people."""

import io
import sys

import pytest

from scanner.cli.running.progress import shown
from scanner.sweep.plan import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(is_wanted: bool, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    with shown(is_wanted) as observe:
        observe(Progress(met=40, done=12, stage="discovery: arp"))
    return stream.getvalue()


def test_a_terminal_shows_stage_and_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    line = said(True, Terminal(), monkeypatch)

    assert "discovery: arp" in line
    assert "12/40" in line


def test_a_file_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(True, io.StringIO(), monkeypatch) == ""


def test_a_quiet_run_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(False, Terminal(), monkeypatch) == ""
