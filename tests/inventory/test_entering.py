"""Rows entered in one batch get numbers of their own, in their order, and never one that was used before."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, delete, select

from scanner.inventory.database import open_database, reading, writing
from scanner.inventory.entering import entered
from scanner.inventory.schema import SITE

AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_database(database_url, AT)
    yield opened
    opened.dispose()


def rows(*names: str) -> list[dict[str, object]]:
    return [{"name": name, "definition": "", "added_at": AT, "changed_at": AT} for name in names]


def test_numbers_come_in_the_order_of_the_rows(engine: Engine) -> None:
    with writing(engine) as connection:
        numbers = entered(connection, SITE, rows("depot", "harbour", "arsenal"))

    with reading(engine) as connection:
        stored = connection.execute(select(SITE.c.id, SITE.c.name).order_by(SITE.c.id)).all()
    assert [tuple(row) for row in stored] == list(zip(numbers, ("depot", "harbour", "arsenal"), strict=True))


def test_a_number_is_never_given_again(engine: Engine) -> None:
    with writing(engine) as connection:
        (first,) = entered(connection, SITE, rows("depot"))
        connection.execute(delete(SITE))
    with writing(engine) as connection:
        (second,) = entered(connection, SITE, rows("depot"))

    assert second > first


def test_what_the_database_numbers_itself_does_not_collide(engine: Engine) -> None:
    with writing(engine) as connection:
        (first,) = entered(connection, SITE, rows("depot"))
        own = connection.execute(SITE.insert().returning(SITE.c.id), rows("harbour")[0]).scalar_one()
        (third,) = entered(connection, SITE, rows("arsenal"))

    assert first < own < third


def test_nothing_to_enter_asks_nothing(engine: Engine) -> None:
    with reading(engine) as connection:
        assert entered(connection, SITE, []) == []
