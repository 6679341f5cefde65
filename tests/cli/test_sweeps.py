"""``camcensus sweeps``: when a site was looked at, and how much of it."""

import json

from scanner.inventory.contract import SweepKind, Versions
from tests.cli.conftest import Camcensus
from tests.inventory.building import FIRST_NIGHT, HARBOUR, Book, camera, encoder


def test_every_sweep_tells_what_it_found_and_covered(camcensus: Camcensus, book: Book) -> None:
    book.sweep(camera("10.0.0.5"), encoder())
    book.sweep(encoder(), gaps=("eth1 is down",))

    first, second = map(json.loads, camcensus("sweeps", "--db", book.db).stdout.splitlines())

    assert (first["sweep"], first["site"], first["state"]) == (1, "depot", "finished")
    assert (first["devices"], first["flagged"], first["complete"]) == (2, 1, True)
    assert first["started_at"] == "2026-11-22T02:00:00+00:00"
    assert (second["flagged"], second["complete"]) == (0, False)
    assert second["coverage"] == "254 in scope, 1 answered, 253 silent, 1 examined, incomplete"


def test_a_sweep_that_failed_says_why_and_covers_nothing(camcensus: Camcensus, notebook: Book) -> None:
    site = notebook.inventory.site("depot")
    log = notebook.inventory.begin_sweep(site, SweepKind.SCAN, {}, Versions("0.1.0", "x"))
    log.fail(FIRST_NIGHT, "eth0 has vanished")

    shown = camcensus("sweeps", "--db", notebook.db, "--format", "table", COLUMNS="200").stdout

    assert "failed" in shown and "eth0 has vanished" in shown
    assert "in scope" not in shown


def test_sweeps_of_one_site_are_listed_alone(camcensus: Camcensus, notebook: Book) -> None:
    notebook.add(HARBOUR)
    notebook.sweep(encoder())
    notebook.sweep(encoder(), site="harbour")

    shown = camcensus("sweeps", "--site", "harbour", "--db", notebook.db, "--format", "csv").stdout

    assert [line.split(",")[2] for line in shown.splitlines()] == ["site", "harbour"]


def test_an_unknown_site_lists_the_known_ones(camcensus: Camcensus, notebook: Book) -> None:
    result = camcensus("sweeps", "--site", "dept", "--db", notebook.db)

    assert result.exit_code == 2
    assert "Known are: depot" in result.stderr
