"""A census in CSV, taken in again, also by way of a spreadsheet."""

import csv
import io
from datetime import UTC, datetime
from ipaddress import ip_address
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import NotThisKind
from scanner.export.csv import FORMULA_STARTS, cell, lines
from scanner.export.escape import LIST_SEPARATOR, escape
from scanner.export.report import Report
from scanner.intake import findings_csv, nmap_file
from scanner.intake.findings_csv import KIND, evidence, unescaped, unneutralised
from scanner.matching.database import Database, load
from scanner.matching.verdict import judge
from scanner.model.coverage import Coverage
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.verdict import Tier, Verdict
from tests.intake.telling import incidents, sample, sightings, told, values

AT = datetime(2026, 11, 22, 9, 30, 1, tzinfo=UTC)
CAMERA = Host(ip_address("10.0.0.5"), "58:50:ed:1f:e3:85", segment="vlan 12")
HEADER = "schema_version,sweep_id,site,segment,address,mac,hostname,tier,open_ports,evidence,observed_at\r\n"


@pytest.fixture(scope="module")
def database() -> Database:
    return load()


def census(*verdicts: Verdict) -> str:
    return "".join(lines(Report(UUID(int=1), "Depot", verdicts, Coverage(AT, AT, 1, 1, 1))))


def row(evidence: str = "", tier: str = "confirmed", version: str = "1", address: str = "10.0.0.5") -> str:
    cells = (version, "id", "Depot", "", address, "", "", tier, "", evidence, "2026-11-22T09:30:01+00:00")
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def test_makers_ports_and_addresses_survive_a_census_in_csv(database: Database) -> None:
    first = [
        judge(each.host, each.observations, database)
        for each in sightings(told(nmap_file.KIND, sample("nmap-scripts.xml")))
    ]

    everything = told(KIND, census(*first))
    again = [judge(each.host, each.observations, database) for each in sightings(everything)]

    assert incidents(everything) == []
    assert [verdict.maker for verdict in again] == [verdict.maker for verdict in first]
    assert [verdict.open_ports for verdict in again] == [verdict.open_ports for verdict in first]
    assert [verdict.host for verdict in again] == [verdict.host for verdict in first]
    tiers = list(Tier)
    assert all(
        tiers.index(now.tier) >= tiers.index(before.tier) for now, before in zip(again, first, strict=True)
    )


def test_what_was_only_announced_does_not_become_proof_by_being_written_down(database: Database) -> None:
    announced = Fact(Field.SADP_MODEL, "DS-2CD2385G1-I").seen(CAMERA, "sadp", Via.MULTICAST, AT)
    first = judge(CAMERA, (announced,), database)

    (seen,) = sightings(told(KIND, census(first)))
    again = judge(seen.host, seen.observations, database)

    assert (first.tier, again.tier) == (Tier.PROBABLE, Tier.PROBABLE)
    assert again.maker == first.maker


def test_a_row_tells_its_time_its_segment_and_how_its_evidence_counts() -> None:
    text = HEADER + row("http_header.server=DNVRS-Webs") + row("html_title=WEB", tier="probable")
    confirmed, probable = sightings(told(KIND, text.replace("Depot,,", "Depot,vlan 7,")))

    assert (confirmed.seen_at, confirmed.host.segment) == (AT, "vlan 7")
    assert [
        (seen.field, seen.value, seen.via) for seen in (*confirmed.observations, *probable.observations)
    ] == [
        (Field.HTTP_SERVER, "DNVRS-Webs", Via.IMPORTED),
        (Field.HTML_TITLE, "WEB", Via.OVERHEARD),
    ]


def test_evidence_is_taken_apart_where_a_field_begins() -> None:
    text = "http_header.server=a; b; html_title=x=y; not.a_field=z; mdns.txt=k=v"

    assert list(evidence(text)) == [
        (Field.HTTP_SERVER, "a; b"),
        (Field.HTML_TITLE, "x=y; not.a_field=z"),
        (Field.MDNS_TXT, "k=v"),
    ]


def test_a_value_that_was_shortened_is_left_out() -> None:
    assert list(evidence("http_head=HTTP/1.1 200 O…; html_title=WEB")) == [(Field.HTML_TITLE, "WEB")]


def test_an_apostrophe_that_tames_a_formula_is_taken_back() -> None:
    assert FORMULA_STARTS == findings_csv.FORMULA_STARTS and LIST_SEPARATOR == findings_csv.LIST_SEPARATOR
    assert [unneutralised(text) for text in ("'=1+1", "' @x", "'quoted", "''=", "=1")] == [
        "=1+1",
        " @x",
        "'quoted",
        "''=",
        "=1",
    ]
    (seen,) = sightings(told(KIND, HEADER + row(address="'-lobby")))
    assert seen.host.name == "-lobby"


# The export has no way of marking a backslash, or an apostrophe of the device before a formula.
@given(st.text(alphabet=st.characters(exclude_characters="\\'", exclude_categories=["Cs"]), max_size=30))
def test_what_the_export_escapes_comes_back(text: str) -> None:
    assert unescaped(unneutralised(cell(text))) == text


def test_what_looks_like_an_escape_but_cannot_be_one_stays() -> None:
    for text in (r"\x41", r"\ud800", r"\U00110000", r"\xZZ", "\\"):
        assert unescaped(escape(text)) == text


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_file_that_a_spreadsheet_saved_is_read(separator: str) -> None:
    saved = io.StringIO()
    rows = csv.reader(io.StringIO(HEADER + row("html_title=WEB")))
    csv.writer(saved, delimiter=separator, lineterminator="\n").writerows(rows)

    (seen,) = sightings(told(KIND, b"\xef\xbb\xbf" + saved.getvalue().encode()))

    assert values(seen) == {"html_title": "WEB"}


def test_columns_may_be_added_and_a_later_schema_is_told() -> None:
    text = HEADER.replace("\r\n", ",moon\r\n") + row("html_title=WEB", version="4").replace(
        "\r\n", ",full\r\n"
    )
    everything = told(KIND, text)

    assert values(sightings(everything)[0]) == {"html_title": "WEB"}
    assert "schema version 4" in incidents(everything)[0]


def test_a_file_of_several_sites_says_that_their_devices_may_be_taken_for_one() -> None:
    one, other = row("html_title=WEB"), row("html_title=Other").replace("Depot", "Harbour")

    assert incidents(told(KIND, HEADER + one + one)) == []
    assert "several sites" in incidents(told(KIND, HEADER + one + other))[0]


def test_a_bad_row_costs_itself_only() -> None:
    good = row("html_title=WEB")
    text = HEADER + good + "1,short\r\n" + row(version="one") + row(address=" ") + good
    everything = told(KIND, text)

    assert len(sightings(everything)) == 2
    assert [each.split(":")[0] for each in incidents(everything)] == [
        f"the-file, line {number}" for number in (3, 4, 5)
    ]


@pytest.mark.parametrize("data", ["", "address,hwaddr,client_id", "schema_version,site", '"schema_version'])
def test_another_kind_of_file_is_refused(data: str) -> None:
    with pytest.raises(NotThisKind):
        told(KIND, data)


@given(st.text(max_size=80))
def test_any_row_is_read_without_complaint(text: str) -> None:
    assert isinstance(told(KIND, HEADER + text), list)
