"""What is the same at two sites: the strongest number speaks, once for each pair, and nothing is joined."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from scanner.inventory.conflict import Conflict, Key, Standing, conflicts, paired
from scanner.matching.database import Database, load
from scanner.model.device import Identity, Presence
from scanner.model.field import Field
from tests.inventory.building import (
    CAMERA_MAC,
    CAMERA_SERIAL,
    DEPOT,
    ENCODER_MAC,
    HARBOUR,
    Book,
    camera,
    device,
    encoder,
)

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SERIAL, OTHER_SERIAL = Identity(Field.SADP_SERIAL, CAMERA_SERIAL), Identity(Field.SADP_SERIAL, "DS-7608NI9")
ONVIF_SERIAL = Identity(Field.ONVIF_SERIAL, CAMERA_SERIAL)
UUID = Identity(Field.WSD_ENDPOINT, "urn:uuid:00010010-0001-1020-8000-c056e37a3102")
MAC, MADE_UP_MAC = Identity(Field.MAC, CAMERA_MAC), Identity(Field.MAC, "02:11:22:33:44:55")


def standing(number: int, site: str, *identities: Identity, days: int = 0) -> Standing:
    last_seen, known = NOW + timedelta(days), frozenset(identities)
    return Standing(number, site, "cctv", "10.0.0.5", Presence.PRESENT, "", NOW, last_seen, known)


def told(*standings: Standing) -> list[tuple[Key, int, int]]:
    return [(one.key, one.earlier.device, one.later.device) for one in paired(standings)]


def test_the_strongest_that_is_the_same_speaks_once() -> None:
    both = (SERIAL, UUID, MAC)

    assert told(standing(1, "depot", *both), standing(2, "harbour", *both)) == [(Key.SERIAL, 1, 2)]
    assert told(standing(1, "depot", UUID, MAC), standing(2, "harbour", *both)) == [(Key.UUID, 1, 2)]
    assert told(standing(1, "depot", MAC), standing(2, "harbour", *both)) == [(Key.MAC, 1, 2)]


def test_only_like_things_are_compared() -> None:
    assert told(standing(1, "depot", SERIAL), standing(2, "harbour", ONVIF_SERIAL)) == []


def test_another_serial_number_makes_two_units_of_one_mac() -> None:
    assert told(standing(1, "depot", SERIAL, MAC), standing(2, "harbour", OTHER_SERIAL, MAC)) == []


def test_a_mac_that_the_host_made_up_says_nothing() -> None:
    assert told(standing(1, "depot", MADE_UP_MAC), standing(2, "harbour", MADE_UP_MAC)) == []


def test_within_a_site_there_is_no_conflict() -> None:
    assert told(standing(1, "depot", SERIAL), standing(2, "depot", SERIAL)) == []


def test_a_unit_at_three_sites_is_followed_from_one_to_the_next() -> None:
    third, first, second = (
        standing(1, "arsenal", SERIAL, days=9),
        standing(2, "depot", SERIAL),
        standing(3, "harbour", SERIAL, days=4),
    )

    assert told(third, first, second) == [(Key.SERIAL, 2, 3), (Key.SERIAL, 3, 1)]


@pytest.fixture(scope="module")
def signatures() -> Database:
    return load()


@pytest.fixture
def book(database_url: str, signatures: Database) -> Iterator[Book]:
    """A camera that stood at the depot, and later one with its serial number at the harbour."""
    with Book(database_url, signatures) as made:
        made.add(DEPOT)
        made.add(HARBOUR)
        made.sweep(camera("10.0.0.5"), encoder())
        made.sweep(camera("10.0.0.77"), device("10.0.0.9", "00:40:8c:00:00:0a"), site="harbour")
        yield made


def test_the_same_serial_number_at_two_sites_is_a_conflict(book: Book) -> None:
    (found,) = conflicts(book.inventory.engine)

    assert (found.key, found.value) == (Key.SERIAL, CAMERA_SERIAL)
    assert place(found.earlier) == ("depot", "cctv", "10.0.0.5", book.nights.now() - timedelta(2))
    assert place(found.later) == ("harbour", "quay", "10.0.0.77", book.nights.now() - timedelta(1))
    numbers = {one.address: one.number for one in book.inventory.devices()}
    assert (found.earlier.device, found.later.device) == (numbers["10.0.0.5"], numbers["10.0.0.77"])


def place(one: Standing) -> tuple[object, ...]:
    return one.site, one.segment, one.address, one.last_seen - timedelta(seconds=9)


def test_only_the_sites_that_count_are_compared(book: Book) -> None:
    book.add(DEPOT.replace("depot", "arsenal"))
    book.sweep(encoder(), site="arsenal")

    def between(*sites: str) -> list[Conflict]:
        return list(conflicts(book.inventory.engine, sites))

    assert [one.value for one in conflicts(book.inventory.engine)] == [CAMERA_SERIAL, ENCODER_MAC]
    assert [one.value for one in between("depot", "harbour")] == [CAMERA_SERIAL]
    assert [one.value for one in between("depot", "arsenal")] == [ENCODER_MAC]
    assert between("harbour", "arsenal") == between("depot") == between() == []
