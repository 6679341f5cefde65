"""Devices against the shipped advisories, and the rules of comparing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from ipaddress import IPv4Address

import pytest

from scanner.matching.database import Database, load
from scanner.matching.firmware import read_firmware
from scanner.model.host import Host
from scanner.model.signature import Maker
from scanner.model.verdict import Firmware, Status, Tier, Verdict
from scanner.policy.advisory import Advisory, Range, Result
from scanner.policy.advisory_file import load_advisories
from scanner.policy.assessment import assess
from scanner.policy.bound import Bound, order
from tests.policy.devices import AFFECTED, FIXED, NOT_LISTED, POSSIBLE, TRIOS, Device, built

CASES = [
    (maker, name, device)
    for maker, trios in TRIOS.items()
    for name, three in trios.items()
    for device in (three.inside, three.outside, three.untold)
]


@pytest.fixture(scope="module")
def database() -> Database:
    return load()


@pytest.fixture(scope="module")
def shipped(database: Database) -> tuple[Advisory, ...]:
    return load_advisories(database)


def verdict_of(device: Device, maker: str, database: Database) -> Verdict:
    rules = database.rules[maker]
    firmware = read_firmware(device.firmware, rules.firmware) if device.firmware else None
    return Verdict(
        Host(IPv4Address("10.0.0.5")),
        Status.FLAGGED,
        Tier.CONFIRMED,
        "",
        maker=rules.maker.name,
        model=device.model,
        device_class=device.device_class,
        firmware=firmware,
    )


def results(
    device: Device, maker: str, database: Database, advisories: tuple[Advisory, ...]
) -> Mapping[str, Result]:
    found = assess(verdict_of(device, maker, database), advisories)
    return {one.advisory.id: one.result for one in found}


@pytest.mark.parametrize(("maker", "name", "device"), CASES, ids=[f"{case[1]} {case[2]}" for case in CASES])
def test_a_device_stands_to_an_advisory(
    maker: str, name: str, device: Device, database: Database, shipped: tuple[Advisory, ...]
) -> None:
    assert results(device, maker, database, shipped).get(name, NOT_LISTED) is device.expected


def test_every_advisory_has_a_device_inside_one_outside_and_one_that_cannot_be_told(
    shipped: tuple[Advisory, ...],
) -> None:
    trios = {name: three for maker in TRIOS.values() for name, three in maker.items()}
    versionless = {one.id for one in shipped if all(within.end is None for within in one.ranges)}

    assert trios.keys() == {advisory.id for advisory in shipped}
    for name, three in trios.items():
        assert three.inside.expected is (POSSIBLE if name in versionless else AFFECTED), name
        assert three.outside.expected in (FIXED, NOT_LISTED), name
        assert three.untold.expected is POSSIBLE, name


# Ranges of the other models and platforms that the tables of CVE-2017-7921 and CVE-2021-36260 list.
@pytest.mark.parametrize(
    ("model", "firmware", "name", "expected"),
    [
        ("DS-2CD2032F-I", "V5.4.0 build 160530", "CVE-2017-7921", AFFECTED),
        ("DS-2CD2032F-I", "V5.2.0 build 140720", "CVE-2017-7921", NOT_LISTED),
        ("DS-2CD2032F-I", "V5.4.4 build 161125", "CVE-2017-7921", POSSIBLE),
        ("DS-2CD2010F-I", "V5.4.0 build 160401", "CVE-2017-7921", AFFECTED),
        ("DS-2CD4125FWD-IZ", "V5.4.0 build 160421", "CVE-2017-7921", AFFECTED),
        ("DS-2DF8223I-AEL", "V5.4.5 build 160928", "CVE-2017-7921", AFFECTED),
        ("DS-2DF8223I-AEL", "V5.4.9 build 170123", "CVE-2017-7921", FIXED),
        ("DS-2CD6362F-I", "V5.3.5 build 160106", "CVE-2017-7921", AFFECTED),
        ("DS-2CD2385G1-I", "V5.4.5 build 170123", "CVE-2017-7921", NOT_LISTED),
        ("DS-2CD2385G1-I", "V5.5.120 build 200604", "CVE-2021-36260", AFFECTED),
        ("DS-2CD2385G1-I", "V5.5.120 build 200605", "CVE-2021-36260", POSSIBLE),
        ("DS-2CD2385G1-I", "V5.7.3 build 210627", "CVE-2021-36260", POSSIBLE),
        ("DS-2CD2385G1-I", "V5.7.3 build 220112", "CVE-2021-36260", FIXED),
        ("DS-2DE4425IW-DE", "V5.7.1 build 210619", "CVE-2021-36260", AFFECTED),
        ("HWI-B120H", "V5.5.160 build 210416", "CVE-2021-36260", POSSIBLE),
        ("DS-7616NI-K2", "V4.30.085 build 200916", "CVE-2021-36260", NOT_LISTED),
        ("DS-7604NI-M1/4P", "V5.01.069", "CVE-2024-29949", AFFECTED),
        ("DS-7604NI-M1/4P", "V5.01.070", "CVE-2024-29949", FIXED),
        ("DS-7608NI-M2/8P", "V5.01.070", "CVE-2024-29949", AFFECTED),
        ("DS-7604NI-K1/4P(B)", "V4.30.096 build 221220", "CVE-2024-29949", AFFECTED),
        ("iDS-7208HQHI-M1/S", "V4.1.59 build 200101", "CVE-2023-28811", NOT_LISTED),
        ("DS-K1T341CMF", "V3.3.179", "CVE-2025-66176", AFFECTED),
        ("DS-K1T341CMF", "V3.7.79", "CVE-2025-66176", FIXED),
        ("DS-7608NXI-I2/8P/S", "V5.02.006 build 250806", "CVE-2025-66177", POSSIBLE),
        ("DS-7608NXI-I2/8P/S", "V5.02.006 build 250807", "CVE-2025-66177", FIXED),
    ],
)
def test_a_hikvision_model_is_held_against_its_own_range(
    model: str,
    firmware: str,
    name: str,
    expected: Result,
    database: Database,
    shipped: tuple[Advisory, ...],
) -> None:
    found = results(Device(model, firmware, expected), "hikvision", database, shipped)

    assert found.get(name, NOT_LISTED) is expected


@pytest.mark.parametrize(
    ("device", "name"),
    [
        (built("IPC-HFW1431S", "2025-04-15", POSSIBLE), "CVE-2025-31700"),
        (built("VTO7541D", "2020-04-30", NOT_LISTED), "CVE-2021-33045"),
        (built("VTH5422HW", "2019-11-30", AFFECTED), "CVE-2021-33045"),
        (built("VTH5422HW", "2019-12-01", POSSIBLE), "CVE-2021-33045"),
        (built("VTH5422HW", "2020-05-01", FIXED), "CVE-2021-33045"),
        (built("TPC-BF5421", "2021-05-31", AFFECTED), "CVE-2021-33044"),
        (Device("IP2M-841B", "2.800.00AC000.0.R.200330", FIXED), "CVE-2020-5735"),
        (Device("IP2M-841B", "2.800.00AC001.0.R.190101", POSSIBLE), "CVE-2020-5735"),
    ],
    ids=str,
)
def test_a_dahua_model_is_held_against_build_dates_and_its_own_branch(
    device: Device, name: str, database: Database, shipped: tuple[Advisory, ...]
) -> None:
    assert results(device, "dahua", database, shipped).get(name, NOT_LISTED) is device.expected


# A rebrand's model is in no list. Its firmware is the maker's, so that in range it is possible, never more.
@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (built("LNB9292B", "2019-08-17", POSSIBLE, "camera"), POSSIBLE),
        (built(None, "2019-08-17", POSSIBLE, "camera"), POSSIBLE),
        (built("LNB9292B", "2019-08-17", POSSIBLE), POSSIBLE),
        (built("LNB9292B", "2019-08-18", NOT_LISTED, "camera"), NOT_LISTED),
        (built("LNB9292B", "2019-08-17", NOT_LISTED, "recorder"), NOT_LISTED),
        (Device("LNB9292B", "2.800.030000000.3.R", NOT_LISTED, "camera"), NOT_LISTED),
        (Device(None, None, NOT_LISTED, "camera"), NOT_LISTED),
        # The maker's own model that the advisory leaves out.
        (built("IPC-HDBW8331E", "2019-08-17", NOT_LISTED, "camera"), NOT_LISTED),
    ],
    ids=str,
)
def test_an_unlisted_model_is_at_most_possible(
    device: Device, expected: Result, database: Database, shipped: tuple[Advisory, ...]
) -> None:
    assert results(device, "dahua", database, shipped).get("CVE-2019-9680", NOT_LISTED) is expected


LISTED = Device("DS-2CD2142FWD-IS", "V5.4.4 build 161125", AFFECTED)


@pytest.mark.parametrize("tier", [Tier.POSSIBLE, Tier.CONFLICTING])
def test_whose_firmware_it_is_must_be_sure(
    tier: Tier, database: Database, shipped: tuple[Advisory, ...]
) -> None:
    hinted = replace(verdict_of(LISTED, "hikvision", database), status=Status.SUSPECTED, tier=tier)

    found = {one.advisory.id: one for one in assess(hinted, shipped)}

    assert found["CVE-2017-7921"].result is POSSIBLE
    assert "not sure" in found["CVE-2017-7921"].reason


def test_another_makers_device_falls_under_none(database: Database, shipped: tuple[Advisory, ...]) -> None:
    camera = verdict_of(LISTED, "hikvision", database)

    assert assess(replace(camera, maker="Axis"), shipped) == ()
    assert assess(replace(camera, maker=None), shipped) == ()


def test_affected_comes_first_and_exploited_before_others() -> None:
    maker, day = Maker("acme", "Acme"), date(2025, 8, 25)

    def advisory(name: str, end: int, kev: date | None = None) -> Advisory:
        within = Range("AC", ("^AC-",), end=Bound((end,)))
        return Advisory(name, maker, "", (within,), (), day, kev_since=kev)

    listed = (advisory("A-1", 1), advisory("A-2", 9), advisory("A-3", 9, day), advisory("A-4", 1, day))
    camera = Verdict(
        Host(IPv4Address("10.0.0.5")),
        Status.OTHER_MAKER,
        Tier.CONFIRMED,
        "",
        maker="Acme",
        model="AC-1",
        firmware=Firmware("5"),
    )

    assert [str(one) for one in assess(camera, listed)] == [
        "A-3 affected",
        "A-2 affected",
        "A-4 fixed",
        "A-1 fixed",
    ]


def test_every_reason_is_one_sentence(database: Database, shipped: tuple[Advisory, ...]) -> None:
    for maker, _, device in CASES:
        for one in assess(verdict_of(device, maker, database), shipped):
            assert one.reason.endswith("."), one.reason
            assert "{" not in one.reason and "\n" not in one.reason


@pytest.mark.parametrize(
    ("seen", "bound", "expected"),
    [
        (Bound((4, 30, 85)), Bound((4, 30, 96)), -1),
        (Bound((5, 4)), Bound((5, 4, 0)), 0),
        (Bound((5, 10, 0)), Bound((5, 9, 9)), 1),
        (Bound((5, 4, 0), date(2016, 5, 31)), Bound((5, 4, 0), date(2016, 5, 30)), 1),
        # The triple first: a later build of a lower version is before.
        (Bound((5, 3, 9), date(2020, 1, 1)), Bound((5, 4, 0), date(2016, 5, 30)), -1),
        (Bound((5, 4, 0)), Bound((5, 4, 0), date(2016, 5, 30)), None),
        (Bound((5, 3, 9)), Bound((5, 4, 0), date(2016, 5, 30)), -1),
        (Bound(), Bound((5, 4, 0)), None),
        (Bound((18,), branch="2.420.ac00"), Bound((18,), branch="2.520.ac00"), None),
        (Bound((18,), date(2020, 1, 1), "2.420.ac00"), Bound(build_date=date(2020, 1, 2)), -1),
        (Bound((18,), branch="2.420.ac00"), Bound(build_date=date(2020, 1, 2)), None),
    ],
)
def test_firmware_is_ordered_only_where_the_maker_orders_it(
    seen: Bound, bound: Bound, expected: int | None
) -> None:
    assert order(seen, bound) == expected
