"""The page "be told" is right: its site files are read, and its check accepts only what was sent."""

import json
import re
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner.net.notice.webhook import signed
from scanner.notify.digest import Event, loaded
from scanner.site.file import read

PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "be-told.md").read_text()
SITE = 'schema = 1\n[site]\nname = "depot"\n[[segment]]\nname = "cctv"\nnetworks = ["10.0.0.0/24"]\n'
SECRET = b"a shared secret"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_receiver_on_the_page_is_one() -> None:
    read_from = [read(SITE + block).notify[0] for block in blocks("toml")]

    assert [target.way.value for target in read_from] == ["webhook", "syslog", "email", "command"]


def test_the_document_on_the_page_is_one() -> None:
    (block,) = blocks("json")
    digest = loaded(json.loads(block))

    assert json.loads(block)["events"] == [asdict(event) for event in digest.events]
    assert isinstance(digest.events[0], Event)


@pytest.fixture
def is_genuine() -> Any:
    (block,) = blocks("python")
    names: dict[str, Any] = {}
    exec(block, names)
    return names["is_genuine"]


def test_the_receivers_check_accepts_what_is_sent_and_nothing_else(is_genuine: Any) -> None:
    body, now = b'{"schema": 1}', datetime.fromtimestamp(time.time(), UTC)

    assert is_genuine(signed(body, SECRET, now), body, SECRET)
    assert not is_genuine(signed(body, SECRET, now), body + b" ", SECRET)
    assert not is_genuine(signed(body, b"another", now), body, SECRET)
    assert not is_genuine(signed(body, SECRET, now - timedelta(hours=1)), body, SECRET)
