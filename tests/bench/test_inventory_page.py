"""The section of the page on the inventory: both databases side by side."""

from bench.inventory import Answer, Result, Row
from bench.page import inventory_section


def row(database: str, night_s: float, export_s: float) -> Row:
    answers = Answer("`devices`", 250, 0.51, 46.0), Answer("`export` of one sweep", 65_000, export_s, 52.0)
    return Row(database, night_s, 31.0, 2048.0, answers)


def test_writing_and_answers_are_told_for_each_database() -> None:
    result = Result(1000, 250, 65_000, 20.0, (row("SQLite", 0.1, 2.1), row("PostgreSQL", 0.2, 2.4)))

    text = "\n".join(inventory_section(result))

    assert "1,000 sweeps of 250 devices" in text
    assert "250,000 rows of history" in text
    assert "| Writing | SQLite | PostgreSQL |\n|---|---|---|\n| Sweeps per second | 10.0 | 5.0 |" in text
    assert "| Rows per second | 2,500 | 1,250 |" in text
    assert "as a share of the 20.0 s that it took on the network | 0.5% | 1.0% |" in text
    assert "| `export` of one sweep | 65,000 | PostgreSQL | 2.40 | 52 |" in text
