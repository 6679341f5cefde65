"""A sweep in the inventory: hosts acknowledged as they are finished, findings all at once, history kept."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest

from scanner.errors import StorageProblem, UsageProblem
from scanner.inventory.contract import Kept, Result, SweepKind, SweepState, Versions
from scanner.inventory.database import writing
from scanner.inventory.inventory import Inventory
from scanner.inventory.schema import RECORD
from scanner.inventory.sweep_log import SweepLog
from scanner.inventory.tracking import identities
from scanner.model.coverage import Coverage
from scanner.model.device import ChangeKind, Found, Place, Presence
from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Fact, Observation, Via
from scanner.model.site import Segment, Site
from scanner.model.verdict import Firmware, Status, Tier, Verdict

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MAC = "c0:56:e3:7a:31:02"
VERSIONS = Versions("0.1.0", "a1b2", date(2026, 2, 1))
DEPOT = Site("depot", segments=(Segment("cctv", networks=(ip_network("10.0.0.0/24"),)),))


class Clock:
    """Goes on by a day for every sweep."""

    def __init__(self) -> None:
        self.day = 0

    def now(self) -> datetime:
        return NOW + timedelta(days=self.day)

    def monotonic(self) -> float:
        return self.day * 86_400.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


@pytest.fixture
def inventory(database_url: str) -> Iterator[Inventory]:
    with Inventory.open(database_url, Clock(), lambda _text: DEPOT) as opened:
        opened.add_site("the depot's file")
        yield opened


def observations(host: Host) -> tuple[Observation, ...]:
    raw = b"HTTP/1.1 200 OK\r\nServer: DNVRS-Webs\r\n\r\n"
    return (
        Fact(Field.MAC, host.mac or "", b"\x00\xff").seen(host, "arp", Via.LINK, NOW),
        Fact(Field.HTTP_SERVER, "DNVRS-Webs", raw).seen(
            host, "landing", Via.CONNECTION, NOW, Endpoint(host.address, 80)
        ),
        Fact(Field.HTML_TITLE, "\x1b[31m\ud800", raw).seen(host, "landing", Via.CONNECTION, NOW),
    )


def host_at(address: str, mac: str = MAC) -> Host:
    return Host(ip_address(address), mac, "eth0", "10.0.0.0/24")


def verdict(host: Host, version: str = "V5.7.3") -> Verdict:
    firmware = Firmware(version, date(2022, 1, 12))
    return Verdict(
        host, Status.FLAGGED, Tier.CONFIRMED, "because", "Hikvision", None, "DS-2CD", firmware=firmware,
        open_ports=("80/tcp",), channels=4,
    )  # fmt: skip


def begin(inventory: Inventory) -> SweepLog:
    return inventory.begin_sweep(DEPOT, SweepKind.SCAN, {"profile": "fast"}, VERSIONS, "4711@scanner")


def coverage(inventory: Inventory) -> Coverage:
    now = inventory._clock.now()
    return Coverage(now, now, 254, 1, 1, {"excluded": 2}, ("a note",), (), {"arp request": 254})


def swept(inventory: Inventory, *hosts: Host, version: str = "V5.7.3") -> SweepLog:
    log = begin(inventory)
    stored = log.keep([Kept(host, observations(host)) for host in hosts])
    results = []
    for one in stored:
        judged = verdict(one.host, version)
        found = Found(Place("cctv", one.host.address), judged, identities(judged, ()))
        results.append(
            Result(found, (one,), ("http_header.server=DNVRS-Webs",), ("CVE-2021-36260 possible",))
        )
    log.finish(results, coverage(inventory), lambda _place: True)
    assert isinstance(inventory._clock, Clock)
    inventory._clock.day += 1
    return log


def test_what_a_sweep_found_comes_back_as_it_was(inventory: Inventory) -> None:
    log = swept(inventory, host_at("10.0.0.5"))

    (finding,) = inventory.findings(sweep=log.number)
    assert (finding.site, finding.segment, finding.address, finding.mac) == ("depot", "cctv", "10.0.0.5", MAC)
    assert (finding.verdict, finding.tier, finding.maker) == ("flagged", "confirmed", "Hikvision")
    assert (finding.firmware_version, finding.firmware_build_date) == ("V5.7.3", date(2022, 1, 12))
    assert (finding.open_ports, finding.channels) == (("80/tcp",), 4)
    assert finding.evidence == ("http_header.server=DNVRS-Webs",)
    assert finding.change == (ChangeKind.NEW,)
    assert (finding.first_seen, finding.last_seen, finding.presence) == (NOW, NOW, Presence.PRESENT)


def test_the_evidence_of_a_finding_can_be_judged_again(inventory: Inventory) -> None:
    log = swept(inventory, host_at("10.0.0.5"))

    (finding,) = inventory.findings(sweep=log.number)
    (evidence,) = inventory.evidence(finding.number)
    assert evidence.host == host_at("10.0.0.5")
    assert evidence.observations == observations(evidence.host)


def test_damaged_evidence_is_told_and_never_judged(inventory: Inventory) -> None:
    log = swept(inventory, host_at("10.0.0.5"))
    with writing(inventory.engine) as connection:
        connection.execute(RECORD.update().values(sha256="0" * 64))

    (finding,) = inventory.findings(sweep=log.number)
    with pytest.raises(StorageProblem, match=r"evidence of 10\.0\.0\.5 is damaged"):
        inventory.evidence(finding.number)


def test_a_running_sweep_shows_no_finding_and_keeps_what_it_acknowledged(inventory: Inventory) -> None:
    log = begin(inventory)
    log.keep([Kept(host_at("10.0.0.5"), observations(host_at("10.0.0.5")))])

    assert list(inventory.findings()) == []
    assert list(inventory.devices()) == []
    assert [str(one.host.address) for one in log.kept()] == ["10.0.0.5"]
    assert inventory.sweep(str(log.number)).state is SweepState.RUNNING


def test_an_interrupted_sweep_can_be_taken_up_with_what_it_acknowledged(inventory: Inventory) -> None:
    first = begin(inventory)
    first.keep([Kept(host_at("10.0.0.5"), ())])
    first.interrupt(NOW)

    row, again = inventory.resume_sweep(str(first.number), "4712@scanner")
    assert row.state is SweepState.INTERRUPTED
    assert row.plan == {"profile": "fast"}
    assert [str(one.host.address) for one in again.kept()] == ["10.0.0.5"]


def test_a_finished_sweep_cannot_be_taken_up(inventory: Inventory) -> None:
    log = swept(inventory, host_at("10.0.0.5"))

    with pytest.raises(UsageProblem, match="nothing to resume"):
        inventory.resume_sweep(str(log.number), "4712@scanner")


def test_a_host_that_is_kept_again_under_its_number_replaces_its_evidence(inventory: Inventory) -> None:
    log = begin(inventory)
    (stored,) = log.keep([Kept(host_at("10.0.0.5"), ())])
    log.keep([Kept(stored.host, observations(stored.host), "out of time", stored.id)])

    (kept,) = log.kept()
    assert (kept.id, kept.shortfall, len(kept.observations)) == (stored.id, "out of time", 3)


def test_a_device_keeps_its_number_and_its_history(inventory: Inventory) -> None:
    swept(inventory, host_at("10.0.0.5"))
    swept(inventory, host_at("10.0.0.6"), version="V5.7.20")
    swept(inventory, host_at("10.0.0.6"), version="V5.7.20")

    (device,) = inventory.devices("depot")
    assert (device.address, device.firmware, device.macs) == ("10.0.0.6", "V5.7.20 build 2022-01-12", (MAC,))
    assert (device.first_seen, device.last_seen) == (NOW, NOW + timedelta(days=2))
    told = [(row.sweep, row.change.kind) for row in inventory.changes(device=device.number)]
    assert told == [(1, ChangeKind.NEW), (2, ChangeKind.MOVED), (2, ChangeKind.FIRMWARE)]
    assert [row.address for row in inventory.findings(device=device.number)] == [
        "10.0.0.5",
        "10.0.0.6",
        "10.0.0.6",
    ]


def test_a_device_that_three_sweeps_miss_is_gone_and_may_return(inventory: Inventory) -> None:
    other = host_at("10.0.0.9", "c0:56:e3:00:00:09")
    swept(inventory, host_at("10.0.0.5"), other)
    presences = []
    for _ in range(3):
        swept(inventory, other)
        presences.append(inventory.device("10.0.0.5").presence)
    swept(inventory, host_at("10.0.0.5"), other)

    assert presences == [Presence.SILENT, Presence.SILENT, Presence.GONE]
    number = inventory.device("10.0.0.5").number
    told = [row.change.kind for row in inventory.changes(device=number)]
    assert told == [ChangeKind.NEW, ChangeKind.SILENT, ChangeKind.GONE, ChangeKind.RETURNED]


def test_a_sweep_is_found_by_number_uuid_and_as_the_last(inventory: Inventory) -> None:
    first, second = swept(inventory, host_at("10.0.0.5")), swept(inventory, host_at("10.0.0.5"))
    begin(inventory)

    assert inventory.sweep("last").number == second.number
    assert inventory.sweep("last-1", "depot").number == first.number
    assert inventory.sweep(inventory.sweep("1").uuid[:8]).number == first.number
    assert (inventory.sweep("1").devices, inventory.sweep("1").flagged) == (1, 1)
    assert inventory.sweep("1").coverage == Coverage(
        NOW, NOW, 254, 1, 1, {"excluded": 2}, ("a note",), (), {"arp request": 254}
    )
    for unknown in ("99", "last-9", "last-x", "nonsense", "2026"):
        with pytest.raises(UsageProblem, match="There is no sweep"):
            inventory.sweep(unknown)


def test_a_device_is_found_by_number_address_and_mac(inventory: Inventory) -> None:
    swept(inventory, host_at("10.0.0.5"), host_at("10.0.0.6", "c0:56:e3:00:00:09"))

    assert inventory.device(MAC).address == "10.0.0.5"
    assert inventory.device("10.0.0.6").macs == ("c0:56:e3:00:00:09",)
    with pytest.raises(UsageProblem, match="No device is known as"):
        inventory.device("10.0.0.7")


def test_an_address_that_nobody_has_any_more_means_who_had_it(inventory: Inventory) -> None:
    swept(inventory, host_at("10.0.0.5"))
    swept(inventory, host_at("10.0.0.7"))

    assert inventory.device("10.0.0.5").address == "10.0.0.7"

    swept(inventory, host_at("10.0.0.5", "c0:56:e3:00:00:09"))

    assert inventory.device("10.0.0.5").macs == ("c0:56:e3:00:00:09",)


def test_the_last_to_resume_is_the_latest_scan_that_has_not_ended(inventory: Inventory) -> None:
    with pytest.raises(UsageProblem, match="No sweep was interrupted"):
        inventory.sweep_to_resume("last")

    begun = begin(inventory)
    inventory.begin_sweep(DEPOT, SweepKind.IMPORT, {}, VERSIONS)

    assert inventory.sweep_to_resume("last").number == begun.number
    assert inventory.sweep_to_resume(str(begun.number)).number == begun.number


def test_a_name_that_nobody_bears_lists_those_that_are_there(inventory: Inventory) -> None:
    with pytest.raises(UsageProblem, match="Known are: depot"):
        inventory.site("harbour")


def test_two_sites_of_one_name_are_refused(inventory: Inventory) -> None:
    with pytest.raises(UsageProblem, match="already"):
        inventory.add_site("again")


def test_a_removed_site_takes_everything_with_it(inventory: Inventory) -> None:
    swept(inventory, host_at("10.0.0.5"))
    inventory.remove_site("depot")

    assert (inventory.sites(), inventory.sweeps(), list(inventory.devices())) == ((), (), [])
    assert list(inventory.findings()) == []
