"""``camcensus explain``: every piece of evidence, and what would have changed the verdict."""

from pathlib import Path

from scanner.inventory.database import writing
from scanner.inventory.schema import RECORD
from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.export.hostile import HOSTILE, is_harmless
from tests.inventory.building import Book, camera, device, encoder

SERVER = (Field.HTTP_SERVER, "DNVRS-Webs")


def test_every_piece_of_evidence_stands_with_its_bytes_and_its_signature(
    camcensus: Camcensus, book: Book
) -> None:
    book.sweep(device("10.0.0.5", None, SERVER, (Field.HTML_TITLE, "lobby")))

    shown = camcensus("explain", "10.0.0.5", "--db", book.db).stdout

    assert shown.startswith(
        "Device 1 of depot at 10.0.0.5, as sweep 1 found it\nVerdict        flagged, confirmed\n"
    )
    assert "1. Hikvision, decisive: hikvision-http-server\n" in shown
    assert "  Layer          web\n" in shown
    assert "  Value          http_header.server=DNVRS-Webs\n" in shown
    assert "  Seen           by landing (connection) from 10.0.0.5:80/tcp on 2026-11-22T" in shown
    assert "  Reference      rapid7/recog xml/http_servers.xml\n" in shown
    assert "Seen as well, without a signature that matches\n  Value          html_title=lobby\n" in shown
    assert "  0000  48 54 54 50 2f 31 2e 31 20 32 30 30 20 4f 4b 0d  HTTP/1.1 200 OK.\n" in shown


def test_a_verdict_that_hangs_on_one_piece_says_what_it_would_be_without(
    camcensus: Camcensus, notebook: Book
) -> None:
    notebook.sweep(device("10.0.0.5", "58:50:ed:1f:e3:85", SERVER))

    shown = camcensus("explain", "10.0.0.5", "--db", notebook.db).stdout

    assert "  Without http_header.server=DNVRS-Webs: flagged, probable Hikvision.\n" in shown
    assert "To confirm" not in shown


def test_a_verdict_that_no_single_piece_decides_says_how_many_do(
    camcensus: Camcensus, notebook: Book
) -> None:
    notebook.sweep(camera("10.0.0.5", SERVER))

    shown = camcensus("explain", "10.0.0.5", "--db", notebook.db).stdout

    assert "  No single piece: without any one of the 4 it is the same.\n" in shown
    assert "  Without the 3 strongest together: flagged, probable Hikvision.\n" in shown


def test_a_probable_verdict_says_what_it_lacks(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(device("10.0.0.5", "58:50:ed:1f:e3:85"))

    shown = camcensus("explain", "10.0.0.5", "--db", notebook.db).stdout

    assert "it takes a decisive match, or a strong one of another layer than link (discovery, web" in shown


def test_each_capability_stands_with_what_shows_it(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(camera("10.0.0.5", (Field.ONVIF_SCOPE, "type/audio_encoder")), encoder())

    able, other = (camcensus("explain", one, "--db", notebook.db).stdout for one in ("10.0.0.5", "10.0.0.9"))

    heading = "\nWhat it shows that it is able to do\n"
    assert f"{heading}  audio          onvif-scope-audio\n  Others are unknown" in able
    assert f"{heading}  All is unknown: what does not show may be there.\n" in other


def test_another_sweep_is_explained_on_demand(camcensus: Camcensus, book: Book) -> None:
    book.sweep(camera("10.0.0.5"))
    book.sweep(camera("10.0.0.6"))
    book.sweep(encoder())

    last = camcensus("explain", "1", "--db", book.db).stdout
    first = camcensus("explain", "1", "--sweep", "1", "--db", book.db).stdout
    missed = camcensus("explain", "1", "--sweep", "last", "--db", book.db)

    assert "at 10.0.0.6, as sweep 2 found it" in last
    assert "at 10.0.0.5, as sweep 1 found it" in first
    assert missed.exit_code == 2
    assert "Sweep last did not meet device 1" in missed.stderr


def test_todays_signatures_may_say_otherwise_than_those_of_the_day(
    camcensus: Camcensus, notebook: Book, signatures: Path
) -> None:
    notebook.sweep(device("10.0.0.5", None, (Field.HTTP_SERVER, "Acme-Webs/AC-1")))

    same = camcensus("explain", "10.0.0.5", "--db", notebook.db).stdout
    other = camcensus("explain", "10.0.0.5", "--signatures", signatures, "--db", notebook.db).stdout

    assert "The verdict is the same.\n" in same
    assert "The verdict is another one" in other
    assert "  Verdict        not_matched before, flagged today\n" in other
    assert "  Maker          none before, Acme today\n" in other
    assert "  Model          none before, AC-1 today\n" in other


def test_damaged_evidence_is_a_storage_error_and_explains_nothing(
    camcensus: Camcensus, notebook: Book
) -> None:
    notebook.sweep(camera("10.0.0.5"))
    with writing(notebook.inventory.engine) as connection:
        connection.execute(RECORD.update().values(sha256="0" * 64))

    result = camcensus("explain", "10.0.0.5", "--db", notebook.db)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "evidence of 10.0.0.5 is damaged" in result.stderr


def test_hostile_values_are_only_text(camcensus: Camcensus, notebook: Book) -> None:
    notebook.sweep(device("10.0.0.5", None, SERVER, *((Field.HTML_TITLE, text) for text in HOSTILE)))

    assert is_harmless(camcensus("explain", "10.0.0.5", "--db", notebook.db).stdout)
