"""Paper and inventory held against each other: what is whose, and what can be said of the rest."""

import random
from collections import Counter
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from scanner.inventory.contract import DeviceRow
from scanner.model.coverage import Coverage
from scanner.model.device import Presence
from scanner.model.scope import Range
from scanner.reconcile.asset import Asset
from scanner.reconcile.matching import Entry, Outcome, reconcile

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
# As SADP replies write it: the model, the day, then the nine characters that stand on the label.
SERIAL = "DS-2CD2032-I20150101AACH507412345"


def device(
    number: int = 1,
    address: str = "10.0.0.5",
    model: str = "DS-2CD2032-I",
    mac: str = "",
    serial: str = "",
    segment: str = "cctv",
    maker: str = "Hikvision",
    brand: str = "",
    presence: Presence = Presence.PRESENT,
) -> DeviceRow:
    macs = (mac,) if mac else ()
    serials = (serial,) if serial else ()
    seen = (AT, AT, "flagged", maker, brand, model, "V5.5.0", serial, serials)
    return DeviceRow(number, "depot", segment, address, macs, presence, 0, *seen)


def covered(*networks: str, gaps: tuple[str, ...] = ()) -> Coverage:
    ranges = tuple(Range.hosts_of(ip_network(network)) for network in networks or ("10.0.0.0/24",))
    return Coverage(AT, AT, 254, 1, 1, gaps=gaps, ranges=ranges)


def told(
    assets: list[Asset], devices: list[DeviceRow], coverage: Coverage | None = None
) -> list[tuple[str, int | None, int | None]]:
    return [
        (
            entry.outcome.value,
            entry.asset.line if entry.asset else None,
            entry.device.number if entry.device else None,
        )
        for entry in entries(assets, devices, coverage)
    ]


def entries(assets: list[Asset], devices: list[DeviceRow], coverage: Coverage | None = None) -> list[Entry]:
    return list(reconcile(assets, devices, coverage or covered()))


@pytest.mark.parametrize(
    "asset",
    [
        Asset(2, serial=SERIAL),
        Asset(2, serial="ds 2cd2032 i 20150101 aach 507412345"),
        Asset(2, serial="507412345"),
        Asset(2, mac="c0:56:e3:7a:31:02"),
        Asset(2, address="10.0.0.5"),
        Asset(2, address="10.0.0.5", model="Hikvision DS-2CD2032-I 4mm bullet"),
        Asset(2, model="DS2CD2032I", location="CCTV network"),
        Asset(2, model="ds-2cd2032-i"),
    ],
)
def test_a_line_is_the_device_by_number_address_or_model(asset: Asset) -> None:
    assert told([asset], [device(mac="c0:56:e3:7a:31:02", serial=SERIAL)]) == []


def test_the_serial_number_tells_more_than_the_address() -> None:
    first, second = device(1, "10.0.0.5", serial="AAAA11112222"), device(2, "10.0.0.6", serial="BBBB11112222")

    found = entries([Asset(2, address="10.0.0.5", serial="BBBB11112222")], [first, second])

    assert [(entry.outcome, entry.differing) for entry in found] == [
        (Outcome.DIFFERS, ("address: 10.0.0.5, found 10.0.0.6",)),
        (Outcome.NOT_ON_PAPER, ()),
    ]


def test_an_end_that_two_devices_share_names_neither() -> None:
    devices = [device(1, serial="A-507412345"), device(2, "10.0.0.6", serial="B-507412345")]

    assert told([Asset(2, serial="507412345")], devices) == [
        ("not found", 2, None),
        ("not on paper", None, 1),
        ("not on paper", None, 2),
    ]


def test_model_maker_and_place_differ() -> None:
    asset = Asset(2, serial=SERIAL, maker="Axis", model="DS-2CD2132-I", location="Quay west")
    devices = [device(serial=SERIAL), device(2, "10.0.0.9", segment="quay", model="")]

    found = entries([asset], devices)

    assert found[0].differing == (
        "model: DS-2CD2132-I, found DS-2CD2032-I",
        "maker: Axis, found Hikvision",
        "location: Quay west, found in cctv",
    )
    assert found[0].reason == "Known by its serial number."


def test_the_label_of_a_rebrand_is_no_difference() -> None:
    rebrand = device(serial=SERIAL, brand="Lorex", maker="Dahua")

    assert told([Asset(2, serial=SERIAL, maker="Lorex")], [rebrand]) == []


def test_words_that_name_no_segment_are_no_difference() -> None:
    assert told([Asset(2, serial=SERIAL, location="second floor, lobby")], [device(serial=SERIAL)]) == []


def test_a_replaced_device_is_told_by_its_number() -> None:
    asset = Asset(2, address="10.0.0.5", model="DS-2CD2032-I", serial="999999999")

    found = entries([asset], [device(serial=SERIAL)])

    assert [entry.differing for entry in found] == [(f"serial: 999999999, found {SERIAL}",)]


def test_another_model_at_the_address_is_another_device() -> None:
    found = entries([Asset(2, address="10.0.0.5", model="M3046-V")], [device()])

    assert [(entry.outcome, entry.reason) for entry in found] == [
        (
            Outcome.NOT_FOUND,
            "At its address stands device 1 (Hikvision DS-2CD2032-I), which is another one.",
        ),
        (Outcome.NOT_ON_PAPER, "No line of the list fits it."),
    ]


def test_numbers_that_differ_outweigh_a_like_model() -> None:
    asset = Asset(2, model="DS-2CD2032-I", serial="999999999")

    assert told([asset], [device(serial=SERIAL)]) == [("not found", 2, None), ("not on paper", None, 1)]


def test_ten_of_a_model_on_paper_and_eight_found() -> None:
    assets = [Asset(2 + n, model="DS-2CD2032-I") for n in range(10)]
    devices = [device(n, f"10.0.0.{n}") for n in range(1, 9)]

    assert told(assets, devices) == [("not found", 10, None), ("not found", 11, None)]


def test_like_models_go_first_to_the_place_on_paper() -> None:
    assets = [Asset(2, model="DS-2CD2032-I"), Asset(3, model="DS-2CD2032-I", location="quay")]
    devices = [device(1, segment="quay"), device(2, "10.0.0.6", segment="cctv")]

    assert told(assets, devices) == []


def test_a_device_that_is_on_paper_twice_is_said() -> None:
    found = entries([Asset(2, serial=SERIAL), Asset(3, serial=SERIAL)], [device(serial=SERIAL)])

    assert [(entry.outcome, entry.reason) for entry in found] == [
        (Outcome.TWICE, "By its serial number it is device 1, which line 2 is already.")
    ]


@pytest.mark.parametrize(
    ("presence", "reason"),
    [
        (Presence.GONE, "It is gone: by its serial number it is device 1, last seen on 2026-11-22."),
        (
            Presence.SILENT,
            "The last sweep that covered its place did not meet it: by its serial number it is device 1, "
            "last seen on 2026-11-22.",
        ),
    ],
)
def test_what_was_there_once_is_not_found_with_its_last_day(presence: Presence, reason: str) -> None:
    found = entries([Asset(2, serial=SERIAL)], [device(serial=SERIAL, presence=presence)])

    assert [(entry.outcome, entry.reason) for entry in found] == [(Outcome.NOT_FOUND, reason)]


def test_what_is_gone_is_not_missed_on_paper() -> None:
    assert told([], [device(presence=Presence.GONE)]) == []


@pytest.mark.parametrize(
    ("asset", "coverage", "outcome", "reason"),
    [
        (Asset(2, address="10.0.0.7"), covered(), "not found", "covered its address and met nothing there"),
        (Asset(2, address="10.0.9.7"), covered(), "cannot tell", "did not cover its address"),
        (Asset(2, serial="X"), covered(), "not found", "None of the devices at the 254 addresses"),
        (Asset(2, serial="X"), covered(gaps=("eth1 is down",)), "cannot tell", "did not look at all"),
        (Asset(2, address="rack 4"), covered("10.0.0.0/30"), "not found", "at the 2 addresses"),
    ],
)
def test_only_what_was_sought_is_not_found(
    asset: Asset, coverage: Coverage, outcome: str, reason: str
) -> None:
    found = entries([asset], [], coverage)

    assert [entry.outcome for entry in found] == [outcome]
    assert reason in found[0].reason


def test_a_sweep_that_only_listened_cannot_tell() -> None:
    nothing = Coverage(AT, AT, 0, 0, 0)

    assert told([Asset(2, serial="X"), Asset(3, address="10.0.0.1")], [], nothing) == [
        ("cannot tell", 2, None),
        ("cannot tell", 3, None),
    ]


def test_of_thousands_against_thousands_none_is_told_twice() -> None:
    chance = random.Random(6)

    def model() -> str:
        return f"DS-2CD{chance.randrange(300):04d}-I"

    assets = [Asset(n, model=model(), location=chance.choice(["cctv", "quay"])) for n in range(2, 5002)]
    devices = [device(n, f"10.0.{n // 250}.{n % 250}", model=model()) for n in range(5000)]

    found = entries(assets, devices)

    outcomes = Counter(entry.outcome for entry in found)
    assert outcomes.keys() == {Outcome.NOT_FOUND, Outcome.NOT_ON_PAPER, Outcome.DIFFERS}
    # There are as many lines as devices.
    assert outcomes[Outcome.NOT_FOUND] == outcomes[Outcome.NOT_ON_PAPER]
    assert max(Counter(entry.asset.line for entry in found if entry.asset).values()) == 1
    assert max(Counter(entry.device.number for entry in found if entry.device).values()) == 1
