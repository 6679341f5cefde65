"""Another machine's inventory is read as it is, or refused; its directory stays as it was."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from scanner.errors import StorageProblem, UsageProblem
from scanner.inventory.database import open_database, writing
from scanner.inventory.elsewhere import reading_elsewhere
from scanner.inventory.schema import SITE

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
A_SITE = {"name": "depot", "definition": "", "added_at": NOW, "changed_at": NOW}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An inventory with one site, which somebody has open."""
    opened = open_database(database_url, NOW)
    with writing(opened) as connection:
        connection.execute(insert(SITE).values(A_SITE))
    yield opened
    opened.dispose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with one site that nobody has open."""
    path = tmp_path / "a #1? inventory.sqlite3"
    opened = open_database(str(path), NOW)
    with writing(opened) as connection:
        connection.execute(insert(SITE).values(A_SITE))
    opened.dispose()
    return path


def names(connection: Connection) -> list[str]:
    return list(connection.scalars(select(SITE.c.name)))


def test_one_that_is_open_is_read_in_one_state_and_nobody_waits(engine: Engine, database_url: str) -> None:
    with reading_elsewhere(database_url) as connection:
        assert names(connection) == ["depot"]
        with writing(engine) as writer:
            writer.execute(insert(SITE).values(A_SITE | {"name": "harbour"}))
        assert names(connection) == ["depot"]


def test_it_cannot_be_written_to(engine: Engine, database_url: str) -> None:
    with reading_elsewhere(database_url) as connection, pytest.raises((DBAPIError, StorageProblem)):
        connection.execute(insert(SITE).values(A_SITE | {"name": "harbour"}))


def test_one_of_other_tables_is_refused_and_not_migrated(engine: Engine, database_url: str) -> None:
    told = {"0000": "written by a newer camcensus", "": "does not have today's tables"}
    for version, message in told.items():
        with writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
            if not version:
                connection.execute(text("DELETE FROM alembic_version"))

        with pytest.raises(StorageProblem, match=message), reading_elsewhere(database_url):
            pass


def test_a_file_at_rest_is_read_and_nothing_is_left_beside_it(path: Path) -> None:
    before = path.read_bytes()

    with reading_elsewhere(str(path)) as connection:
        assert names(connection) == ["depot"]
        assert [one.name for one in path.parent.iterdir()] == [path.name]

    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_a_file_that_is_written_to_meanwhile_is_no_copy_of_anything(path: Path) -> None:
    refused = pytest.raises(StorageProblem, match="was written to while it was read")
    with refused, reading_elsewhere(str(path)) as connection:
        assert names(connection) == ["depot"]
        os.utime(path, ns=(0, 0))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty: 0 bytes"),
        (b"host,port\n10.0.0.1,80\n", "is no SQLite database"),
        (b"SQLite format 3\0" + b"\xff" * 4096, "is no SQLite database|is damaged"),
    ],
    ids=["zero bytes", "a CSV", "garbage behind the right beginning"],
)
def test_a_file_that_is_no_inventory_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "inventory.sqlite3"
    path.write_bytes(content)

    with pytest.raises(StorageProblem, match=message), reading_elsewhere(str(path)):
        pass
    assert path.read_bytes() == content


def test_another_programs_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")

    with pytest.raises(StorageProblem, match="not camcensus's"), reading_elsewhere(str(path)):
        pass


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    refused = pytest.raises(StorageProblem, match="There is no inventory at")
    with refused, reading_elsewhere(str(tmp_path / "nowhere.sqlite3")):
        pass
    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_database_is_a_usage_problem() -> None:
    with pytest.raises(UsageProblem, match="'mysql'"), reading_elsewhere("mysql://localhost/x"):
        pass
