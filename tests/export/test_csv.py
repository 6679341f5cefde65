"""CSV, schema version 3."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.export import CSV, Report
from scanner.export.csv import FORMULA_STARTS, cell
from scanner.model.host import Host
from scanner.model.signature import Match
from scanner.model.verdict import Firmware, Status, Tier, Verdict
from scanner.policy.advisory import AdvisoryResult
from tests.export.conftest import ADDRESS
from tests.export.hostile import HOSTILE, is_harmless

MakeReport = Callable[..., Report]
Listed = dict[Host, tuple[AdvisoryResult, ...]]

HEADER = (
    "schema_version,sweep_id,site,segment,address,mac,mac_vendor,hostname,verdict,tier,maker,brand,model,"
    "device_class,firmware_version,firmware_build_date,serial,open_ports,evidence,reason,observed_at,"
    "advisories,device_id,first_seen,last_seen,change,status,policies,actions_due,deadline,lifecycle,owner\r\n"
)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_columns_of_a_known_camera(flagged: Verdict, make_report: MakeReport) -> None:
    assert "".join(CSV.lines(make_report(flagged))) == (
        HEADER + "3,6f0c9d1e-5b0a-4f0e-9a55-0c2d8f1b7e11,Depot,10.0.0.0/24,10.0.0.5,58:50:ed:1f:e3:85,"
        '"Hangzhou Hikvision Digital Technology Co.,Ltd.",cam-7,flagged,confirmed,Hikvision,EZVIZ,'
        "DS-2CD2032-I,camera,V5.4.5,2017-01-23,DS-2CD2032-I20150101AACH000000000,80/tcp; 554/tcp,"
        "http_header.server=DNVRS-Webs,Hikvision confirmed: Server line of the web interface.,"
        "2026-11-22T02:00:03+00:00,,,,,,,,,,,\r\n"
    )


def test_what_is_not_known_is_an_empty_cell(make_report: MakeReport) -> None:
    silent = Verdict(Host(ADDRESS), Status.NOT_ASSESSED, Tier.NONE, "nothing answered")

    header, row = rows("".join(CSV.lines(make_report(silent, site=""))))

    told = {name: value for name, value in zip(header, row, strict=True) if value}
    assert told == {
        "schema_version": "3",
        "sweep_id": "6f0c9d1e-5b0a-4f0e-9a55-0c2d8f1b7e11",
        "address": "10.0.0.5",
        "verdict": "not_assessed",
        "tier": "none",
        "reason": "nothing answered",
        "observed_at": "2026-11-22T02:00:20+00:00",
    }


def test_listed_advisories_have_a_cell(flagged: Verdict, make_report: MakeReport, listed: Listed) -> None:
    report = replace(make_report(flagged, flagged), advisories=listed)

    header, row, _ = rows("".join(CSV.lines(report)))
    assert row[header.index("advisories")] == "CVE-2021-36260 affected; CVE-2017-7921 fixed"


def test_a_sweep_that_met_nobody_is_a_header(make_report: MakeReport) -> None:
    assert "".join(CSV.lines(make_report())) == HEADER


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_cell(text: str, flagged: Verdict, make_report: MakeReport) -> None:
    firmware = Firmware(text)
    verdict = replace(flagged, model=text, hostname=text, serial=text, reason=text, firmware=firmware)

    written = "".join(CSV.lines(make_report(verdict, site=text)))

    assert is_harmless(written)
    assert [len(row) for row in rows(written)] == [32, 32]
    assert not any(value.lstrip().startswith(FORMULA_STARTS) for value in rows(written)[1])


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("  @x", "'  @x"),
        ("＝1+1", "'＝1+1"),
        ("\t=1+1", r"\x09=1+1"),
        ("1=1", "1=1"),
        ("-", "'-"),
        ("", ""),
    ],
)
def test_a_formula_becomes_text(sent: str, shown: str) -> None:
    assert cell(sent) == shown


@given(st.text())
def test_no_cell_is_ever_a_formula_or_a_control_sequence(text: str) -> None:
    shown = cell(text)

    assert shown.isprintable()
    assert not shown.lstrip().startswith(FORMULA_STARTS)


def test_evidence_is_the_three_strongest_values_each_once(
    flagged: Verdict, make_report: MakeReport, make_match: Callable[..., Match]
) -> None:
    values = ("first", "first", "second", "third", "fourth")
    verdict = replace(flagged, matches=tuple(make_match(value) for value in values))

    header, row = rows("".join(CSV.lines(make_report(verdict))))

    evidence = row[header.index("evidence")]
    assert evidence == "http_header.server=first; http_header.server=second; http_header.server=third"


def test_long_evidence_is_shortened(
    flagged: Verdict, make_report: MakeReport, make_match: Callable[..., Match]
) -> None:
    verdict = replace(flagged, matches=(make_match("x" * 5000),))

    header, row = rows("".join(CSV.lines(make_report(verdict))))

    assert len(row[header.index("evidence")]) == 120
    assert row[header.index("evidence")].endswith("x…")


def test_a_host_without_an_address_is_known_by_its_name(make_report: MakeReport) -> None:
    named = Verdict(Host(ADDRESS.__class__(0), name="lobby cam"), Status.NOT_MATCHED, Tier.NONE, "")

    header, row = rows("".join(CSV.lines(make_report(named))))

    assert row[header.index("address")] == "lobby cam"
