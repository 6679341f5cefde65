"""What other people's devices answered, by the signatures as shipped."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.intake.corpus import read
from scanner.matching.database import Database, load
from scanner.matching.score import Record, score, total
from scanner.matching.verdict import judge
from scanner.model.verdict import Status

RECORDS = Path(__file__).parents[1] / "captures" / "held_out" / "records.jsonl"
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

LABELLED = list(read(RECORDS.read_bytes().splitlines(), AT))
TELLING = [labelled.record for labelled in LABELLED if labelled.is_strict]
# Values that name no maker by themselves.
WEAK = [labelled.record for labelled in LABELLED if not labelled.is_strict]


@pytest.fixture(scope="module")
def database() -> Database:
    return load()


@pytest.mark.parametrize("maker", ["hikvision", "dahua"])
def test_every_device_is_flagged_by_one_answer(maker: str, database: Database) -> None:
    tally = total(score(TELLING, database), maker)

    assert [judged.record.id for judged in tally.misses] == []
    assert len(tally.hits) > 40


@pytest.mark.parametrize("maker", ["hikvision", "dahua"])
def test_no_device_of_another_maker_is_flagged(maker: str, database: Database) -> None:
    tally = total(score(TELLING, database), maker)

    assert [judged.record.id for judged in tally.false_hits] == []


@pytest.mark.parametrize("record", WEAK, ids=[record.id for record in WEAK])
def test_what_names_nobody_is_suspected(record: Record, database: Database) -> None:
    verdict = judge(record.observations[0].host, record.observations, database)

    assert verdict.status is Status.SUSPECTED
