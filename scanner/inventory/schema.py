"""The tables. Every time is UTC text, every enum its value, so that both databases sort and print alike.

On SQLite the tables are STRICT: a number in a text column is an error there as it is on PostgreSQL.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time as text, which sorts in the order of time: always six digits after the second."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text that is stored."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return what reads a stored text."""
        del dialect, coltype
        return _moment


# Rows of one sweep share their times, and a history has hundreds of thousands of rows.
@lru_cache(maxsize=1024)
def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)


class AnyText(TypeDecorator[str]):
    r"""Text as devices send it: what a database cannot hold is stored as ``\x00`` or ``\ud800``.

    PostgreSQL takes no zero byte, and neither takes half a surrogate pair; evidence keeps the bytes.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text that is stored."""
        del dialect
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.encode("utf-8", "backslashreplace").decode().replace("\0", r"\x00")


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: Column[Any] | Index | UniqueConstraint) -> Table:
    number: Column[int] = Column("id", Integer, primary_key=True, autoincrement=True)
    return Table(name, METADATA, number, *parts, sqlite_strict=True, sqlite_autoincrement=True)


def _text(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, AnyText, nullable=optional)


def _number(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=optional)


def _time(name: str, *, optional: bool = False) -> Column[datetime]:
    return Column(name, UtcTime, nullable=optional)


def _of(table: str, *, optional: bool = False, name: str = "") -> Column[int]:
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(name or f"{table}_id", Integer, key, nullable=optional, index=True)


# What a column says of itself where no foreign key does: whose number it holds, or whose numbers as a list.
REFERS_TO, LISTS = "refers to", "lists"


def _number_of(table: str, name: str, *, optional: bool = False) -> Column[int]:
    """Return a column with the number of a row that may have been removed since."""
    return Column(name, Integer, nullable=optional, info={REFERS_TO: table})


SITE = _table(
    "site",
    Column("name", Text, nullable=False, unique=True),
    _text("definition"),  # the site file, as it was given
    _time("added_at"),
    _time("changed_at"),
)

SWEEP = _table(
    "sweep",
    Column("uuid", Text, nullable=False, unique=True),
    _of("site"),
    _text("kind"),  # scan, listen, capture, import or rejudge
    _text("state"),  # running, finished, interrupted or failed
    _text("owner"),  # the process that runs it
    _time("started_at"),
    _time("ended_at", optional=True),
    _text("plan"),  # JSON: what was asked for, enough to resume it
    _text("program_version"),
    _text("signatures_version"),
    _text("registry_date", optional=True),
    _text("policies_version", optional=True),
    _text("coverage", optional=True),  # JSON, once finished
    _text("trouble", optional=True),
)

DEVICE = _table(
    "device",
    _of("site"),
    _text("segment"),
    _text("address"),
    _text("presence"),
    _number("missed"),
    _time("first_seen"),
    _time("last_seen"),
    _number_of("sweep", "first_sweep_id"),
    _number_of("sweep", "last_sweep_id"),  # the last one that met it
    _number_of("finding", "last_finding_id", optional=True),
    # What the last verdict that assessed it said; a sweep that could not tell changes nothing here.
    _text("status"),
    _text("maker"),
    _text("brand"),
    _text("model"),
    _text("firmware"),
    # Another device that this one proved to be; it is then no device of its own any more.
    _number_of("device", "merged_into", optional=True),
)

IDENTITY = _table(
    "device_identity",
    _of("site"),
    _of("device"),
    _text("field"),
    _text("value"),
    _time("first_seen"),
    _time("last_seen"),
    UniqueConstraint("device_id", "field", "value"),
    Index(None, "site_id", "field", "value"),
)

FINDING = _table(
    "finding",
    _of("sweep"),
    _of("device"),
    _text("segment", optional=True),
    _text("address"),
    _text("mac", optional=True),
    _text("mac_vendor", optional=True),
    _text("hostname", optional=True),
    _text("verdict"),
    _text("tier"),
    _text("maker", optional=True),
    _text("brand", optional=True),
    _text("model", optional=True),
    _text("device_class", optional=True),
    _text("firmware_version", optional=True),
    _text("firmware_build_date", optional=True),
    _text("serial", optional=True),
    _number("channels", optional=True),
    _text("capabilities"),  # JSON list
    _text("open_ports"),  # JSON list
    _text("evidence"),  # JSON list, as the CSV prints it
    _text("reason"),
    _text("advisories"),  # JSON list
    _text("change"),  # kinds, in the order of the change table
    _time("observed_at"),
    _text("also_at"),  # JSON list
    # JSON list: the numbers of the records that it rests on
    Column("records", AnyText, nullable=False, info={LISTS: "record"}),
)

RECORD = _table(
    "record",
    _of("sweep"),
    _text("address"),
    _text("mac", optional=True),
    _text("interface", optional=True),
    _text("segment", optional=True),
    _text("name", optional=True),
    _text("shortfall"),
    Column("evidence", LargeBinary, nullable=False),  # zlib over JSON
    _text("sha256"),  # of the JSON
)

CHANGE = _table("change", _of("sweep"), _of("device"), _text("kind"), _text("before"), _text("after"))

NOTICE = _table(
    "notice",
    _of("site"),
    _text("target"),
    _text("subject"),  # words, one for each thing that is told: repeats are counted by them
    _text("payload"),  # JSON
    _time("created_at"),
    _number("attempts"),
    _time("next_attempt_at"),
    _time("delivered_at", optional=True),
    _time("given_up_at", optional=True),
    _text("trouble", optional=True),
    Index(None, "delivered_at", "next_attempt_at"),
)

SCHEDULE = _table(
    "schedule",
    _of("site"),
    _text("cron"),
    _text("zone"),
    _number("jitter_s"),
    _time("added_at"),
    _time("last_due_at", optional=True),
)

CUSTODY = _table(
    "custody",
    _of("device"),
    _text("owner"),  # own, landlord, contractor or unknown
    _text("location"),
    _number("private_office"),  # 1 for yes
    _number("public_place"),  # 1 for yes
    _text("purpose"),
    _text("dependency"),  # what would stop working without it
    _text("entered_by"),
    _time("entered_at"),  # rows are added and never changed: the last one counts
)

OBLIGATION = _table(
    "obligation",
    _of("device"),
    _text("policy"),
    _text("state"),  # considered, planned, replaced, removed or exempt
    _text("day"),  # ISO date: until when, or on which day, by the state
    _text("entered_by"),
    _text("reason"),
    _time("entered_at"),  # rows are added and never changed: the last one counts
    _text("owner"),
    _text("basis"),
    _text("replacement"),
    _text("waiver"),
)

MILESTONE = _table(
    "milestone",
    _of("site"),
    _text("day"),  # ISO date
    _number("percent"),
    UniqueConstraint("site_id", "day"),
)
