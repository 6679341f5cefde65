"""The table for people."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from scanner.export import Report
from scanner.export.table import counts, show
from scanner.model.host import Host
from scanner.model.verdict import Firmware, Status, Tier, Verdict
from tests.export.conftest import ADDRESS
from tests.export.hostile import HOSTILE, is_harmless

MakeReport = Callable[..., Report]


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the width to the table; the terminal that runs the tests may have set one."""
    monkeypatch.delenv("COLUMNS", raising=False)


def shown(report: Report) -> str:
    out = io.StringIO()
    show(report, out)
    return out.getvalue()


def test_a_camera_stands_on_one_line_of_a_pipe(flagged: Verdict, make_report: MakeReport) -> None:
    line = next(line for line in shown(make_report(flagged)).splitlines() if "10.0.0.5" in line)

    assert line.split()[:8] == [
        "10.0.0.5",
        "flagged",
        "Hikvision",
        "EZVIZ",
        "DS-2CD2032-I",
        "V5.4.5",
        "2017-01-23",
        "confirmed",
    ]


def test_a_host_without_evidence_shows_its_reason(make_report: MakeReport) -> None:
    silent = Verdict(Host(ADDRESS), Status.NOT_ASSESSED, Tier.NONE, "nothing answered")

    assert "nothing answered" in shown(make_report(silent))


def test_a_host_without_an_address_is_shown_by_its_mac(make_report: MakeReport) -> None:
    host = Host(ADDRESS.__class__(0), "58:50:ed:1f:e3:85")

    line = shown(make_report(Verdict(host, Status.FLAGGED, Tier.PROBABLE, "")))

    assert "58:50:ed:1f:e3:85 flagged" in line
    assert "0.0.0.0" not in line


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text: str, flagged: Verdict, make_report: MakeReport) -> None:
    verdict = replace(flagged, brand=text, model=text, matches=(), reason=text, firmware=Firmware(text))

    assert is_harmless(shown(make_report(verdict)))


def test_markup_of_a_device_is_shown_and_not_obeyed(
    flagged: Verdict, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    out = Terminal()

    show(make_report(replace(flagged, model="[/foo] [link=http://x]y[/link] :skull:")), out)

    assert "[/foo] [link=http://x]y[/link] :skull:" in out.getvalue()
    assert "\x1b]8" not in out.getvalue()


def test_a_terminal_gets_colours_unless_no_color_is_set(
    flagged: Verdict, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured, plain = Terminal(), Terminal()

    show(make_report(flagged), coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    show(make_report(flagged), plain)

    assert "\x1b[1;31mflagged" in coloured.getvalue()
    assert "31m" not in plain.getvalue()


def test_a_narrow_terminal_loses_no_text(
    flagged: Verdict, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "72")

    *head, line, host, rest = shown(make_report(replace(flagged, matches=(), reason=""))).split("\n")[:5]

    start = head[-1].index("Model")
    end = head[-1].index("Firmware")
    assert len(line) <= 72
    assert host[start:end].strip() + rest[start:end].strip() == "DS-2CD2032-I"


def test_verdicts_are_counted_below_the_table(flagged: Verdict, make_report: MakeReport) -> None:
    assert shown(make_report(flagged, flagged)).endswith("2 hosts: 2 flagged.\n")
    assert counts([Status.NOT_MATCHED, Status.FLAGGED, Status.NOT_MATCHED]) == (
        "3 hosts: 1 flagged, 2 not matched."
    )
    assert counts([]) == "No host was seen."
