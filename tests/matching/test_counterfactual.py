"""What would have changed a verdict, and what one lacks."""

from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from scanner.matching.counterfactual import alternatives, breaking_point, missing
from scanner.matching.database import Database, load
from scanner.matching.verdict import judge
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Observation, Via
from scanner.model.verdict import Status, Tier, Verdict

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CAMERA = Host(ip_address("10.0.0.5"), "58:50:ed:1f:e3:85")  # a block registered for Hangzhou Hikvision
MAC = Fact(Field.MAC, "58:50:ed:1f:e3:85").seen(CAMERA, "arp", Via.LINK, AT)
SERVER = Fact(Field.HTTP_SERVER, "DNVRS-Webs").seen(CAMERA, "landing", Via.CONNECTION, AT)
ANNOUNCED = Fact(Field.SADP_MODEL, "DS-2CD2385G1-I").seen(CAMERA, "sadp", Via.MULTICAST, AT)
UNKNOWN = Fact(Field.HTTP_SERVER, "Unheard-Of/1.0").seen(CAMERA, "landing", Via.CONNECTION, AT)
OTHER_MAC = Fact(Field.MAC, "00:40:8c:00:00:09").seen(CAMERA, "arp", Via.LINK, AT)  # a block of Axis


@pytest.fixture(scope="module")
def database() -> Database:
    return load()


def verdict_on(database: Database, *seen: Observation) -> Verdict:
    return judge(CAMERA, seen, database)


def test_each_piece_that_is_more_than_a_hint_is_left_out_once(database: Database) -> None:
    seen = (SERVER, SERVER, MAC)
    found = list(alternatives(CAMERA, seen, database, verdict_on(database, *seen)))

    assert [(one.field, one.verdict.status, one.verdict.tier) for one in found] == [
        (Field.HTTP_SERVER, Status.FLAGGED, Tier.PROBABLE),
        (Field.OUI_REGISTRANT, Status.FLAGGED, Tier.CONFIRMED),
    ]


def test_without_everything_that_speaks_for_a_maker_nothing_is_left(database: Database) -> None:
    seen = (SERVER, ANNOUNCED)
    point = breaking_point(CAMERA, seen, database, verdict_on(database, *seen))

    assert point is not None
    assert (point[0], point[1].tier) == (1, Tier.PROBABLE)


def test_a_host_without_matches_has_nothing_to_leave_out(database: Database) -> None:
    verdict = verdict_on(database, UNKNOWN)

    assert list(alternatives(CAMERA, (UNKNOWN,), database, verdict)) == []
    assert breaking_point(CAMERA, (UNKNOWN,), database, verdict) is None


@pytest.mark.parametrize(
    ("seen", "lacking"),
    [
        ((SERVER,), ""),
        ((MAC,), "a strong one of another layer than link (discovery, web, stream, tls, service)"),
        ((ANNOUNCED,), "the device itself must answer"),
        ((OTHER_MAC, UNKNOWN), "there are weak ones only"),
        ((ANNOUNCED, OTHER_MAC), "somebody must look at the device"),
        ((), "nothing answered"),
    ],
)
def test_what_is_missing_for_certainty_is_one_sentence(
    seen: tuple[Observation, ...], lacking: str, database: Database
) -> None:
    told = missing(verdict_on(database, *seen), database)

    assert lacking in told
    assert bool(told) is bool(lacking)
