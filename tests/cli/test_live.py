"""The live table of a listening."""

import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from scanner.cli import talk
from scanner.cli.running import live
from scanner.export import Report
from scanner.model.host import Host
from scanner.model.verdict import Status, Tier, Verdict
from tests.cli.terminal import run_in_terminal
from tests.export.conftest import COVERAGE, flagged, make_match, make_report
from tests.export.hostile import HOSTILE, is_harmless

__all__ = ["flagged", "make_match", "make_report"]

MakeReport = Callable[..., Report]
_MOVES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ROOT = Path(__file__).parent.parent.parent

# Listens for a while in a process of its own, with one device that announces itself.
LISTENS = """
import sys
from pathlib import Path
from scanner.cli import talk
from scanner.cli.running.knowledge import Knowledge
from scanner.cli.talk import Loudness
from tests.cli.announcement import OneAnnouncement, listen
talk.begin()
knowledge = Knowledge.of((Path(sys.argv[1]),))
sys.exit(listen(OneAnnouncement(), knowledge, listen_s=3.8, loudness=Loudness.NORMAL))
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 20 lines, which becomes standard output when something is drawn."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("LINES", "20")
    return Terminal()


@contextmanager
def drawn_on(screen: Terminal, report: Report) -> Iterator[list[str]]:
    """Draw a report, and yield the lines of the screen while it stands there."""
    with redirect_stdout(screen), live.shown(is_wanted=True) as draw:
        assert draw is not None
        draw(report)
        yield lines_of(screen)


def lines_of(screen: Terminal) -> list[str]:
    return _MOVES.sub("", screen.getvalue()).splitlines()


def host(number: int, status: Status) -> Verdict:
    return Verdict(Host(ip_address("10.0.0.0") + number), status, Tier.NONE, "why")


def test_the_table_has_what_was_heard_and_dropped_below(
    flagged: Verdict, make_report: MakeReport, screen: Terminal
) -> None:
    heard = replace(COVERAGE, notes=("eth0: 7 frames heard, 2 dropped",), gaps=("eth1 is down",))

    with drawn_on(screen, replace(make_report(flagged), coverage=heard)) as lines:
        pass

    assert lines[0].split()[:2] == ["Address", "Verdict"]
    assert lines[2].split()[:3] == ["10.0.0.5", "flagged", "Hikvision"]
    assert lines[3:6] == ["1 host: 1 flagged.", "eth0: 7 frames heard, 2 dropped", "eth1 is down"]
    assert "Ctrl-C ends it" in lines[6]


def test_a_large_table_is_cut_to_the_screen_with_the_flagged_first(
    make_report: MakeReport, screen: Terminal
) -> None:
    quiet = [host(number, Status.NOT_MATCHED) for number in range(1, 200)]

    with drawn_on(screen, make_report(*quiet, host(250, Status.FLAGGED))) as lines:
        pass

    assert len(lines) <= 20
    assert lines[2].split()[:2] == ["10.0.0.250", "flagged"]
    assert "200 hosts: 1 flagged, 199 not matched." in lines


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(
    text: str, flagged: Verdict, make_report: MakeReport, screen: Terminal
) -> None:
    report = make_report(replace(flagged, model=text, matches=(), reason=text))

    noted = replace(report, coverage=replace(COVERAGE, notes=(text,), gaps=(text,)))
    with drawn_on(screen, noted) as lines:
        pass

    assert all(map(is_harmless, lines))


def test_nothing_of_it_remains_in_the_end(
    flagged: Verdict, make_report: MakeReport, screen: Terminal
) -> None:
    with drawn_on(screen, make_report(flagged)) as lines:
        pass

    cleared = screen.getvalue().rpartition("Ctrl-C ends it")[2]
    assert cleared.count("\x1b[2K") >= len(lines)


def test_a_file_gets_nothing() -> None:
    with redirect_stdout(io.StringIO()), live.shown(is_wanted=True) as draw:
        assert draw is None


def test_a_quiet_run_gets_nothing(screen: Terminal) -> None:
    with redirect_stdout(screen), live.shown(is_wanted=False) as draw:
        assert draw is None


def test_what_is_said_meanwhile_stands_above_the_table(
    flagged: Verdict, make_report: MakeReport, screen: Terminal
) -> None:
    with redirect_stderr(screen), drawn_on(screen, make_report(flagged)):
        talk.begin()
        talk.warning("eth1 is down")
        said = "\n".join(lines_of(screen))

    assert said.index("Warning: eth1 is down") < said.rindex("Address")


def test_a_terminal_shows_the_table_as_it_grows_and_once_in_the_end(signatures: Path) -> None:
    command = [sys.executable, "-c", LISTENS, str(signatures)]

    code, shown = run_in_terminal(command, TERM="xterm", PYTHONPATH=str(_ROOT))

    before, after = shown.rpartition("Ctrl-C ends it")[::2]
    assert code == 0, shown
    assert before.count("Address") >= 2
    assert re.search(r"Listening for [123] s", before)
    assert "eth0: 7 frames heard, 1 of them told something new, 2 dropped" in before
    assert after.count("Address") == 1
    assert "1 host: 1 suspected." in after
    assert "Coverage: 254 in scope, 1 answered" in after
