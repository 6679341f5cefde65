"""``camcensus advisories``: what concerns a site's devices, and who announces that nobody set it up."""

from datetime import UTC, datetime

import pytest

from scanner.inventory.contract import SweepKind
from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.cli.estate import MINISTRY, SetClock, camera, rows
from tests.inventory.building import Book, device, encoder

# CVE-2021-36260, which is known to be exploited: V5.5.100 build 200226 is the last of its platform's range.
LISTED, AFFECTED, FIXED = "DS-2CD2146G2-I", "V5.5.100build 200226", "V5.7.3build 220112"
# CVE-2017-7921, not in the catalogue of 2025-08: V5.4.0 build 160530 is the last of its range.
OLDER, STILL_AFFECTED = "DS-2CD2132F-I", "V5.4.0build 160530"


@pytest.fixture
def ministry(notebook: Book, set_clock: SetClock) -> Book:
    """A site with three cameras and another maker's encoder."""
    notebook.add(MINISTRY)
    notebook.sweep(
        camera(1, model=OLDER, firmware=STILL_AFFECTED),
        camera(2, model=LISTED, firmware=FIXED),
        camera(3, model=LISTED, firmware=AFFECTED),
        encoder(),
        site="ministry",
    )
    set_clock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    return notebook


def listed(camcensus: Camcensus, book: Book, *words: str) -> list[dict[str, str]]:
    said = camcensus("advisories", "--site", "ministry", *words, "--format", "csv", "--db", book.db)
    return rows(said)


def test_affected_come_first_and_known_exploited_ones_before_others(
    camcensus: Camcensus, ministry: Book
) -> None:
    found = listed(camcensus, ministry)

    affected = [(row["address"], row["advisory"]) for row in found if row["result"] == "affected"]
    assert affected == [
        ("10.0.0.3", "CVE-2021-36260"),
        ("10.0.0.1", "CVE-2017-7921"),
        ("10.0.0.1", "CVE-2017-7923"),
    ]
    assert (found[0]["kev_since"], found[0]["cvss"]) == ("2022-01-10", "9.8")
    order = [(("affected", "possible", "fixed").index(row["result"]), not row["kev_since"]) for row in found]
    assert order == sorted(order)


def test_a_later_firmware_is_fixed_and_can_be_asked_for_alone(camcensus: Camcensus, ministry: Book) -> None:
    found = listed(camcensus, ministry, "--result", "fixed")

    assert {row["result"] for row in found} == {"fixed"}
    assert ("10.0.0.2", "CVE-2021-36260") in {(row["address"], row["advisory"]) for row in found}


def test_the_list_ends_with_counts_and_what_was_covered(camcensus: Camcensus, ministry: Book) -> None:
    said = camcensus("advisories", "--site", "ministry", "--db", ministry.db).stderr

    assert said.startswith("Advisories by device: 3 affected, ")
    assert "Sweep 1 of ministry (scan, finished" in said


def test_what_a_device_showed_last_counts(camcensus: Camcensus, ministry: Book) -> None:
    ministry.sweep(camera(3, model=LISTED, firmware=FIXED), site="ministry")

    (row,) = [
        row
        for row in listed(camcensus, ministry)
        if (row["address"], row["advisory"]) == ("10.0.0.3", "CVE-2021-36260")
    ]
    assert (row["result"], row["firmware"]) == ("fixed", "V5.7.3 build 2022-01-12")


def test_a_line_of_a_neighbour_table_takes_no_advisory_away(camcensus: Camcensus, ministry: Book) -> None:
    before = listed(camcensus, ministry)

    ministry.sweep(device("10.0.0.3", "c0:56:e3:00:00:03"), site="ministry", kind=SweepKind.IMPORT)

    assert listed(camcensus, ministry) == before


def test_devices_that_are_gone_are_left_out_and_counted(camcensus: Camcensus, ministry: Book) -> None:
    ministry.sweep(encoder(), site="ministry")

    said = camcensus("advisories", "--site", "ministry", "--format", "csv", "--db", ministry.db)

    assert rows(said) == []
    assert "Not listed: 3 devices that sweeps no longer meet" in said.stderr


def test_devices_that_announce_that_nobody_set_them_up_are_named(
    camcensus: Camcensus, ministry: Book
) -> None:
    ministry.sweep(
        camera(1, (Field.SADP_ACTIVATED, "false")),
        device(
            "10.0.0.7", "3c:ef:8c:00:00:07", (Field.DHIP_MODEL, "IPC-HDW1431T1-S4"), (Field.DHIP_INIT, "2713")
        ),
        camera(3, (Field.SADP_ACTIVATED, "true")),
        site="ministry",
    )
    result = camcensus("advisories", "--site", "ministry", "--format", "csv", "--db", ministry.db)

    assert "Warning: Device 1 of ministry at 10.0.0.1 announces that it is not activated" in result.stderr
    assert "at 10.0.0.7 announces a number that may mean that nobody has set it up" in result.stderr
    assert "10.0.0.3 announces" not in result.stderr
    told = {row["address"]: row["set_up"] for row in rows(result)}
    assert (told["10.0.0.1"], told["10.0.0.7"], told["10.0.0.3"]) == ("no", "perhaps not", "")


def test_a_site_that_is_not_there_is_a_usage_error(camcensus: Camcensus, notebook: Book) -> None:
    assert camcensus("advisories", "--site", "nowhere", "--db", notebook.db).exit_code == 2
