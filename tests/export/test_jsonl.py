"""JSON Lines, schema version 3."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace

import pytest

from scanner.export import JSONL, Report
from scanner.export.row import COLUMNS
from scanner.model.capability import Capability
from scanner.model.host import Host
from scanner.model.signature import Match
from scanner.model.verdict import Verdict
from scanner.policy.advisory import AdvisoryResult
from tests.export.hostile import HOSTILE, is_harmless

MakeReport = Callable[..., Report]
Listed = dict[Host, tuple[AdvisoryResult, ...]]


def test_a_host_carries_every_column_and_all_its_evidence(flagged: Verdict, make_report: MakeReport) -> None:
    host, _ = map(json.loads, JSONL.lines(make_report(flagged)))

    assert host["type"] == "host"
    assert set(COLUMNS) <= host.keys()
    assert (host["schema_version"], host["open_ports"]) == (3, ["80/tcp", "554/tcp"])
    assert host["firmware_build_date"] == "2017-01-23"
    assert (host["channels"], host["capabilities"]) == (1, [])
    match = host["matches"][0]
    assert b64decode(match.pop("raw_base64")) == b"HTTP/1.1 200 OK\r\nServer: DNVRS-Webs"
    assert match == {
        "signature": "hikvision-http-server",
        "maker": "hikvision",
        "certainty": "decisive",
        "layer": "web",
        "field": "http_header.server",
        "value": "DNVRS-Webs",
        "captured": {"model": "DS-2CD2032-I"},
        "source": "landing",
        "via": "connection",
        "endpoint": "10.0.0.5:80/tcp",
        "observed_at": "2026-11-22T02:00:03+00:00",
        "references": ["rapid7/recog xml/http_servers.xml"],
    }


def test_capabilities_are_a_sorted_list_of_what_was_seen(flagged: Verdict, make_report: MakeReport) -> None:
    able = frozenset({Capability.WIRELESS, Capability.AUDIO, Capability.PAN_TILT_ZOOM})

    host, _ = map(json.loads, JSONL.lines(make_report(replace(flagged, capabilities=able))))

    assert host["capabilities"] == ["audio", "pan_tilt_zoom", "wireless"]


def test_a_listed_advisory_carries_why_and_its_sources(
    flagged: Verdict, make_report: MakeReport, listed: Listed
) -> None:
    report = replace(make_report(flagged), advisories=listed)

    host, _ = map(json.loads, JSONL.lines(report))

    affected, fixed = host["advisories"]
    assert affected == {
        "id": "CVE-2021-36260",
        "title": "Run commands",
        "result": "affected",
        "why": "The firmware lies in the range listed for DS-2CD.",
        "fixed": None,
        "cvss": 9.8,
        "kev": True,
        "kev_since": "2022-01-10",
        "as_of": "2025-08-25",
        "sources": ["CVE record"],
        "note": None,
    }
    assert (fixed["result"], fixed["fixed"], fixed["kev"]) == ("fixed", "V5.4.5", False)


def test_the_last_line_says_how_much_was_looked_at(flagged: Verdict, make_report: MakeReport) -> None:
    *_, coverage = map(json.loads, JSONL.lines(make_report(flagged)))

    assert coverage == {
        "type": "coverage",
        "schema_version": 3,
        "sweep_id": "6f0c9d1e-5b0a-4f0e-9a55-0c2d8f1b7e11",
        "site": "Depot",
        "started_at": "2026-11-22T02:00:00+00:00",
        "ended_at": "2026-11-22T02:00:20+00:00",
        "complete": False,
        "in_scope": 254,
        "answered": 2,
        "silent": 251,
        "examined": 1,
        "skipped": {"excluded": 1, "out of time": 1},
        "notes": ["nmap 7.93 found the open ports"],
        "gaps": ["eth1 is down"],
        "packets_sent": {"arp request": 253, "http get": 4},
        "segments": [],
        "outcomes": {},
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_it_was_sent(
    text: str, flagged: Verdict, make_report: MakeReport, make_match: Callable[..., Match]
) -> None:
    verdict = replace(flagged, model=text, matches=(make_match(text),))

    lines = list(JSONL.lines(make_report(verdict, site=text)))

    assert all(line.isascii() and is_harmless(line) and line.count("\n") == 1 for line in lines)
    assert json.loads(lines[0])["model"] == text
    assert json.loads(lines[0])["matches"][0]["value"] == text
