"""Bringing a database to today's tables, with a backup before anything is changed.

alembic is imported only where there is a step to make.
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from scanner.errors import StorageProblem

# Every step ever released, oldest first.
STEPS = ("0001",)
HEAD = STEPS[-1]

# What marks a file as ours among all SQLite files (https://www.sqlite.org/pragma.html#pragma_application_id):
# the letters CCNS.
APPLICATION_ID = 0x43434E53
# One number for one purpose, so that two processes never migrate at once: the letters of ``camcensu``.
_ADVISORY_LOCK = 0x63616D63656E7375


def is_current(connection: Connection) -> bool:
    """Whether the tables are today's. Raises StorageProblem for a newer or a foreign database."""
    return _version(connection) == HEAD


def migrate(connection: Connection, back_up: Callable[[], Path | None]) -> None:
    """Make the steps that are missing, all or none.

    ``back_up`` copies an existing database away first; its path is named when a step fails. Must run in
    a transaction that no other writer can be in.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    version = _version(connection)
    if version == HEAD:
        return
    saved = back_up() if version else None
    _upgrade(connection, saved)


def _version(connection: Connection) -> str | None:
    """Return the last step that was made, or None for an empty database."""
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if "alembic_version" not in tables or not _is_ours(connection):
        raise StorageProblem(
            "The database holds tables that are not camcensus's, so it was left alone. "
            "Name another file or database with --db."
        )
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version not in STEPS:
        raise StorageProblem(
            f"The inventory was written by a newer camcensus (step {version}, this one knows {HEAD}), so it "
            "was not opened and nothing was changed. Install that version, or name another file with --db."
        )
    return version


def _is_ours(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return "sweep" in inspect(connection).get_table_names()
    return connection.execute(text("PRAGMA application_id")).scalar() == APPLICATION_ID


def _upgrade(connection: Connection, saved: Path | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    try:
        command.upgrade(config, HEAD)
    except (CommandError, SQLAlchemyError) as error:
        kept = f" A copy from before is in {saved}." if saved else ""
        raise StorageProblem(
            f"The inventory's tables could not be brought to today's form ({error}), and were left as they "
            f"were.{kept} Report this message."
        ) from error
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
