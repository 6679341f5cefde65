"""What differs between two sweeps: only what both have looked at."""

from datetime import UTC, date, datetime
from ipaddress import ip_network
from typing import Any

from scanner.inventory.contract import FindingRow
from scanner.inventory.difference import Differs, differences
from scanner.model.coverage import Coverage
from scanner.model.device import Presence
from scanner.model.scope import Range

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def covering(network: str) -> Coverage:
    return Coverage(AT, AT, 1, 1, 1, ranges=(Range.of_network(ip_network(network)),))


ALL, HALF = covering("10.0.0.0/24"), covering("10.0.0.0/25")


BLANK: dict[str, Any] = {
    **dict.fromkeys(
        ("mac", "mac_vendor", "hostname", "brand", "model", "device_class", "serial", "channels")
    ),
    **dict.fromkeys(("firmware_version", "firmware_build_date")),
    **dict.fromkeys(("open_ports", "evidence", "advisories", "change"), ()),
    **dict.fromkeys(("observed_at", "first_seen", "last_seen"), AT),
}


def found(device: int = 1, address: str = "10.0.0.5", **told: Any) -> FindingRow:
    acme = {"verdict": "flagged", "tier": "confirmed", "maker": "Acme", "reason": ""}
    place = {"site": "depot", "segment": "cctv", "address": address, "presence": Presence.PRESENT}
    numbers = {"number": device, "sweep": 1, "sweep_uuid": "", "device": device}
    return FindingRow(**{**BLANK, **acme, **place, **numbers, **told})


def told(
    before: list[FindingRow], after: list[FindingRow], then: Coverage = ALL, now: Coverage = ALL
) -> list[tuple[Differs, str, str]]:
    return [(one.how, one.before, one.after) for one in differences(before, after, then, now)]


def test_the_same_device_at_the_same_place_does_not_differ() -> None:
    assert told([found()], [found(open_ports=("80/tcp",), hostname="lobby")]) == []


def test_a_device_that_moved_is_neither_new_nor_missing() -> None:
    assert told([found()], [found(address="10.0.0.6")]) == [
        (Differs.MOVED, "10.0.0.5 (cctv)", "10.0.0.6 (cctv)")
    ]


def test_a_device_that_still_answers_at_its_old_address_did_not_move() -> None:
    assert told([found()], [found(address="10.0.0.6", also_at=("10.0.0.5",))]) == []


def test_knowing_more_of_a_device_is_no_difference_and_a_contradiction_is() -> None:
    assert told([found()], [found(model="AC-1")]) == []
    assert told([found()], [found(verdict="not_assessed", maker=None)]) == []
    assert told([found(model="AC-1")], [found(model="AC-2")]) == [
        (Differs.REIDENTIFIED, "flagged Acme AC-1", "flagged Acme AC-2")
    ]


def test_a_firmware_changes_by_version_or_build_date_when_both_are_known() -> None:
    old = found(firmware_version="V1", firmware_build_date=date(2022, 1, 12))
    new = found(firmware_version="V1", firmware_build_date=date(2023, 1, 12))

    assert told([old], [new]) == [(Differs.FIRMWARE, "V1 build 2022-01-12", "V1 build 2023-01-12")]
    assert told([old], [found()]) == []


def test_absence_says_something_only_where_the_other_sweep_looked() -> None:
    far = found(address="10.0.0.200")

    assert told([far], []) == [(Differs.MISSING, "10.0.0.200 (cctv)", "")]
    assert told([far], [], now=HALF) == [(Differs.NOT_COVERED, "10.0.0.200 (cctv)", "")]
    assert told([], [far]) == [(Differs.NEW, "", "10.0.0.200 (cctv)")]
    assert told([], [far], then=HALF) == [(Differs.NOT_COVERED, "", "10.0.0.200 (cctv)")]


def test_a_device_known_by_its_name_alone_is_covered_by_nothing() -> None:
    assert told([found(address="lobby cam")], [])[0][0] is Differs.NOT_COVERED


def test_two_findings_of_what_proved_to_be_one_device_count_once() -> None:
    assert told([found(), found(address="10.0.0.6")], [found()]) == []
