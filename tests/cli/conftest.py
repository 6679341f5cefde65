"""A small signature directory, a runner, and a device on loopback for the tests of the command line."""

import logging
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from scanner.cli import main
from scanner.clock import SystemClock
from scanner.matching.database import Database, load
from tests.cli.device import Device, free_address
from tests.inventory.building import Book

Camcensus = Callable[..., Result]

# A maker that does not exist, so that these tests do not depend on the shipped signatures.
ACME = r"""
schema = 1

[maker]
id = "acme"
name = "Acme"
target = true

[[firmware]]
pattern = '^(?P<version>V[0-9.]+) build (?P<build_date>[0-9]{6})$'

[[signature]]
id = "acme-server"
description = "Server line"
field = "http_header.server"
pattern = '^Acme-Webs(?:/(?P<model>[A-Z0-9-]+))?$'
certainty = "decisive"
references = ["made up for tests"]
examples = [{ value = 'Acme-Webs/AC-1', model = 'AC-1' }, { value = 'Acme-Webs' }]
near_misses = ['Acme-Webs-Proxy']

[[signature]]
id = "acme-title"
description = "Page title"
field = "html_title"
pattern = '^Acme$'
certainty = "weak"
references = ["made up for tests"]
examples = [{ value = 'Acme' }]
near_misses = ['Acme Corporation']
"""


@pytest.fixture
def signatures(tmp_path: Path) -> Path:
    """Signatures of the maker Acme, whose server line is decisive and whose title hints."""
    root = tmp_path / "signatures"
    (root / "makers").mkdir(parents=True)
    (root / "vocabulary").mkdir()
    (root / "makers" / "acme.toml").write_text(ACME)
    (root / "vocabulary" / "makers.txt").write_text("acme\n")
    return root


@pytest.fixture(autouse=True)
def untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the user's configuration and inventory out of the tests, and what a run sets out of the next."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    # Tests side by side have a width of their own, which is that of no terminal.
    monkeypatch.delenv("COLUMNS", raising=False)
    before = sys.excepthook
    yield
    sys.excepthook = before
    logging.getLogger().handlers.clear()


@pytest.fixture
def camcensus() -> Camcensus:
    """Run the command line in this process; stdout and stderr apart."""

    def run(*arguments: object, said: bytes | str | None = None, **environment: str) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(main, words, input=said, env=environment, catch_exceptions=False)

    return run


@pytest.fixture
def device() -> Iterator[Device]:
    """A device with Acme's web interface on port 8080 of a loopback address of its own."""
    with Device(free_address(), 8080) as one:
        Thread(target=one.serve_forever, args=(0.02,), daemon=True).start()
        yield one
        one.shutdown()


@pytest.fixture(scope="session")
def shipped() -> Database:
    """The shipped signatures, loaded once."""
    return load()


@pytest.fixture
def book(database_url: str, shipped: Database) -> Iterator[Book]:
    """An inventory with the site depot, on each kind of database."""
    with Book(database_url, shipped) as made:
        made.add()
        yield made


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Return what stops the clock of the commands at a moment."""

    def stop(moment: datetime) -> None:
        monkeypatch.setattr(SystemClock, "now", lambda _clock: moment)

    return stop


@pytest.fixture
def notebook(tmp_path: Path, shipped: Database) -> Iterator[Book]:
    """The same on SQLite alone, for what does not depend on the database."""
    with Book(str(tmp_path / "notebook.sqlite3"), shipped) as made:
        made.add()
        yield made
