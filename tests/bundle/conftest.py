"""A bundle of a small site, and the inventory that it was made of."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scanner import __version__
from scanner.bundle import place
from scanner.bundle.making import Form, Order, make
from scanner.bundle.sweep import Knowledge, knowledge
from scanner.export.listing import Row
from scanner.export.redaction import Level, Redaction
from scanner.export.row import COLUMNS, SCHEMA_VERSION
from scanner.inventory.contract import FindingRow, Versions
from scanner.matching.database import Database, load
from scanner.model.field import Field
from tests.inventory.building import Book, camera, device, encoder

SITE = """\
schema = 1

[site]
name = "depot"
owner = "Ministry of Works"
location = "12 Long Lane"
contact = "jo@works.example"

[authorisation]
by = "A. Auditor"
until = 2027-03-31
reference = "REF-77"

[[segment]]
name = "cctv"
role = "cctv"
networks = ["10.0.0.0/24"]
"""
KEY = bytes(range(32))


def row_of(finding: FindingRow) -> Row:
    """Return what the inventory knows of a finding under the export's columns."""
    told = {name: getattr(finding, name, None) for name in COLUMNS} | {
        "schema_version": SCHEMA_VERSION,
        "sweep_id": finding.sweep_uuid,
        "device_id": finding.device,
        "change": tuple(kind.value for kind in finding.change),
        "status": finding.presence.value,
    }
    return tuple(told[name] for name in COLUMNS)


@pytest.fixture(scope="session")
def signatures() -> Database:
    return load()


@pytest.fixture
def today(signatures: Database) -> Knowledge:
    """What the sweeps of these tests were judged with."""
    return knowledge(__version__, signatures.version, signatures.registry.published)


@pytest.fixture
def book(database_url: str, signatures: Database) -> Iterator[Book]:
    with Book(database_url, signatures) as made:
        made.versions = Versions(__version__, signatures.version, signatures.registry.published)
        made.add(SITE)
        made.sweep(camera("10.0.0.5"), encoder(), device("10.0.0.20", "02:00:00:00:00:20"))
        made.sweep(
            camera("10.0.0.6", (Field.HTML_TITLE, "=cmd|' /C calc'!A0\x1b[31m")), gaps=("10.0.0.9 is down",)
        )
        yield made


def bundled(
    book: Book, path: Path, level: Level = Level.NONE, sweep: str | None = None, key: bytes = KEY
) -> Path:
    """Make a bundle of the depot and return where it is."""
    site = book.inventory.site("depot")
    sweeps = book.inventory.sweeps("depot") if sweep is None else (book.inventory.sweep(sweep),)
    redaction = Redaction(level, key, place.names(site))
    order = Order(site, sweeps, redaction, __version__, {"program": __version__, "until": date(2026, 11, 22)})
    make(path, book.inventory, order, Form(COLUMNS, row_of))
    return path


@pytest.fixture
def bundle(book: Book, tmp_path: Path) -> Path:
    return bundled(book, tmp_path / "audit.tar")
