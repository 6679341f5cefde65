"""Firmware strings of real devices, read by the shipped grammars of their maker."""

from datetime import date

import pytest

from scanner.matching.database import Database, load
from scanner.matching.firmware import read_firmware, read_numbers
from scanner.model.verdict import Firmware


@pytest.fixture(scope="module")
def database() -> Database:
    return load()


@pytest.mark.parametrize(
    ("text", "version", "build_date", "numbers"),
    [
        # SADP.
        ("V5.6.2build 190701", "V5.6.2", date(2019, 7, 1), (5, 6, 2)),
        ("V3.5.38build191215", "V3.5.38", date(2019, 12, 15), (3, 5, 38)),
        # SNMP and advisories.
        ("V5.10.0 build 260519", "V5.10.0", date(2026, 5, 19), (5, 10, 0)),
        ("V5.5.0 build 170725", "V5.5.0", date(2017, 7, 25), (5, 5, 0)),
        # ISAPI, its two fields joined; an encoder; a boot version.
        ("V5.7.17 build 240606", "V5.7.17", date(2024, 6, 6), (5, 7, 17)),
        ("V7.3", "V7.3", None, (7, 3)),
        ("V1.3.4 100316", "V1.3.4", date(2010, 3, 16), (1, 3, 4)),
        # Names of firmware packages.
        ("V5.8.30_241224", "V5.8.30", date(2024, 12, 24), (5, 8, 30)),
        ("5.5.820_220520", "5.5.820", date(2022, 5, 20), (5, 5, 820)),
        ("V4.30.303_Build_220623", "V4.30.303", date(2022, 6, 23), (4, 30, 303)),
        ("IPCK_E7_EN_STD_5.5.120_200604", "5.5.120", date(2020, 6, 4), (5, 5, 120)),
        # CVE records.
        ("V5.7.13_230822", "V5.7.13", date(2023, 8, 22), (5, 7, 13)),
        ("V4.30.096build221220", "V4.30.096", date(2022, 12, 20), (4, 30, 96)),
        ("V1.4.0_build221212", "V1.4.0", date(2022, 12, 12), (1, 4, 0)),
        # Web pages.
        ("V4.0.1build171121", "V4.0.1", date(2017, 11, 21), (4, 0, 1)),
        ("3.1.3.131126", "3.1.3", date(2013, 11, 26), (3, 1, 3)),
        # Recorders fill up with zeros.
        ("4.30.085", "4.30.085", None, (4, 30, 85)),
    ],
)
def test_a_hikvision_string_gives_version_date_and_numbers(
    text: str, version: str, build_date: date | None, numbers: tuple[int, ...], database: Database
) -> None:
    firmware = read_firmware(text, database.rules["hikvision"].firmware)

    assert firmware == Firmware(version, build_date)
    assert read_numbers(firmware) == numbers


@pytest.mark.parametrize(
    ("text", "version", "build_date", "branch", "numbers"),
    [
        ("2.400.0.8", "2.400.0.8", None, "2.400.0", (8,)),
        (
            "2.400.0000000.16.R, Build Date: 2017-08-31",
            "2.400.0000000.16.R",
            date(2017, 8, 31),
            "2.400.0000000",
            (16,),
        ),
        (
            "2.800.0000000.31.R, Build Date: 2021-03-04",
            "2.800.0000000.31.R",
            date(2021, 3, 4),
            "2.800.0000000",
            (31,),
        ),
        # ONVIF, without the colon.
        (
            "2.800.0000000.4.R, Build Date 2019-11-05",
            "2.800.0000000.4.R",
            date(2019, 11, 5),
            "2.800.0000000",
            (4,),
        ),
        ("2.800.0000000.13.R", "2.800.0000000.13.R", None, "2.800.0000000", (13,)),
        ("2.800.0000018.0.R", "2.800.0000018.0.R", None, "2.800.0000018", (0,)),
        # Buyers: Lorex, BCS, Intelbras, Amcrest, CP Plus.
        ("2.800.030000000.3.R", "2.800.030000000.3.R", None, "2.800.030000000", (3,)),
        ("2.800.106F004.0.R", "2.800.106F004.0.R", None, "2.800.106F004", (0,)),
        ("2.000.00IB004.0.R", "2.000.00IB004.0.R", None, "2.000.00IB004", (0,)),
        ("2.420.AC00.18.R", "2.420.AC00.18.R", None, "2.420.AC00", (18,)),
        (
            "2.623.00AC004.0.R.200316",
            "2.623.00AC004.0.R",
            date(2020, 3, 16),
            "2.623.00AC004",
            (0,),
        ),
        (
            "2.800.00AC000.0.R.200330",
            "2.800.00AC000.0.R",
            date(2020, 3, 30),
            "2.800.00AC000",
            (0,),
        ),
        (
            "4.000.00AC000.0.R.200218",
            "4.000.00AC000.0.R",
            date(2020, 2, 18),
            "4.000.00AC000",
            (0,),
        ),
        ("2.420.AC00.18.R.20200217", "2.420.AC00.18.R", date(2020, 2, 17), "2.420.AC00", (18,)),
        (
            "V4.001.00AT009.0.R,build:2019-06-11",
            "V4.001.00AT009.0.R",
            date(2019, 6, 11),
            "4.001.00AT009",
            (0,),
        ),
        # Recorders and door stations.
        ("2.608.0000.0", "2.608.0000.0", None, "2.608.0000", (0,)),
        ("2.608.GV00.0", "2.608.GV00.0", None, "2.608.GV00", (0,)),
        ("3.120.0000.0.R", "3.120.0000.0.R", None, "3.120.0000", (0,)),
        ("3.210.1.4", "3.210.1.4", None, "3.210.1", (4,)),
        ("3.212.0000.1", "3.212.0000.1", None, "3.212.0000", (1,)),
        ("4.000.0000002.11", "4.000.0000002.11", None, "4.000.0000002", (11,)),
        ("4.002.0000000.8.R", "4.002.0000000.8.R", None, "4.002.0000000", (8,)),
        # ONVIF.
        (
            "2.420.Dahua 00.14.R, build: 2016-06-18",
            "2.420.Dahua 00.14.R",
            date(2016, 6, 18),
            "2.420.Dahua 00",
            (14,),
        ),
    ],
)
def test_a_dahua_string_gives_version_date_branch_and_number(
    text: str,
    version: str,
    build_date: date | None,
    branch: str,
    numbers: tuple[int, ...],
    database: Database,
) -> None:
    firmware = read_firmware(text, database.rules["dahua"].firmware)

    assert firmware == Firmware(version, build_date, branch)
    assert read_numbers(firmware) == numbers


@pytest.mark.parametrize("version", ["", "IP Camera", "5.4.5-beta", "1234567.1", "1..2", "1.2.3.4.5.6.7"])
def test_what_is_no_row_of_numbers_has_none(version: str) -> None:
    assert read_numbers(Firmware(version)) == ()
