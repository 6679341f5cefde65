"""Who is told of which camera: what people said decides, and what nobody said is counted."""

import pytest

from scanner.model.verdict import Status
from scanner.removal.disclosure import Disclosure, Disclosures, may_film
from scanner.removal.owner import Custody

LOBBY = Custody(location="Lobby", is_public=True, purpose="Who comes in")


def counted(custody: Custody, *, films: bool = True) -> tuple[int, int, int]:
    found = Disclosures()
    found.add("depot", "Acme", films, custody)
    return found.cameras.total(), found.unplaced_count, found.uncalled_count


def test_cameras_of_one_place_maker_and_purpose_are_counted_together() -> None:
    found = Disclosures()
    for maker in ("Acme", "Acme", ""):
        found.add("depot", maker, True, LOBBY)

    assert found.cameras == {
        Disclosure("depot", "Lobby", "Acme", "Who comes in"): 2,
        Disclosure("depot", "Lobby", "not known", "Who comes in"): 1,
    }


def test_what_people_have_called_public_is_told_of_whatever_it_is() -> None:
    assert counted(LOBBY, films=False) == (1, 0, 0)


@pytest.mark.parametrize(
    ("custody", "films", "left_out"),
    [
        (Custody(), True, (1, 0)),
        (Custody(), False, (0, 0)),
        (Custody(is_public=True), False, (1, 0)),
        (Custody(location="Roof"), True, (0, 1)),
        (Custody(location="Roof"), False, (0, 0)),
        (Custody(location="Office 3", is_private_office=True), True, (0, 0)),
    ],
)
def test_what_nobody_has_said_is_counted(custody: Custody, films: bool, left_out: tuple[int, int]) -> None:
    assert counted(custody, films=films) == (0, *left_out)


@pytest.mark.parametrize(
    ("device_class", "status", "expected"),
    [
        ("camera", Status.OTHER_MAKER, True),
        ("intercom", Status.NOT_MATCHED, True),
        ("recorder", Status.FLAGGED, False),
        (None, Status.SUSPECTED, True),
        (None, Status.OTHER_MAKER, False),
    ],
)
def test_a_flagged_device_of_no_known_class_may_film(
    device_class: str | None, status: Status, expected: bool
) -> None:
    assert may_film(device_class, status) is expected
