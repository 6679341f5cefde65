"""Firmware strings of real devices become version and build date."""

from datetime import date

import pytest

from scanner.matching.firmware import combined, read_build_date, read_firmware
from scanner.model.verdict import Firmware

GRAMMARS = (
    r"^(?P<version>V?[0-9]+\.[0-9]+\.[0-9]+)[ _]*(?:[Bb]uild)?[ _]*(?P<build_date>[0-9]{6})$",
    r"^(?P<version>[0-9]+\.[0-9]{3}\.\w+\.[0-9]+(?:\.R)?)(?:, Build Date: (?P<build_date>[0-9-]+))?$",
)


@pytest.mark.parametrize(
    ("text", "version", "build_date"),
    [
        # Hikvision: SADP, SNMP, CVE records and web pages.
        ("V5.6.2build 190701", "V5.6.2", date(2019, 7, 1)),
        ("V5.5.0 build 170725", "V5.5.0", date(2017, 7, 25)),
        ("V5.7.13_230822", "V5.7.13", date(2023, 8, 22)),
        ("V4.30.096build221220", "V4.30.096", date(2022, 12, 20)),
        # Dahua: DHIP and ONVIF.
        ("2.800.0000000.13.R", "2.800.0000000.13.R", None),
        ("2.400.0000000.16.R, Build Date: 2017-08-31", "2.400.0000000.16.R", date(2017, 8, 31)),
    ],
)
def test_a_device_s_string_gives_its_version_and_date(
    text: str, version: str, build_date: date | None
) -> None:
    assert read_firmware(text, GRAMMARS) == Firmware(version, build_date)


def test_a_string_of_no_grammar_stays_whole() -> None:
    assert read_firmware(" 9.80.1 ", GRAMMARS) == Firmware("9.80.1")
    assert read_firmware("V5.6.2build 190701", ()) == Firmware("V5.6.2build 190701")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("170725", date(2017, 7, 25)),
        ("20170725", date(2017, 7, 25)),
        (" 2017-07-25 ", date(2017, 7, 25)),
        ("050101", date(2005, 1, 1)),
        ("401231", date(2040, 12, 31)),
    ],
)
def test_a_build_date_is_read_in_each_form(text: str, expected: date) -> None:
    assert read_build_date(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "041231", "410101", "19991231", "171325", "230229", "2017-0725", "17-7-25", "1707251", "١٧٠٧٢٥"],
)
def test_an_implausible_date_is_none(text: str) -> None:
    assert read_build_date(text) is None


def test_the_best_candidate_is_dated_by_another_of_the_same_version() -> None:
    found = combined(
        [Firmware("V5.5.0"), Firmware("5.4.0", date(2016, 1, 1)), Firmware("5.5.0", date(2017, 7, 25))]
    )

    assert found == Firmware("V5.5.0", date(2017, 7, 25))


def test_a_date_alone_dates_any_version_and_stands_alone_without_one() -> None:
    alone = Firmware("", date(2017, 7, 25))

    assert combined([alone, Firmware("5.5.0")]) == Firmware("5.5.0", date(2017, 7, 25))
    assert combined([alone]) == alone
    assert combined([]) is None
