"""The one place where a report is put together."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from scanner.cli.running.knowledge import Knowledge
from scanner.matching.database import load
from scanner.matching.oui import Registry, encode
from scanner.model.coverage import Coverage
from tests.export.conftest import COVERAGE

SWEEP_ID = UUID("6f0c9d1e-5b0a-4f0e-9a55-0c2d8f1b7e11")


def covered(knowledge: Knowledge, on: datetime) -> Coverage:
    return knowledge.report(SWEEP_ID, "Depot", (), replace(COVERAGE, started_at=on)).coverage


def test_an_address_registry_that_was_old_on_the_day_of_the_run_is_noted(tmp_path: Path) -> None:
    (tmp_path / "registry.gz").write_bytes(encode({"5850ED": "Hikvision"}, date(2024, 1, 1), "IEEE"))
    database = replace(load(), registry=Registry(tmp_path / "registry.gz"))
    knowledge = Knowledge(database, ())

    early = covered(knowledge, datetime(2024, 1, 2, tzinfo=UTC))
    late = covered(knowledge, datetime(2026, 1, 2, tzinfo=UTC))

    assert early.notes == COVERAGE.notes
    assert "732 days old (2024-01-01)" in late.notes[-1]
    assert late.is_complete == COVERAGE.is_complete
