"""``camcensus show``: everything about one device, over time."""

import pytest

from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.export.hostile import HOSTILE, is_harmless
from tests.inventory.building import CAMERA_MAC, CAMERA_SERIAL, HARBOUR, Book, camera, device, encoder


def words(line: str) -> list[str]:
    return line.split()


@pytest.mark.parametrize(
    "reference", ["1", "10.0.0.6", CAMERA_MAC, CAMERA_MAC.upper().replace(":", "-"), CAMERA_SERIAL]
)
def test_a_device_is_shown_by_whatever_it_is_known_by(
    reference: str, camcensus: Camcensus, notebook: Book
) -> None:
    notebook.sweep(camera("10.0.0.6"), encoder())

    shown = camcensus("show", reference, "--db", notebook.db).stdout

    assert shown.startswith("Device 1 of depot\nStatus         present\nAddress        10.0.0.6\n")


def test_addresses_firmware_and_changes_are_told_over_time(camcensus: Camcensus, book: Book) -> None:
    book.sweep(camera("10.0.0.5"))
    book.sweep(camera("10.0.0.5"))
    book.sweep(camera("10.0.0.6", version="V5.7.20"))

    result = camcensus("show", "10.0.0.6", "--db", book.db, COLUMNS="240")
    lines = [words(line) for line in result.stdout.splitlines()]

    seen = ["2026-11-22", "02:00", "2026-11-24", "02:00"]
    assert ["link.mac", CAMERA_MAC, *seen] in lines
    assert ["sadp.serial_number", CAMERA_SERIAL, *seen] in lines
    assert next(line for line in lines if line[1:2] == ["to"])[:3] == ["1", "to", "2"]
    assert next(line for line in lines if "cctv" in line and line[0] == "3")[5:8] == [
        "cctv",
        "10.0.0.6",
        CAMERA_MAC,
    ]
    assert ["3", "2026-11-24", "02:00", "moved", "10.0.0.5", "(cctv)", "10.0.0.6", "(cctv)"] in lines
    assert "Advisory       CVE-2021-36260 possible" in result.stdout
    assert "Sweep 3 of depot" in result.stderr


def test_what_did_not_show_is_unknown_and_never_absent(camcensus: Camcensus, book: Book) -> None:
    book.sweep(camera("10.0.0.5", (Field.ONVIF_SCOPE, "type/ptz")), encoder())

    able, other = (camcensus("show", one, "--db", book.db).stdout for one in ("10.0.0.5", "10.0.0.9"))

    assert "Capabilities   pan_tilt_zoom; others unknown\n" in able
    assert "Capabilities   unknown\n" in other


def test_two_devices_of_one_address_are_named_and_neither_is_shown(
    camcensus: Camcensus, notebook: Book
) -> None:
    notebook.add(HARBOUR)
    notebook.sweep(camera("10.0.0.5"))
    notebook.sweep(encoder("10.0.0.5"), site="harbour")

    result = camcensus("show", "10.0.0.5", "--db", notebook.db)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "1 (depot 10.0.0.5), 2 (harbour 10.0.0.5)" in result.stderr


def test_nobodys_address_is_a_usage_error(camcensus: Camcensus, notebook: Book) -> None:
    result = camcensus("show", "10.0.0.7", "--db", notebook.db)

    assert result.exit_code == 2
    assert "No device is known as '10.0.0.7'" in result.stderr


def test_hostile_text_is_only_text(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(device("10.0.0.5", None, *((Field.SADP_MODEL, text) for text in HOSTILE)))

    assert is_harmless(camcensus("show", "10.0.0.5", "--db", notebook.db).stdout)
