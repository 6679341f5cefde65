"""Opening the inventory: today's tables, or a refusal that says why; never a guess, never a loss."""

import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from scanner.errors import StorageProblem, UsageProblem
from scanner.inventory import database, migration
from scanner.inventory.database import journal_mode, open_database, reading, writing
from scanner.inventory.schema import METADATA, SITE

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
A_SITE = {"name": "depot", "definition": "", "added_at": NOW, "changed_at": NOW}


def test_a_new_inventory_has_the_tables_that_the_program_knows(database_url: str) -> None:
    engine = open_database(database_url, NOW)

    with reading(engine) as connection:
        assert migration.is_current(connection)
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_what_was_written_is_there_when_it_is_opened_again(database_url: str) -> None:
    engine = open_database(database_url, NOW)
    with writing(engine) as connection:
        connection.execute(insert(SITE).values(A_SITE))
    engine.dispose()

    engine = open_database(database_url, NOW, must_exist=True)
    with reading(engine) as connection:
        assert connection.execute(select(SITE.c.name, SITE.c.added_at)).one() == ("depot", NOW)
    engine.dispose()


def test_a_failed_step_leaves_nothing_behind(database_url: str) -> None:
    engine = open_database(database_url, NOW)
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        connection.execute(insert(SITE).values(A_SITE))
        raise ZeroDivisionError
    with reading(engine) as connection:
        assert connection.execute(select(SITE.c.name)).all() == []
    engine.dispose()


def test_a_newer_inventory_is_refused_and_not_touched(database_url: str) -> None:
    engine = open_database(database_url, NOW)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(StorageProblem, match="written by a newer camcensus"):
        open_database(database_url, NOW)


def test_somebody_elses_tables_are_left_alone(database_url: str) -> None:
    engine = open_database(database_url, NOW)
    with writing(engine) as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()

    with pytest.raises(StorageProblem, match="not camcensus's"):
        open_database(database_url, NOW)


def test_writers_wait_for_each_other_and_lose_nothing(database_url: str) -> None:
    engine = open_database(database_url, NOW)

    def write(writer: int) -> None:
        for number in range(20):
            with writing(engine) as connection:
                connection.execute(select(SITE.c.id)).all()
                connection.execute(insert(SITE).values(A_SITE | {"name": f"{writer} {number}"}))

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with reading(engine) as connection:
        assert len(connection.execute(select(SITE.c.id)).all()) == 60
    engine.dispose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "inventory.sqlite3"
    open_database(str(path), NOW).dispose()
    return path


def test_the_file_is_its_owners_alone_and_keeps_a_write_ahead_log(path: Path) -> None:
    engine = open_database(str(path), NOW)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert journal_mode(engine) == "wal"
    engine.dispose()


def test_a_number_in_a_text_column_is_an_error(path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot store"), sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO site VALUES (1, x'00', '', '', '')")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty: 0 bytes"),
        (b"host,port\n10.0.0.1,80\n", "is no SQLite database"),
        (b"SQLite format 3\0" + b"\xff" * 4096, "is no SQLite database|is damaged"),
    ],
    ids=["zero bytes", "a CSV", "garbage behind the right beginning"],
)
def test_a_file_that_is_no_inventory_is_left_alone(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "inventory.sqlite3"
    path.write_bytes(content)

    with pytest.raises(StorageProblem, match=message):
        open_database(str(path), NOW)
    assert path.read_bytes() == content


def test_another_programs_sqlite_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")

    with pytest.raises(StorageProblem, match="not camcensus's"):
        open_database(str(path), NOW)


def test_a_damaged_page_is_named_when_it_is_met(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)

    with pytest.raises(StorageProblem, match="damaged"):
        open_database(str(path), NOW)


def test_an_inventory_that_must_exist_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StorageProblem, match="no inventory at"):
        open_database(str(tmp_path / "none.sqlite3"), NOW, must_exist=True)
    assert list(tmp_path.iterdir()) == []


def test_a_user_without_a_home_directory_is_asked_for_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_name: str) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(database, "user_data_path", nowhere)

    with pytest.raises(UsageProblem, match="has no home directory, so no place is usual"):
        open_database(None, NOW)


def test_the_home_of_a_user_who_is_not_there_is_a_usage_problem() -> None:
    with pytest.raises(UsageProblem, match="home of a user who has none"):
        open_database("~no-such-user/inventory.sqlite3", NOW)


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageProblem, match="cannot be opened"):
        open_database(str(tmp_path / "file" / "inventory.sqlite3"), NOW)


def test_an_old_inventory_is_copied_away_before_it_is_changed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.execute("INSERT INTO site VALUES (1, 'depot', '', '', '')")
    monkeypatch.setattr(migration, "STEPS", ("0000", *migration.STEPS))

    with pytest.raises(StorageProblem, match=r"left as they were. A copy from before is in .*\.backup"):
        open_database(str(path), NOW)

    (backup,) = path.parent.glob("*.backup")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with sqlite3.connect(backup) as copy:
        assert copy.execute("SELECT name FROM site").fetchall() == [("depot",)]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0000",)]


def test_two_processes_that_make_the_same_inventory_end_with_one(tmp_path: Path) -> None:
    path = tmp_path / "inventory.sqlite3"
    program = (
        "import sys; from datetime import UTC, datetime;"
        "from scanner.inventory.database import open_database;"
        "open_database(sys.argv[1], datetime.now(UTC)).dispose()"
    )
    makers = [subprocess.Popen([sys.executable, "-c", program, str(path)]) for _ in range(3)]

    assert [maker.wait(timeout=60) for maker in makers] == [0, 0, 0]
    assert [one.name for one in tmp_path.iterdir()] == ["inventory.sqlite3"]


def test_a_database_that_somebody_keeps_locked_is_named_as_such(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.inventory.database.BUSY_TIMEOUT_S", 0.1)
    engine = open_database(str(path), NOW)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageProblem, match="kept it locked"), writing(engine):
            pass
    engine.dispose()


def test_another_kind_of_database_is_a_usage_problem() -> None:
    with pytest.raises(UsageProblem, match="'mysql'"):
        open_database("mysql://localhost/x", NOW)
    with pytest.raises(UsageProblem, match="neither a path nor a database URL"):
        open_database("://", NOW)
    with pytest.raises(UsageProblem, match="names nothing"):
        open_database("", NOW)


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageProblem, match="cannot be used"):
        open_database(f"postgresql://camcensus@/x?host={tmp_path}", NOW)


def test_without_shared_memory_the_journal_is_kept_in_the_old_way(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    # Like a network file system, this way of locking has no shared memory for a write-ahead log.
    connection = sqlite3.connect(f"file:{path}?vfs=unix-dotfile", uri=True, isolation_level=None)
    database.set_up(connection, None)

    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.execute("INSERT INTO site VALUES (1, 'depot', '', '', '')")
    assert connection.execute("SELECT name FROM site").fetchone() == ("depot",)
    connection.close()
