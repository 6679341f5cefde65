"""Verdicts and reports for the tests of exporters."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address
from uuid import UUID

import pytest

from scanner.export import Report
from scanner.model.coverage import Coverage
from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Observation, Via
from scanner.model.signature import Certainty, Maker, Match, Signature
from scanner.model.verdict import Firmware, Status, Tier, Verdict
from scanner.policy.advisory import Advisory, AdvisoryResult, Result

STARTED_AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SEEN_AT = STARTED_AT + timedelta(seconds=3)
ENDED_AT = STARTED_AT + timedelta(seconds=20)
SWEEP_ID = UUID("6f0c9d1e-5b0a-4f0e-9a55-0c2d8f1b7e11")
ADDRESS = IPv4Address("10.0.0.5")

COVERAGE = Coverage(
    started_at=STARTED_AT,
    ended_at=ENDED_AT,
    in_scope=254,
    answered=2,
    examined=1,
    skipped={"excluded": 1, "out of time": 1},
    notes=("nmap 7.93 found the open ports",),
    gaps=("eth1 is down",),
    packets_sent={"arp request": 253, "http get": 4},
)


@pytest.fixture
def make_match() -> Callable[..., Match]:
    def make(value: str, field: Field = Field.HTTP_SERVER, rule_id: str = "hikvision-http-server") -> Match:
        rule = Signature(
            id=rule_id,
            maker="hikvision",
            field=field,
            patterns=("^DNVRS-Webs$",),
            certainty=Certainty.DECISIVE,
            description="Server line of the web interface",
            references=("rapid7/recog xml/http_servers.xml",),
            examples=(),
            near_misses=(),
        )
        raw = b"HTTP/1.1 200 OK\r\nServer: " + value.encode("utf-8", "backslashreplace")
        host, endpoint = Host(ADDRESS), Endpoint(ADDRESS, 80)
        seen = Observation(host, field, value, "landing", Via.CONNECTION, SEEN_AT, endpoint, raw)
        return Match(rule, seen, {"model": "DS-2CD2032-I"})

    return make


@pytest.fixture
def flagged(make_match: Callable[..., Match]) -> Verdict:
    """A camera about which everything is known."""
    return Verdict(
        host=Host(ADDRESS, "58:50:ed:1f:e3:85", "eth0", "10.0.0.0/24"),
        status=Status.FLAGGED,
        tier=Tier.CONFIRMED,
        reason="Hikvision confirmed: Server line of the web interface.",
        maker="Hikvision",
        brand="EZVIZ",
        model="DS-2CD2032-I",
        device_class="camera",
        firmware=Firmware("V5.4.5", date(2017, 1, 23)),
        serial="DS-2CD2032-I20150101AACH000000000",
        channels=1,
        mac_vendor="Hangzhou Hikvision Digital Technology Co.,Ltd.",
        hostname="cam-7",
        open_ports=("80/tcp", "554/tcp"),
        matches=(make_match("DNVRS-Webs"),),
    )


@pytest.fixture
def listed() -> dict[Host, tuple[AdvisoryResult, ...]]:
    """What lists the camera: one advisory for its firmware, one for earlier firmware."""
    maker, as_of = Maker("hikvision", "Hikvision", is_target=True), date(2025, 8, 25)
    within = Advisory(
        "CVE-2021-36260",
        maker,
        "Run commands",
        (),
        ("CVE record",),
        as_of,
        cvss=9.8,
        kev_since=date(2022, 1, 10),
    )
    before = Advisory("CVE-2017-7921", maker, "Passed login", (), ("CVE record",), as_of, cvss=10.0)
    return {
        Host(ADDRESS, "58:50:ed:1f:e3:85", "eth0", "10.0.0.0/24"): (
            AdvisoryResult(within, Result.AFFECTED, "The firmware lies in the range listed for DS-2CD."),
            AdvisoryResult(before, Result.FIXED, "The firmware is later.", "V5.4.5"),
        )
    }


@pytest.fixture
def make_report() -> Callable[..., Report]:
    def make(*verdicts: Verdict, site: str = "Depot") -> Report:
        return Report(SWEEP_ID, site, verdicts, COVERAGE)

    return make
