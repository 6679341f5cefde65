"""Matches are ranked and made into one case for each maker."""

from collections.abc import Callable

from scanner.matching.database import Database
from scanner.matching.weighing import cases, ranked
from scanner.model.field import Field
from scanner.model.observation import Observation, Via
from scanner.model.signature import Match
from scanner.model.verdict import Tier

Observe = Callable[..., Observation]


def matches(database: Database, *seen: Observation) -> list[Match]:
    return [match for observation in seen for match in database.engine.matches(observation)]


def test_stronger_rules_come_first_then_better_ways_of_seeing(database: Database, observe: Observe) -> None:
    found = matches(
        database,
        observe(Field.HTTP_REALM, "DS-1"),
        observe(Field.HTTP_SERVER, "DNVRS-Webs"),
        observe(Field.SADP_MODEL, "DS-1", Via.MULTICAST),
        observe(Field.DHIP_MODEL, "IPC", Via.UNICAST),
    )

    ids = [match.signature.id for match in ranked(found)]

    assert ids == ["dahua-dhip-model", "hikvision-sadp", "hikvision-http-server", "hikvision-realm"]


def test_a_repeated_value_is_kept_once_as_it_was_best_seen(database: Database, observe: Observe) -> None:
    seen = [
        observe(Field.SADP_MODEL, "DS-1", Via.MULTICAST),
        observe(Field.SADP_MODEL, "DS-1", Via.UNICAST),
        observe(Field.SADP_MODEL, "DS-2", Via.MULTICAST),
    ]

    kept = ranked(matches(database, *seen))

    assert [(match.observation.value, match.observation.via) for match in kept] == [
        ("DS-1", Via.UNICAST),
        ("DS-2", Via.MULTICAST),
    ]


def test_the_better_made_case_comes_first(database: Database, observe: Observe) -> None:
    found = matches(
        database,
        observe(Field.HTTP_REALM, "DS-1"),
        observe(Field.HTTP_REALM, "AXIS_1"),
        observe(Field.DHIP_MODEL, "IPC", Via.UNICAST),
    )

    made = cases(ranked(found), database.makers)

    assert [(case.maker.id, case.tier) for case in made] == [
        ("dahua", Tier.CONFIRMED),
        ("axis", Tier.PROBABLE),
        ("hikvision", Tier.POSSIBLE),
    ]
    assert [case.is_positive for case in made] == [True, True, False]


def test_equal_hints_are_ordered_by_their_makers_ids(database: Database, observe: Observe) -> None:
    found = matches(
        database,
        observe(Field.HTTP_REALM, "DS-1"),
        observe(Field.OUI_REGISTRANT, "Axis Communications AB", Via.LINK),
    )

    assert [case.maker.id for case in cases(ranked(found), database.makers)] == ["axis", "hikvision"]
