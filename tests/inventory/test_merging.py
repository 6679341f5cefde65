"""The inventory of another machine comes whole or not at all, and is only read itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Integer, select, update

from scanner.errors import CamcensusError, UsageProblem
from scanner.inventory import merging
from scanner.inventory.contract import Kept, Notice, SweepKind, SweepState
from scanner.inventory.database import reading, writing
from scanner.inventory.merging import LEFT_BEHIND, merge, references
from scanner.inventory.obligation_book import ObligationBook
from scanner.inventory.outbox import Outbox, put
from scanner.inventory.schema import FINDING, METADATA, SITE
from scanner.inventory.timetable import Timetable
from scanner.matching.database import Database, load
from scanner.model.field import Field
from scanner.removal.obligation import State, Step
from tests.inventory.building import (
    CAMERA_MAC,
    CAMERA_SERIAL,
    DEPOT,
    FIRST_NIGHT,
    HARBOUR,
    Book,
    camera,
    device,
    encoder,
)

TAKEN_OVER = [table for table in METADATA.sorted_tables if table not in LEFT_BEHIND]
CONSIDERED = Step(State.CONSIDERED, FIRST_NIGHT.date(), "A. Clerk", "as decided", FIRST_NIGHT)
WEB = (Field.HTTP_SERVER, "Apache")
SERIAL = (Field.SADP_SERIAL, CAMERA_SERIAL)


@pytest.fixture(scope="module")
def signatures() -> Database:
    return load()


@pytest.fixture
def here(database_url: str, signatures: Database) -> Iterator[Book]:
    """The harbour with a sweep of its own, on each kind of database."""
    with Book(database_url, signatures) as made:
        made.add(HARBOUR)
        made.sweep(encoder("10.0.0.30"), encoder("10.0.0.31"), site="harbour")
        yield made


@pytest.fixture
def there(tmp_path: Path, signatures: Database) -> Iterator[Book]:
    """The depot on another machine: two nights, a device that proved to be another, and a decision."""
    with Book(str(tmp_path / "there.sqlite3"), signatures) as made:
        fill(made)
        yield made


def fill(book: Book) -> None:
    book.add()
    book.sweep(device("10.0.0.5", CAMERA_MAC), device("10.0.0.6", None, SERIAL), encoder())
    book.sweep(device("10.0.0.5", CAMERA_MAC, SERIAL), encoder())
    ObligationBook(book.inventory.engine).enter(2, "a-policy", CONSIDERED, lambda _known, _told: None)


def rows(engine: Engine) -> dict[str, list[Any]]:
    """Return everything in an inventory, by table."""
    with reading(engine) as connection:
        return {
            table.name: list(connection.execute(select(table).order_by(table.c.id)))
            for table in METADATA.sorted_tables
        }


def test_every_row_is_there_once_beside_those_that_were(here: Book, there: Book) -> None:
    before, other = rows(here.inventory.engine), rows(there.inventory.engine)

    taken = merge(here.inventory.engine, there.db)

    after = rows(here.inventory.engine)
    assert taken.sites == ("depot",)
    assert taken.rows == {table.name: len(other[table.name]) for table in TAKEN_OVER}
    for name, stored in after.items():
        assert stored[: len(before[name])] == before[name]
        assert len(stored) == len(before[name]) + len(other[name])
        assert len({row.id for row in stored}) == len(stored)


def test_every_number_leads_to_the_row_that_it_led_to(here: Book, there: Book) -> None:
    other = rows(there.inventory.engine)
    before = {name: len(stored) for name, stored in rows(here.inventory.engine).items()}
    merge(here.inventory.engine, there.db)
    after = {name: stored[before[name] :] for name, stored in rows(here.inventory.engine).items()}

    for table in TAKEN_OVER:
        for column, of in references(table).items():
            assert [place(after[of], getattr(row, column)) for row in after[table.name]] == [
                place(other[of], getattr(row, column)) for row in other[table.name]
            ]
    assert [row.merged_into is None for row in after["device"]] == [False, True, True]


def place(stored: list[Any], number: int | None) -> int | None:
    """Return which row of a table has a number."""
    return None if number is None else [row.id for row in stored].index(number)


def test_findings_evidence_changes_and_decisions_can_be_read(here: Book, there: Book) -> None:
    merge(here.inventory.engine, there.db)

    found, known = list(here.inventory.findings(site="depot")), list(there.inventory.findings())
    assert [(one.address, one.verdict, one.change) for one in found] == [
        (one.address, one.verdict, one.change) for one in known
    ]
    for one, other in zip(found, known, strict=True):
        assert seen(here.inventory.evidence(one.number)) == seen(there.inventory.evidence(other.number)) != []
    told = [one.change for one in here.inventory.changes(site="depot")]
    assert told == [one.change for one in there.inventory.changes()]
    (obligation,) = ObligationBook(here.inventory.engine).obligations("depot").values()
    assert obligation["a-policy"].steps == (CONSIDERED,)
    last = here.inventory.last_sweep("depot")
    assert last is not None
    assert last.coverage == there.inventory.sweep("last").coverage


def seen(kept: tuple[Kept, ...]) -> list[Any]:
    return [(one.host, one.observations, one.results) for one in kept]


def test_the_site_is_swept_on_here_as_if_it_had_always_been(here: Book, there: Book) -> None:
    merge(here.inventory.engine, there.db)
    here.nights.count = 2
    known = {one.number for one in here.inventory.devices("depot")}

    here.sweep(device("10.0.0.7", CAMERA_MAC, SERIAL), encoder(), device("10.0.0.8", None, WEB))

    assert {one.address: one.number in known for one in here.inventory.devices("depot")} == {
        "10.0.0.7": True,
        "10.0.0.8": False,
        "10.0.0.9": True,
    }


def test_an_inventory_on_a_server_is_taken_into_a_file(
    database_url: str, tmp_path: Path, signatures: Database
) -> None:
    with Book(database_url, signatures) as source, Book(str(tmp_path / "here.sqlite3"), signatures) as target:
        fill(source)
        other = rows(source.inventory.engine)

        merge(target.inventory.engine, database_url)

        # Into an empty one, nothing has to change.
        assert rows(target.inventory.engine) == other


def test_what_a_machine_has_still_to_do_stays_with_it(here: Book, there: Book) -> None:
    Timetable(there.inventory.engine).add("depot", "0 2 * * *", "UTC", 0, FIRST_NIGHT)
    with writing(there.inventory.engine) as connection:
        put(connection, 1, [Notice("mail", ("new:1",), {})], FIRST_NIGHT)

    merge(here.inventory.engine, there.db)

    assert Timetable(here.inventory.engine).rows() == ()
    assert list(Outbox(here.inventory.engine).notices()) == []


def test_a_sweep_that_runs_there_is_an_interrupted_one_here(here: Book, there: Book) -> None:
    there.inventory.begin_sweep(there.inventory.site("depot"), SweepKind.SCAN, {}, there.versions)

    merge(here.inventory.engine, there.db)

    assert here.inventory.sweeps("depot")[-1].state is SweepState.INTERRUPTED
    assert there.inventory.sweeps("depot")[-1].state is SweepState.RUNNING


def test_a_name_that_is_taken_is_refused_and_nothing_changes(here: Book, there: Book) -> None:
    here.add(DEPOT)
    before = rows(here.inventory.engine)

    with pytest.raises(UsageProblem, match=r"There is a site named depot here already.*--prefix 'north '"):
        merge(here.inventory.engine, there.db)
    assert rows(here.inventory.engine) == before


def test_a_prefix_gives_it_another_name_in_its_file_too(here: Book, there: Book) -> None:
    here.add(DEPOT)
    there.inventory.change_site("depot", DEPOT.replace('"depot"', "'depot' # since 1871"))

    merge(here.inventory.engine, there.db, "north ")

    assert [one.name for one in here.inventory.sites()] == ["depot", "harbour", "north depot"]
    assert 'name = "north depot" # since 1871' in here.inventory.site_text("north depot")
    assert {one.site for one in here.inventory.devices()} == {"harbour", "north depot"}


@pytest.mark.parametrize("prefix", ["", "north "])
def test_the_same_inventory_comes_once_whatever_it_found_since(here: Book, there: Book, prefix: str) -> None:
    merge(here.inventory.engine, there.db)
    there.sweep(camera("10.0.0.5"))
    before = rows(here.inventory.engine)

    with pytest.raises(UsageProblem, match="are here already, as those of depot, so nothing was changed"):
        merge(here.inventory.engine, there.db, prefix)
    assert rows(here.inventory.engine) == before


def test_an_inventory_is_not_taken_into_itself(there: Book) -> None:
    with pytest.raises(UsageProblem, match="are here already"):
        merge(there.inventory.engine, there.db)


def test_one_without_a_site_has_nothing_to_take(here: Book, tmp_path: Path, signatures: Database) -> None:
    empty = str(tmp_path / "empty.sqlite3")
    Book(empty, signatures).inventory.engine.dispose()

    with pytest.raises(UsageProblem, match="has no site"):
        merge(here.inventory.engine, empty)


def test_what_breaks_off_in_the_middle_leaves_nothing(
    here: Book, there: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, shifted = rows(here.inventory.engine), merging._shifted

    def broken(row: Any, *shifts: Any) -> Any:
        if "sha256" in row:
            raise ZeroDivisionError
        return shifted(row, *shifts)

    monkeypatch.setattr(merging, "_shifted", broken)
    with pytest.raises(ZeroDivisionError):
        merge(here.inventory.engine, there.db)
    assert rows(here.inventory.engine) == before

    monkeypatch.undo()
    assert merge(here.inventory.engine, there.db).sites == ("depot",)


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        (FINDING, {"records": "[1, "}),
        (FINDING, {"records": '["1"]'}),
        (SITE, {"definition": "schema = 1"}),
        (SITE, {"definition": HARBOUR}),
    ],
    ids=["half a list", "a list of texts", "no site file", "the file of another site"],
)
def test_one_that_is_not_as_we_write_it_is_refused_and_nothing_changes(
    here: Book, there: Book, table: Any, damage: dict[str, str]
) -> None:
    with writing(there.inventory.engine) as connection:
        connection.execute(update(table).values(damage))
    before = rows(here.inventory.engine)

    with pytest.raises(CamcensusError, match=r"is not as camcensus writes it|site file was not taken"):
        merge(here.inventory.engine, there.db)
    assert rows(here.inventory.engine) == before


def test_what_is_entered_next_gets_a_number_of_its_own(here: Book, there: Book) -> None:
    merge(here.inventory.engine, there.db)
    known = {one.number for one in here.inventory.devices()}

    here.sweep(camera("10.0.0.99"), site="harbour")

    (new,) = {one.number for one in here.inventory.devices()} - known
    assert new > max(known)


def test_a_table_to_come_belongs_to_a_site_and_says_what_its_numbers_are() -> None:
    for table in METADATA.sorted_tables:
        numbers = {
            column.name
            for column in table.c
            if isinstance(column.type, Integer) and column.name.endswith(("_id", "_into"))
        }
        assert numbers | {"id"} == set(references(table))
        assert table is SITE or any(column.foreign_keys for column in table.c)
        # What comes along refers to nothing that stays.
        assert table in LEFT_BEHIND or not {one.name for one in LEFT_BEHIND} & set(references(table).values())
