"""What is said on standard error."""

import json
import logging

import pytest

from scanner.cli import talk
from scanner.cli.talk import LogFormat, Loudness
from tests.export.hostile import HOSTILE, is_harmless


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("log_format", LogFormat)
def test_one_event_is_one_harmless_line(
    text: str, log_format: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    talk.begin(log_format)

    talk.warning(text)

    said = capsys.readouterr().err
    assert is_harmless(said)
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("loudness", "heard"),
    [
        (Loudness.QUIET, ["Warning: b", "Error: c", "d"]),
        (Loudness.NORMAL, ["a", "Warning: b", "Error: c", "d"]),
    ],
)
def test_a_quiet_run_leaves_out_remarks_but_not_the_end(
    loudness: Loudness, heard: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    talk.begin(loudness=loudness)

    talk.info("a")
    talk.warning("b")
    talk.error("c")
    talk.closing("d")

    assert capsys.readouterr().err.splitlines() == heard


def test_an_event_in_json_has_its_time_and_level(capsys: pytest.CaptureFixture[str]) -> None:
    talk.begin(LogFormat.JSON)

    talk.warning("eth1 is down")

    event = json.loads(capsys.readouterr().err)
    assert (event["level"], event["message"]) == ("warning", "eth1 is down")
    assert event["time"].endswith("+00:00")


def test_libraries_are_heard_only_when_they_warn(capsys: pytest.CaptureFixture[str]) -> None:
    talk.begin(loudness=Loudness.VERBOSE)

    logging.getLogger("httpx").info("HTTP Request: GET")
    logging.getLogger("zeroconf").warning("odd packet \x1b[2J")

    assert capsys.readouterr().err == "Warning: odd packet \\x1b[2J\n"


def test_a_percent_sign_from_a_device_is_only_text(capsys: pytest.CaptureFixture[str]) -> None:
    talk.begin()

    talk.info("100%s of %d")

    assert capsys.readouterr().err == "100%s of %d\n"
