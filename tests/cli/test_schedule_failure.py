"""The daemon tells a site's receivers of a sweep that failed, once, and before it could begin as well."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.cli.inventory import opened
from scanner.cli.schedule import keeping
from scanner.inventory.contract import SweepKind, Versions
from scanner.inventory.inventory import Inventory
from scanner.notify.notice import announce
from scanner.schedule.daemon import Failure

SITE = """\
schema = 1

[site]
name = "depot"

[[segment]]
name = "cctv"
networks = ["10.0.0.0/24"]

[[notify]]
name = "duty desk"
way = "command"
on = ["failed"]
argv = ["{python}", "-c", "import sys; open('{told}', 'ab').write(sys.stdin.buffer.read() + b'\\n')"]
"""


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told.jsonl"


@pytest.fixture
def inventory(tmp_path: Path, told: Path) -> Iterator[Inventory]:
    with opened(str(tmp_path / "inventory.sqlite3"), must_exist=False) as inventory:
        inventory.add_site(SITE.format(python=sys.executable, told=told).replace("\\n", "\\\\n"))
        yield inventory


def failure(inventory: Inventory) -> Failure:
    trouble = "The sweep ended with exit code 5. Capturing needs CAP_NET_RAW."
    return Failure(inventory.site("depot"), datetime.now(UTC), 5, trouble)


def messages(told: Path) -> list[str]:
    lines = told.read_text().splitlines() if told.exists() else []
    return [event["reason"] for line in lines for event in json.loads(line)["events"]]


def test_a_sweep_that_could_not_begin_is_told_of(inventory: Inventory, told: Path) -> None:
    keeping.tell(inventory, failure(inventory))

    assert messages(told) == ["The sweep ended with exit code 5. Capturing needs CAP_NET_RAW."]


def test_a_sweep_that_has_told_of_its_failure_itself_is_not_told_of_twice(
    inventory: Inventory, told: Path
) -> None:
    log = inventory.begin_sweep(inventory.site("depot"), SweepKind.SCAN, {}, Versions("0.1.0", "a1b2"))
    log.fail(datetime.now(UTC), "The interface vanished.", announce)

    keeping.tell(inventory, failure(inventory))

    assert messages(told) == ["The interface vanished."]
