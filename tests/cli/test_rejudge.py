"""``camcensus rejudge``: what today's signatures would say, and never a word of the past changed."""

import json
from pathlib import Path

import pytest

from scanner.inventory.contract import SweepKind
from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.inventory.building import Book, camera, device

ACME = device("10.0.0.20", None, (Field.HTTP_SERVER, "Acme-Webs/AC-1"))


def test_with_the_same_signatures_nothing_changes(camcensus: Camcensus, book: Book) -> None:
    book.sweep(camera("10.0.0.5"), ACME)

    result = camcensus("rejudge", "--db", book.db)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("No verdicts of 2 would be another one")
    assert "Coverage: 254 in scope" in result.stderr


def test_new_signatures_show_device_before_and_after(
    camcensus: Camcensus, book: Book, signatures: Path
) -> None:
    book.sweep(camera("10.0.0.5"), ACME)

    result = camcensus("rejudge", "--site", "depot", "--signatures", signatures, "--db", book.db)

    assert result.exit_code == 3, result.stderr
    (row,) = map(json.loads, result.stdout.splitlines())
    assert (row["device_id"], row["address"]) == (2, "10.0.0.20")
    assert (row["before"], row["after"]) == ("not_matched, none", "flagged, confirmed, Acme AC-1")
    assert "1 verdict of 2 would be another one" in result.stderr


def test_nothing_is_stored_unless_it_is_asked_for(camcensus: Camcensus, book: Book, signatures: Path) -> None:
    book.sweep(ACME)

    camcensus("rejudge", "--signatures", signatures, "--db", book.db)

    assert len(book.inventory.sweeps()) == 1
    assert [row.status for row in book.inventory.devices()] == ["not_matched"]


def test_stored_it_is_a_sweep_of_its_own_and_the_past_stays(
    camcensus: Camcensus, book: Book, signatures: Path
) -> None:
    book.sweep(camera("10.0.0.5"), ACME)
    book.sweep(ACME)
    before = list(book.inventory.devices())

    result = camcensus("rejudge", "--store", "--signatures", signatures, "--db", book.db)

    assert result.exit_code == 3, result.stderr
    assert "Stored as sweep 3 of depot: 1 re-identified." in result.stderr
    first, second, again = book.inventory.sweeps()
    assert (again.kind, again.plan) == (SweepKind.REJUDGE, {"sweep": second.uuid})
    assert again.coverage is not None
    assert second.coverage is not None
    assert again.coverage.ranges == second.coverage.ranges
    assert again.versions.signatures != second.versions.signatures
    assert [row.verdict for row in book.inventory.findings(sweep=second.number)] == ["not_matched"]
    assert [row.verdict for row in book.inventory.findings(sweep=again.number)] == ["flagged"]
    assert len(list(book.inventory.findings(sweep=first.number))) == 2
    for was, now in zip(before, book.inventory.devices(), strict=True):
        assert (now.missed, now.presence, now.last_seen) == (was.missed, was.presence, was.last_seen)


def test_the_evidence_goes_with_it_and_can_be_judged_once_more(
    camcensus: Camcensus, notebook: Book, signatures: Path
) -> None:
    notebook.sweep(ACME)
    camcensus("rejudge", "--store", "--signatures", signatures, "--db", notebook.db)

    result = camcensus("rejudge", "--signatures", signatures, "--db", notebook.db)

    assert (result.exit_code, result.stdout) == (0, "")
    (finding,) = notebook.inventory.findings(sweep=2)
    assert [one.observations for one in notebook.inventory.evidence(finding.number)] == [ACME]


def test_only_the_latest_sweep_of_a_site_is_stored_anew(
    camcensus: Camcensus, notebook: Book, signatures: Path
) -> None:
    notebook.sweep(ACME)
    notebook.sweep(ACME)

    result = camcensus("rejudge", "--sweep", "1", "--store", "--db", notebook.db)

    assert result.exit_code == 2
    assert "Sweep 1 is not the latest one of depot, so nothing was stored" in result.stderr
    assert len(notebook.inventory.sweeps()) == 2


@pytest.mark.parametrize("reference", ["last", "7"])
def test_a_sweep_that_is_not_there_is_told(camcensus: Camcensus, notebook: Book, reference: str) -> None:
    result = camcensus("rejudge", "--sweep", reference, "--db", notebook.db)

    assert result.exit_code == 2
    assert f"There is no sweep '{reference}'" in result.stderr
