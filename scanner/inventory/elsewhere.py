"""Reading another machine's inventory, where nothing is made, migrated or left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL

from scanner.errors import StorageProblem
from scanner.inventory.database import bare_engine, check_file, reading, url_of
from scanner.inventory.migration import is_current

# What SQLite keeps beside a file that somebody has open for writing.
_JOURNALS = ("-wal", "-journal")


@contextmanager
def reading_elsewhere(place: str) -> Iterator[Connection]:
    """Open a transaction that sees one state of the inventory at a path or URL.

    Raises StorageProblem, also at the end where the file was written to meanwhile; UsageProblem for a URL of
    another kind.
    """
    url = url_of(place)
    if url.get_backend_name() != "sqlite":
        with _reading(_server_engine(url), place) as connection:
            yield connection
        return
    path = Path(url.database or "")
    before = _checked(path)
    is_at_rest = _is_at_rest(path)
    with _reading(_file_engine(url, path, is_at_rest), place) as connection:
        yield connection
    if is_at_rest and before != _state(path):
        raise StorageProblem(
            f"The inventory {path} was written to while it was read, so nothing of it was taken over. Wait "
            "until nothing sweeps there, or copy it first, and run again."
        )


@contextmanager
def _reading(engine: Engine, place: str) -> Iterator[Connection]:
    try:
        with reading(engine) as connection:
            if not is_current(connection):
                raise StorageProblem(
                    f"The inventory {place} does not have today's tables, and nothing is changed there from "
                    f"here. Have this version open it where it belongs (camcensus sweeps --db {place}), "
                    "which copies it away and brings it up to date, and run again."
                )
            yield connection
    finally:
        engine.dispose()


def _checked(path: Path) -> tuple[int, int]:
    if not path.exists():
        raise StorageProblem(f"There is no inventory at {path}, so nothing was taken over. Name another one.")
    check_file(path)
    return _state(path)


def _state(path: Path) -> tuple[int, int]:
    """Return what differs once a file was written to."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _is_at_rest(path: Path) -> bool:
    return not any(path.with_name(path.name + journal).exists() for journal in _JOURNALS)


def _file_engine(url: URL, path: Path, is_at_rest: bool) -> Engine:
    """Return an engine that cannot write.

    A file at rest is read without its locks: SQLite would leave an empty log beside it, whose owner may not
    be the file's, and would fail on a read-only medium.
    """
    query = {"uri": "true", "mode": "ro"} | ({"immutable": "1"} if is_at_rest else {})
    return bare_engine(url.set(database=path.absolute().as_uri(), query=query), path)


def _server_engine(url: URL) -> Engine:
    engine = bare_engine(url, None)
    event.listen(engine, "connect", _set_up)
    return engine


def _set_up(connection: Any, _record: Any) -> None:
    """Set that every transaction sees one state and cannot write."""
    connection.execute(
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    )
    connection.commit()
