"""Rows entered in one batch get numbers of their own, in their order, and never one that was used before."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import Connection, Engine, delete, select

from scanner.inventory.database import open_database, reading, writing
from scanner.inventory.entering import entered, shift_for
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


def test_another_inventorys_numbers_get_room_behind_all_that_were_given(engine: Engine) -> None:
    with writing(engine) as connection:
        given = entered(connection, SITE, rows("depot", "harbour", "arsenal"))
        connection.execute(delete(SITE))
        shift = shift_for(connection, SITE, 2)
        connection.execute(SITE.insert(), [{"id": shift + 2, **rows("annex")[0]}])
        after = entered(connection, SITE, rows("depot"))

    assert shift + 1 > max(given)
    assert after[0] > shift + 2


def test_numbers_that_others_took_in_between_are_not_counted_on() -> None:
    class Crowded:
        """A server on which another writer takes a number while the first ones are given out."""

        dialect = SimpleNamespace(name="postgresql")
        given = iter([(4, 9), (10, 14)])

        def execute(self, _question: object, asked: dict[str, object]) -> SimpleNamespace:
            assert asked == {"name": "site", "count": 5}
            return SimpleNamespace(one=lambda: next(self.given))

    assert shift_for(cast(Connection, Crowded()), SITE, 5) == 9


def test_nothing_to_enter_asks_nothing(engine: Engine) -> None:
    with reading(engine) as connection:
        assert entered(connection, SITE, []) == []
