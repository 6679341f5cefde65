"""A census in JSON Lines, taken in again: nothing of the evidence changes."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import NotThisKind
from scanner.export.jsonl import lines
from scanner.export.report import Report
from scanner.export.row import SCHEMA_VERSION
from scanner.intake import findings, nmap_file
from scanner.intake.findings_jsonl import KIND
from scanner.matching.database import Database, load
from scanner.matching.verdict import judge
from scanner.model.capability import words
from scanner.model.coverage import Coverage
from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Fact, Observation, Via
from scanner.model.sighting import Sighting
from scanner.model.verdict import Status, Verdict
from tests.intake.telling import TOLD_AT, incidents, sample, sightings, told

AT = datetime(2026, 11, 22, 9, 30, 1, 250_000, tzinfo=UTC)
CAMERA = Host(ip_address("10.0.0.5"), "58:50:ed:1f:e3:85", segment="vlan 12")
WEB = Endpoint(ip_address("10.0.0.5"), 80)
# What a camera announces about itself, and what a web server answers: one may be anybody's word.
ANNOUNCED = Fact(Field.SADP_MODEL, "DS-2CD2385G1-I", b"<ProbeMatch>\xff\0</ProbeMatch>")
ANSWERED = Fact(Field.HTTP_SERVER, "DNVRS-Webs", b"HTTP/1.1 200 OK\r\nServer: DNVRS-Webs\r\n\r\n")


@pytest.fixture(scope="module")
def database() -> Database:
    return load()


def judged(database: Database, seen: Iterable[Sighting]) -> list[Verdict]:
    return [judge(each.host, each.observations, database) for each in seen]


def census(*verdicts: Verdict, gaps: tuple[str, ...] = ()) -> str:
    coverage = Coverage(AT, AT, 1, 1, 1, gaps=gaps)
    return "".join(lines(Report(UUID(int=1), "Depot", verdicts, coverage)))


def camera(database: Database, via: Via) -> Verdict:
    seen = ANNOUNCED.seen(CAMERA, "sadp", via, AT), ANSWERED.seen(CAMERA, "landing", via, AT, WEB)
    return judge(CAMERA, seen, database)


def essence(verdict: Verdict) -> tuple[object, ...]:
    known = (verdict.maker, verdict.model, verdict.firmware, verdict.capabilities)
    return (verdict.host, verdict.status, verdict.tier, *known)


def test_a_census_judged_again_gives_the_same_verdicts(database: Database) -> None:
    first = judged(database, sightings(told(nmap_file.KIND, sample("nmap-scripts.xml"))))

    everything = told(KIND, census(*first))
    again = judged(database, sightings(everything))

    assert incidents(everything) == []
    proven = [(now, before) for now, before in zip(again, first, strict=True) if before.matches]
    assert len(proven) == 9
    assert [essence(now) for now, _ in proven] == [essence(before) for _, before in proven]
    # What had matched nothing was not written down.
    assert {now.status for now in again if not now.matches} == {Status.NOT_ASSESSED}
    assert [verdict.open_ports for verdict in again] == [verdict.open_ports for verdict in first]
    assert [verdict.matches for verdict in again] == [verdict.matches for verdict in first]


@pytest.mark.parametrize("via", [Via.MULTICAST, Via.OVERHEARD, Via.UNICAST, Via.CONNECTION])
def test_evidence_comes_back_bit_for_bit_and_weighs_what_it_weighed(database: Database, via: Via) -> None:
    first = camera(database, via)

    (seen,) = sightings(told(KIND, census(first)))

    proof: set[Observation] = {match.observation for match in first.matches}
    assert proof <= set(seen.observations)
    assert essence(judge(seen.host, seen.observations, database)) == essence(first)


def test_what_a_device_showed_that_it_is_able_to_do_comes_back(database: Database) -> None:
    scopes = (Fact(Field.ONVIF_SCOPE, f"type/{name}", name.encode()) for name in ("ptz", "audio_encoder"))
    model = Fact(Field.SADP_MODEL, "DS-2CV2Q21FD-IW", b"<ProbeMatch/>")
    first = judge(CAMERA, [one.seen(CAMERA, "sadp", Via.UNICAST, AT) for one in (model, *scopes)], database)

    (again,) = judged(database, sightings(told(KIND, census(first))))

    assert words(again.capabilities) == ["audio", "pan_tilt_zoom", "wireless"] == words(first.capabilities)


def test_a_host_name_that_no_signature_knew_counts_as_overheard() -> None:
    line = json.dumps(
        {"type": "host", "schema_version": 1, "address": "10.0.0.5", "hostname": "gate", "matches": []}
    )

    (seen,) = sightings(told(KIND, line))

    assert [(each.field, each.value, each.via) for each in seen.observations] == [
        (Field.DHCP_HOSTNAME, "gate", Via.OVERHEARD)
    ]


def test_hosts_without_an_address_keep_their_name_or_mac() -> None:
    def row(**said: object) -> str:
        return json.dumps({"type": "host", "schema_version": 1, **said})

    hosts = [
        each.host
        for each in sightings(
            told(KIND, "\n".join([row(address="lobby cam"), row(address="58:50:ed:1f:e3:85")]))
        )
    ]

    assert [(host.label, host.mac) for host in hosts] == [
        ("lobby cam", None),
        ("58:50:ed:1f:e3:85", "58:50:ed:1f:e3:85"),
    ]


def test_the_other_addresses_of_a_device_come_back_with_its_mac() -> None:
    mac = "58:50:ed:1f:e3:85"
    places = [{"address": "fe80::5", "mac": mac, "segment": None}, {"address": "10.0.0.9", "mac": None}]
    row = {"type": "host", "schema_version": 1, "address": "10.0.0.5", "mac": mac, "also_at": places}

    met = sightings(told(KIND, json.dumps(row)))

    assert [(str(each.host.address), each.host.mac) for each in met] == [("10.0.0.5", mac), ("fe80::5", mac)]


def test_a_census_that_was_not_complete_says_so(database: Database) -> None:
    told_gaps = incidents(told(KIND, census(camera(database, Via.UNICAST), gaps=("eth1 is down",))))

    assert told_gaps == ["the-file says that its census was not complete: eth1 is down"]


def test_a_later_schema_is_told_and_what_is_known_of_it_is_used(database: Database) -> None:
    later = census(camera(database, Via.UNICAST)).replace('"schema_version": 3', '"schema_version": 4')
    everything = told(KIND, later.replace('"site"', '"moon_phase": 3, "site"'))

    assert len(sightings(everything)) == 1
    assert "schema version 4" in incidents(everything)[0]


def test_evidence_of_unknown_kinds_is_counted_and_left_out(database: Database) -> None:
    later = census(camera(database, Via.UNICAST)).replace('"via": "unicast"', '"via": "telepathy"', 1)
    everything = told(KIND, later)

    assert "1 pieces of evidence" in incidents(everything)[0]
    assert [seen.via for seen in sightings(everything)[0].observations].count(Via.UNICAST) == 1


def test_the_schema_is_the_newest_that_is_written() -> None:
    assert findings.SCHEMA_VERSION == SCHEMA_VERSION


def test_a_row_of_the_inventory_has_the_values_that_told_most() -> None:
    said = {"address": "10.0.0.5", "tier": "confirmed", "evidence": ["http_header.server=DNVRS-Webs"]}

    (seen,) = sightings(told(KIND, json.dumps({"type": "host", "schema_version": 2, **said})))

    assert [(each.field, each.value, each.via) for each in seen.observations] == [
        (Field.HTTP_SERVER, "DNVRS-Webs", Via.IMPORTED)
    ]


def test_a_bad_line_costs_itself_only(database: Database) -> None:
    good = census(camera(database, Via.UNICAST))
    homeless = json.dumps({"type": "host", "schema_version": 1})
    everything = told(KIND, good + "{\n" + homeless + "\n" + good)

    assert len(sightings(everything)) == 2
    assert [text.split(":")[0] for text in incidents(everything)] == ["the-file, line 3", "the-file, line 4"]


@pytest.mark.parametrize("data", ["", "{}", '{"host": "10.0.0.5", "field": "html_title"}', "a,b"])
def test_another_kind_of_file_is_refused(data: str) -> None:
    with pytest.raises(NotThisKind):
        told(KIND, data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
ROW = ["address", "mac", "segment", "matches", "open_ports", "hostname", "observed_at", "also_at", "evidence"]
MATCH = ["field", "value", "via", "endpoint", "raw_base64", "observed_at"]


@given(st.dictionaries(st.sampled_from(ROW), JSON), st.dictionaries(st.sampled_from(MATCH), JSON))
def test_values_of_any_type_are_read_without_complaint(row: dict[str, Any], match: dict[str, Any]) -> None:
    line = {"matches": [match], **row, "type": "host", "schema_version": 1}

    for seen in sightings(told(KIND, json.dumps(line))):
        assert all(each.observed_at <= TOLD_AT for each in seen.observations)
