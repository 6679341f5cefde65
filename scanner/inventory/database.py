"""Opening the inventory: one SQLite file by default, PostgreSQL by a URL; refused rather than guessed at."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from scanner.errors import StorageProblem, UsageProblem
from scanner.inventory.migration import is_current, migrate

FILE_NAME = "inventory.sqlite3"
# Three writers in a row, each with a full sweep, are done within it (measured: 0 of 1,200 failed at 10 s).
BUSY_TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 10

_MAGIC = b"SQLite format 3\0"
_FOR_READING = "camcensus_reading"

_REMEDIES = {
    "SQLITE_FULL": "the disk is full. Nothing of this step was stored; make room and run again",
    "SQLITE_CORRUPT": (
        "the file is damaged. Copy it away, try 'sqlite3 FILE .recover', or use the newest backup beside it"
    ),
    "SQLITE_NOTADB": "the file is no SQLite database. Name another one with --db",
    "SQLITE_BUSY": (
        f"another program has kept it locked for {BUSY_TIMEOUT_S:g} seconds. Wait until it has ended"
    ),
    "SQLITE_READONLY": "the file or its directory is read-only. Make it writable, or use another --db",
    "SQLITE_CANTOPEN": "the file or its directory cannot be opened. Check the rights, or use another --db",
    "SQLITE_IOERR": "the disk is full or reports an error. Make room or check it, and run again",
}


def default_path() -> Path:
    """Return where the inventory is when nobody says otherwise. Raises UsageProblem without a home."""
    try:
        return user_data_path("camcensus") / FILE_NAME
    except RuntimeError as error:
        raise UsageProblem(
            "This user has no home directory, so no place is usual for an inventory. Name one with --db."
        ) from error


def open_database(place: str | None, now: datetime, *, must_exist: bool = False) -> Engine:
    """Return an engine on today's tables; what is missing is made, unless it ``must_exist``.

    ``place`` is a path, a ``postgresql://`` or ``sqlite:///`` URL, or None for ``default_path``. Raises
    StorageProblem, or UsageProblem for a URL of another kind; nothing is changed then.
    """
    url = url_of(place)
    path = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    if path is not None and not path.exists():
        _make(path, must_exist)
    if path is not None:
        check_file(path)
    engine = _engine(url, path)
    try:
        _bring_up_to_date(engine, lambda: _backed_up(path, now))
    except BaseException:
        engine.dispose()
        raise
    return engine


def is_there(place: str | None) -> bool:
    """Whether there is an inventory to open at a place; what is behind a server's URL is presumed to be."""
    url = url_of(place)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that is alone in writing; it is durable when the context ends."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of the database and blocks no writer."""
    with engine.connect().execution_options(**{_FOR_READING: True}) as connection:
        yield connection


def url_of(place: str | None) -> URL:
    """Return the URL of a path, of a URL as people write it, or of ``default_path``. Raises UsageProblem."""
    if place == "":
        raise UsageProblem("--db names nothing. Name a file or a database URL, or leave it out.")
    if place is None or "://" not in place:
        path = default_path() if place is None else _expanded(place)
        return URL.create("sqlite", database=str(path.absolute()))
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise UsageProblem(f"--db {place!r} is neither a path nor a database URL: {error}") from error
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database:
        return url
    raise UsageProblem(
        f"--db names a database of the kind {url.drivername!r}, which is not supported. Name a file, or a "
        "URL that begins with postgresql://"
    )


def _expanded(place: str) -> Path:
    try:
        return Path(place).expanduser()
    except RuntimeError as error:
        raise UsageProblem(f"--db {place!r} begins with the home of a user who has none.") from error


def _bring_up_to_date(engine: Engine, back_up: Callable[[], Path | None]) -> None:
    with reading(engine) as connection:
        is_ready = is_current(connection)
    if not is_ready:
        with writing(engine) as connection:
            migrate(connection, back_up)


def _make(path: Path, must_exist: bool) -> None:
    """Make a new inventory beside its place and put it there whole. Raises StorageProblem."""
    if must_exist:
        raise StorageProblem(
            f"There is no inventory at {path} yet. Add a site first (camcensus site add FILE), or name "
            "another with --db."
        )
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        engine = _engine(URL.create("sqlite", database=str(draft)), draft)
        _bring_up_to_date(engine, lambda: None)
        engine.dispose()
        with suppress(FileExistsError):
            os.link(draft, path)
    except OSError as error:
        raise _unusable(path, error) from error
    finally:
        for leftover in path.parent.glob(f"{draft.name}*"):
            leftover.unlink(missing_ok=True)


def check_file(path: Path) -> None:
    """See that a file can be an inventory. Raises StorageProblem."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise _unusable(path, error) from error
    if not magic:
        raise StorageProblem(
            f"The inventory {path} is empty: 0 bytes. That is no new inventory but a lost one, so it was "
            "left alone. Restore a backup, or delete the file to begin anew."
        )
    if magic != _MAGIC:
        raise StorageProblem(
            f"{path} is no SQLite database, so it was left alone. Name another file with --db."
        )


def _unusable(path: Path, error: OSError) -> StorageProblem:
    return StorageProblem(
        f"The inventory {path} cannot be opened ({error.strerror}), so nothing is remembered. "
        "Check the path and its rights, or name another with --db."
    )


def _engine(url: URL, path: Path | None) -> Engine:
    engine = bare_engine(url, path)
    if path is not None:
        event.listen(engine, "connect", set_up)
    return engine


def bare_engine(url: URL, path: Path | None) -> Engine:
    """Return an engine whose errors are ours; ``path`` is that of a file, which nothing was set for yet."""
    try:
        if path is None:
            engine = create_engine(url, connect_args={"connect_timeout": CONNECT_TIMEOUT_S})
        else:
            engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None})
            event.listen(engine, "begin", _begin)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StorageProblem(
            f"PostgreSQL needs the Python package psycopg, which is not installed ({error}). "
            "Install camcensus[postgresql]."
        ) from error
    event.listen(engine, "handle_error", lambda context: _explain(context, path or url.render_as_string()))
    return engine


def set_up(connection: sqlite3.Connection, _record: Any) -> None:
    """Set what SQLite keeps per connection.

    FULL, because a host that was acknowledged must survive a power cut too. Where write-ahead logging
    cannot work (network file systems), SQLite keeps its rollback journal by itself: slower, equally safe.
    """
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin a write at once: a transaction that first reads and then writes would fail instead of wait."""
    is_for_reading = connection.get_execution_options().get(_FOR_READING, False)
    connection.exec_driver_sql("BEGIN" if is_for_reading else "BEGIN IMMEDIATE")


def _explain(context: ExceptionContext, place: Path | str) -> None:
    """Raise StorageProblem for an error of the database itself; a mistake of ours stays as it is."""
    error = context.original_exception
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        remedy = next((text for known, text in _REMEDIES.items() if name.startswith(known)), None)
        if remedy:
            raise StorageProblem(f"The inventory {place} failed: {remedy}.") from error
    elif context.is_disconnect or type(error).__name__ == "OperationalError":
        cause = " ".join(str(error).split())
        raise StorageProblem(
            f"The database {place} cannot be used ({cause}). What was stored before is still there. "
            "Check that the server runs and lets you in, and run again."
        ) from error


def _backed_up(path: Path | None, now: datetime) -> Path | None:
    """Copy a SQLite database away, checked first; PostgreSQL has its own backups."""
    if path is None:
        return None
    copy = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%SZ}.backup")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    return copy


def journal_mode(engine: Engine) -> str:
    """Return how the database keeps its journal: ``wal``, ``delete``, or ``postgresql``."""
    if engine.dialect.name != "sqlite":
        return engine.dialect.name
    with reading(engine) as connection:
        return str(connection.execute(text("PRAGMA journal_mode")).scalar())
