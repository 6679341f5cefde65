"""What was confirmed of a device lasts: night by night, until something contradicts it. On both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from scanner.inventory.contract import FindingRow, SweepKind
from scanner.inventory.roll import Roll
from scanner.matching.database import Database, load
from scanner.model.device import ChangeKind, Presence
from scanner.model.field import Field
from scanner.model.observation import Observation
from tests.inventory.building import CAMERA_SERIAL, DEPOT, FIRST_NIGHT, Book, device, encoder

FAR = f'{DEPOT}\n[[segment]]\nname = "gate"\nrole = "cctv"\nnetworks = ["10.1.0.0/24"]\n'
# Signatures of the shipped data: decisive without a model, a weak hint at the same maker, and no match.
WEB = (Field.HTTP_SERVER, "App-webs/")
HINT = (Field.HTTP_SERVER, "FACE-Webs")
NOTHING = (Field.HTTP_SERVER, "nginx")
UUID = (Field.WSD_ENDPOINT, "urn:uuid:00010010-0001-1020-8000-c056e37a3102")
OWN_MAC = "c0:56:e3:00:00:09"


@pytest.fixture(scope="module")
def signatures() -> Database:
    return load()


@pytest.fixture
def book(database_url: str, signatures: Database) -> Iterator[Book]:
    with Book(database_url, signatures) as made:
        made.add(FAR)
        yield made


def beyond(*told: tuple[Field, str], address: str = "10.0.0.5") -> tuple[Observation, ...]:
    """Return a device behind a router, where no MAC is seen."""
    return device(address, None, *told)


def whole() -> tuple[Observation, ...]:
    return beyond(
        (Field.SADP_SERIAL, CAMERA_SERIAL),
        (Field.SADP_MODEL, "DS-2CD2032-I"),
        (Field.SADP_SOFTWARE, "V5.4.3build 160810"),
    )


def known(book: Book) -> FindingRow:
    """Return what the roll has of the only device, which must be what the list of devices has."""
    (told,) = Roll(book.inventory.engine).latest("depot")
    (row,) = book.inventory.devices("depot")
    assert (told.verdict, told.maker or "", told.model or "") == (row.status, row.maker, row.model)
    return told


@pytest.mark.parametrize("kind", [SweepKind.IMPORT, SweepKind.LISTEN], ids=str)
@pytest.mark.parametrize("heard", [HINT, NOTHING], ids=["hint", "nothing"])
def test_what_was_merely_told_of_a_camera_makes_it_no_cleaner(
    book: Book, heard: tuple[Field, str], kind: SweepKind
) -> None:
    book.sweep(whole())

    later = book.sweep(beyond(heard), kind=kind)

    now = known(book)
    assert (now.sweep, now.verdict, now.tier) == (later, "flagged", "confirmed")
    assert (now.model, now.firmware_version) == ("DS-2CD2032-I", "V5.4.3")
    assert list(book.inventory.changes(sweep=later)) == []


def test_a_camera_that_answers_half_keeps_its_model_and_firmware(book: Book) -> None:
    book.sweep(whole())

    later = book.sweep(beyond(WEB))

    (found,) = book.inventory.findings(sweep=later)
    assert (found.tier, found.model) == ("confirmed", None)
    assert (known(book).model, known(book).firmware_version) == ("DS-2CD2032-I", "V5.4.3")


def test_whoever_answers_as_nobody_in_a_scan_is_told_and_then_counts(book: Book) -> None:
    book.sweep(whole())

    later = book.sweep(beyond(NOTHING))
    book.sweep(beyond(NOTHING), kind=SweepKind.IMPORT)

    assert [one.change.kind for one in book.inventory.changes(sweep=later)] == [ChangeKind.REIDENTIFIED]
    assert (known(book).verdict, known(book).model) == ("not_matched", None)


def test_judging_an_imported_line_again_makes_the_camera_no_cleaner(book: Book) -> None:
    book.sweep(whole())
    book.sweep(beyond(NOTHING), kind=SweepKind.IMPORT)

    book.sweep(beyond(NOTHING), kind=SweepKind.REJUDGE)

    assert (known(book).verdict, known(book).model) == ("flagged", "DS-2CD2032-I")


def test_judging_the_evidence_of_a_camera_again_may_clear_it(book: Book) -> None:
    book.sweep(whole())

    book.sweep(beyond(NOTHING), kind=SweepKind.REJUDGE)

    assert (known(book).verdict, known(book).model) == ("not_matched", None)


def test_judging_again_is_no_sighting(book: Book) -> None:
    book.sweep(whole(), encoder())
    for _ in range(3):
        book.sweep(encoder())
    book.sweep(whole(), kind=SweepKind.CAPTURE, seen_at=FIRST_NIGHT - timedelta(days=30))

    book.sweep(whole(), kind=SweepKind.REJUDGE)

    camera = book.inventory.device("1")
    assert (camera.presence, camera.last_seen) == (Presence.GONE, FIRST_NIGHT + timedelta(seconds=9))
    assert ChangeKind.RETURNED not in {one.change.kind for one in book.inventory.changes(device=1)}


def test_a_device_that_proves_to_be_an_older_one_was_there_since_then(book: Book) -> None:
    book.sweep(device("10.0.0.5", OWN_MAC, UUID), encoder())
    book.sweep(beyond((Field.SADP_SERIAL, CAMERA_SERIAL), address="10.1.0.5"), encoder())
    serial = (Field.SADP_SERIAL, CAMERA_SERIAL)

    book.sweep(device("10.0.0.5", OWN_MAC, serial), encoder())

    one = book.inventory.device(OWN_MAC)
    assert (one.first_seen.date(), one.serial) == (FIRST_NIGHT.date(), CAMERA_SERIAL)
    borne = {row.identity.field for row in book.inventory.identities(one.number)}
    assert borne == {Field.MAC, Field.SADP_SERIAL, Field.WSD_ENDPOINT}
    assert len(list(book.inventory.devices("depot"))) == 2


def test_an_old_capture_shows_that_a_device_was_there_before(book: Book) -> None:
    book.sweep(whole())
    long_ago = FIRST_NIGHT - timedelta(days=300)

    book.sweep(whole(), kind=SweepKind.CAPTURE, seen_at=long_ago)

    camera = book.inventory.device("1")
    assert (camera.first_seen, camera.last_seen) == (long_ago, FIRST_NIGHT + timedelta(seconds=9))
