"""Every test of the inventory runs on SQLite and on a real PostgreSQL, which the tests start themselves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inventory import server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A server of its own; yields the directory of its socket."""
    if not server.is_installed():
        pytest.skip("PostgreSQL (Debian package postgresql) is not installed")
    with server.running() as sockets:
        yield sockets


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An inventory that does not exist yet, for each kind of database."""
    if request.param == "sqlite":
        return str(tmp_path / "inventory.sqlite3")
    return server.new_database(request.getfixturevalue("postgresql"))
