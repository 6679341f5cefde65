"""Labelled records are scored per channel and maker."""

from collections.abc import Callable

import pytest

from scanner.matching.database import Database
from scanner.matching.score import Record, score, total
from scanner.model.field import Field
from scanner.model.observation import Observation, Via

Observe = Callable[..., Observation]


def test_hits_misses_and_false_hits_are_told_apart(database: Database, observe: Observe) -> None:
    records = [
        Record("hit", "http.server", "hikvision", (observe(Field.HTTP_SERVER, "DNVRS-Webs"),)),
        Record("miss", "http.server", "hikvision", (observe(Field.HTTP_SERVER, "nginx"),)),
        Record("unread", "http.server", "hikvision", ()),
        Record("false", "http.server", "other", (observe(Field.HTTP_SERVER, "DNVRS-Webs"),)),
        Record("right", "http.server", "other", (observe(Field.HTTP_SERVER, "nginx"),)),
        Record("unknown", "http.server", None, (observe(Field.HTTP_SERVER, "DNVRS-Webs"),)),
    ]

    tally = score(records, database)["http.server", "hikvision"]

    assert [judged.record.id for judged in tally.hits] == ["hit"]
    assert [judged.record.id for judged in tally.misses] == ["miss", "unread"]
    assert [judged.record.id for judged in tally.false_hits] == ["false"]
    assert tally.recall == pytest.approx(1 / 3)
    assert tally.precision == 0.5


def test_one_target_taken_for_the_other_is_a_miss_and_a_false_hit(
    database: Database, observe: Observe
) -> None:
    tallies = score(
        [Record("x", "dhip", "hikvision", (observe(Field.DHIP_MODEL, "A", Via.UNICAST),))], database
    )

    assert tallies["dhip", "hikvision"].recall == 0
    assert tallies["dhip", "dahua"].precision == 0
    assert tallies["dhip", "dahua"].recall is None


def test_what_is_only_suspected_is_a_miss(database: Database, observe: Observe) -> None:
    tallies = score([Record("x", "realm", "hikvision", (observe(Field.HTTP_REALM, "DS-1"),))], database)

    assert (tallies["realm", "hikvision"].recall, tallies["realm", "hikvision"].precision) == (0, None)


def test_totals_go_over_all_channels(database: Database, observe: Observe) -> None:
    records = [
        Record("a", "http.server", "hikvision", (observe(Field.HTTP_SERVER, "DNVRS-Webs"),)),
        Record("b", "realm", "hikvision", (observe(Field.HTTP_REALM, "x"),)),
    ]

    assert total(score(records, database), "hikvision").recall == 0.5
