"""The daemon tells a site's receivers of a sweep that failed, once, and before it could begin as well."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.cli.inventory import opened
from scanner.cli.schedule import keeping
from scanner.inventory.contract import SweepKind, Versions
from scanner.inventory.inventory import Inventory
from scanner.inventory.outbox import Outbox
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
argv = ["/usr/bin/true"]
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[Inventory]:
    with opened(str(tmp_path / "inventory.sqlite3"), must_exist=False) as inventory:
        inventory.add_site(SITE)
        yield inventory


def failure(inventory: Inventory) -> Failure:
    trouble = "The sweep ended with exit code 5. Capturing needs CAP_NET_RAW."
    return Failure(inventory.site("depot"), datetime.now(UTC), 5, trouble)


def messages(inventory: Inventory) -> list[str]:
    waiting = Outbox(inventory.engine).notices()
    return [event["reason"] for row in waiting for event in row.notice.payload["events"]]


def test_a_sweep_that_could_not_begin_is_told_of(inventory: Inventory) -> None:
    keeping.tell(inventory, failure(inventory))

    assert messages(inventory) == ["The sweep ended with exit code 5. Capturing needs CAP_NET_RAW."]


def test_a_sweep_that_has_told_of_its_failure_itself_is_not_told_of_twice(inventory: Inventory) -> None:
    log = inventory.begin_sweep(inventory.site("depot"), SweepKind.SCAN, {}, Versions("0.1.0", "a1b2"))
    log.fail(datetime.now(UTC), "The interface vanished.", announce)

    keeping.tell(inventory, failure(inventory))

    assert messages(inventory) == ["The interface vanished."]
