"""``camcensus diff``: what differs between two sweeps, and what nobody can know."""

import csv
import io

import pytest

from scanner.inventory.contract import SweepKind, Versions
from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.inventory.building import HARBOUR, Book, camera, device, encoder


def told(text: str) -> list[tuple[str, str, str]]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [(row["difference"], row["before"], row["after"]) for row in rows]


def test_every_kind_of_difference_is_told_and_ends_with_3(camcensus: Camcensus, book: Book) -> None:
    book.sweep(camera("10.0.0.5"), encoder("10.0.0.9"), device("10.0.0.20", None, (Field.HTTP_SERVER, "Boa")))
    book.sweep(camera("10.0.0.6", version="V5.7.20"), device("10.0.0.21", None, (Field.HTTP_SERVER, "Boa")))

    result = camcensus("diff", "1", "2", "--db", book.db, "--format", "csv")

    assert result.exit_code == 3
    assert told(result.stdout) == [
        ("moved", "10.0.0.5 (cctv)", "10.0.0.6 (cctv)"),
        ("firmware changed", "V5.7.3 build 2022-01-12", "V5.7.20 build 2022-01-12"),
        ("new", "", "10.0.0.21 (cctv)"),
        ("missing", "10.0.0.9 (cctv)", ""),
        ("missing", "10.0.0.20 (cctv)", ""),
    ]
    assert result.stderr.startswith("5 differences.\nSweep 1 of depot")


def test_a_device_that_turns_out_to_be_another_is_reidentified(camcensus: Camcensus, notebook: Book) -> None:
    unnamed = device("10.0.0.5", None, (Field.HTTP_SERVER, "Boa"))
    notebook.sweep(unnamed)
    notebook.sweep(device("10.0.0.5", None, (Field.HTTP_SERVER, "DNVRS-Webs")))

    result = camcensus("diff", "last-1", "last", "--site", "depot", "--db", notebook.db, "--format", "csv")

    assert told(result.stdout) == [("re-identified", "not_matched", "flagged Hikvision")]


def test_the_same_twice_ends_with_0(camcensus: Camcensus, book: Book) -> None:
    book.sweep(camera("10.0.0.5"))
    book.sweep(camera("10.0.0.5"))

    result = camcensus("diff", "1", "2", "--db", book.db)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("No differences.\nSweep 1 of depot")


def test_what_one_sweep_did_not_cover_is_neither_gone_nor_new(camcensus: Camcensus, book: Book) -> None:
    book.sweep(camera("10.0.0.5"), encoder("10.0.0.200"))
    book.sweep(camera("10.0.0.5"), covered=["10.0.0.0/25"])

    forth = camcensus("diff", "1", "2", "--db", book.db, "--format", "csv")
    back = camcensus("diff", "2", "1", "--db", book.db, "--format", "csv")

    assert told(forth.stdout) == [("not covered", "10.0.0.200 (cctv)", "")]
    assert told(back.stdout) == [("not covered", "", "10.0.0.200 (cctv)")]
    assert (forth.exit_code, back.exit_code) == (4, 4)
    assert "No differences; 1 device stands where one of the sweeps did not look" in forth.stderr


def test_sweeps_of_two_sites_are_not_compared(camcensus: Camcensus, notebook: Book) -> None:
    notebook.add(HARBOUR)
    notebook.sweep(encoder())
    notebook.sweep(encoder(), site="harbour")

    result = camcensus("diff", "1", "2", "--db", notebook.db)

    assert result.exit_code == 2
    assert "Name two sweeps of one site" in result.stderr


@pytest.mark.parametrize(("reference", "complaint"), [("2", "is running"), ("9", "There is no sweep '9'")])
def test_a_sweep_without_findings_is_not_compared(
    reference: str, complaint: str, camcensus: Camcensus, notebook: Book
) -> None:
    notebook.sweep(encoder())
    site = notebook.inventory.site("depot")
    notebook.inventory.begin_sweep(site, SweepKind.SCAN, {}, Versions("0.1.0", "x"))

    result = camcensus("diff", "1", reference, "--db", notebook.db)

    assert result.exit_code == 2
    assert complaint in result.stderr
