"""Devices through time: who is who in the next sweep, and what is said to have changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address

import pytest

from scanner.inventory.contract import SweepKind
from scanner.inventory.tracking import Step, firmware_text, track
from scanner.model.device import ChangeKind, Device, Found, Identity, Place, Presence
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.verdict import Firmware, Status, Tier, Verdict

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MAC, OTHER_MAC, RANDOM_MAC = "c0:56:e3:7a:31:02", "c0:56:e3:00:00:09", "02:11:22:33:44:55"
SERIAL = Identity(Field.SADP_SERIAL, "DS-2CD2143G2-I20210801AAWRG12345678")
OTHER_SERIAL = Identity(Field.SADP_SERIAL, "DS-2CD2143G2-I20220902AAWRG87654321")
UUID = Identity(Field.WSD_ENDPOINT, "urn:uuid:00010010-0001-1020-8000-c056e37a3102")


def place(address: str, segment: str = "cctv") -> Place:
    return Place(segment, ip_address(address))


def mac(text: str) -> Identity:
    return Identity(Field.MAC, text)


def device(address: str, *identities: Identity, number: int = 1, **changes: object) -> Device:
    made = Device(
        number, place(address), frozenset(identities), Presence.PRESENT, 0, NOW, NOW, Status.FLAGGED.value,
        "Hikvision", "", "DS-2CD2143G2-I", "V5.7.3 build 2022-01-12",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def found(address: str, *identities: Identity, **changes: object) -> Found:
    firmware = Firmware("V5.7.3", date(2022, 1, 12))
    verdict = Verdict(
        Host(ip_address(address)), Status.FLAGGED, Tier.CONFIRMED, "", "Hikvision", None, "DS-2CD2143G2-I",
        firmware=firmware,
    )  # fmt: skip
    return Found(place(address), replace(verdict, **changes), frozenset(identities))  # type: ignore[arg-type]


def everywhere(_place: Place) -> bool:
    return True


def nowhere(_place: Place) -> bool:
    return False


def steps(
    known: list[Device],
    now: list[Found],
    covers: Callable[[Place], bool] = everywhere,
    kind: SweepKind = SweepKind.SCAN,
) -> tuple[Step, ...]:
    return track(known, now, covers, gone_after=3, kind=kind)


def kinds(step: Step) -> list[ChangeKind]:
    return [change.kind for change in step.changes]


def test_the_first_sweep_finds_new_devices() -> None:
    (step,) = steps([], [found("10.0.0.5", mac(MAC))])

    assert (step.device_id, step.found, kinds(step)) == (None, 0, [ChangeKind.NEW])


def test_a_device_that_is_as_it_was_has_no_changes() -> None:
    (step,) = steps([device("10.0.0.5", mac(MAC), SERIAL)], [found("10.0.0.5", mac(MAC), SERIAL)])

    assert (step.device_id, step.changes, step.presence) == (1, (), Presence.PRESENT)


def test_a_renumbered_device_has_moved_and_is_no_new_one() -> None:
    (step,) = steps([device("10.0.0.5", mac(MAC))], [found("10.0.0.77", mac(MAC))])

    (change,) = step.changes
    assert (change.kind, change.before, change.after) == (
        ChangeKind.MOVED,
        "10.0.0.5 (cctv)",
        "10.0.0.77 (cctv)",
    )


def test_two_devices_that_swap_their_addresses_have_both_moved() -> None:
    known = [device("10.0.0.5", mac(MAC)), device("10.0.0.6", mac(OTHER_MAC), number=2)]
    both = steps(known, [found("10.0.0.6", mac(MAC)), found("10.0.0.5", mac(OTHER_MAC))])

    assert [(step.device_id, kinds(step)) for step in both] == [
        (1, [ChangeKind.MOVED]),
        (2, [ChangeKind.MOVED]),
    ]


def test_a_swapped_unit_at_the_same_address_is_new_and_the_old_one_silent() -> None:
    new, old = steps(
        [device("10.0.0.5", mac(MAC), SERIAL)], [found("10.0.0.5", mac(OTHER_MAC), OTHER_SERIAL)]
    )

    assert (new.device_id, kinds(new)) == (None, [ChangeKind.NEW])
    assert (old.device_id, kinds(old), old.missed) == (1, [ChangeKind.SILENT], 1)


def test_a_swapped_unit_beyond_a_router_is_told_by_its_serial_number_alone() -> None:
    new, old = steps([device("10.0.0.5", SERIAL)], [found("10.0.0.5", OTHER_SERIAL)])

    assert (new.device_id, old.device_id) == (None, 1)


def test_what_two_protocols_call_the_serial_number_is_not_compared() -> None:
    onvif = Identity(Field.ONVIF_SERIAL, "AAWRG12345678")
    (step,) = steps([device("10.0.0.5", SERIAL)], [found("10.0.0.5", onvif)])

    assert (step.device_id, step.changes) == (1, ())


def test_a_serial_number_outranks_a_changed_uuid_and_a_new_network_card() -> None:
    new_uuid = Identity(Field.WSD_ENDPOINT, "urn:uuid:ffff0010-0001-1020-8000-c056e37a3102")
    (step,) = steps(
        [device("10.0.0.5", mac(MAC), SERIAL, UUID)], [found("10.0.0.5", mac(OTHER_MAC), SERIAL, new_uuid)]
    )

    assert (step.device_id, step.changes) == (1, ())


def test_one_default_uuid_on_two_units_with_different_serial_numbers_joins_nothing() -> None:
    new, old = steps([device("10.0.0.5", SERIAL, UUID)], [found("10.0.0.6", OTHER_SERIAL, UUID)])

    assert (new.device_id, old.device_id) == (None, 1)


def test_a_random_mac_counts_only_at_the_same_address() -> None:
    (same,) = steps([device("10.0.0.5", mac(RANDOM_MAC))], [found("10.0.0.5", mac(RANDOM_MAC))])
    assert same.device_id == 1

    new, old = steps([device("10.0.0.5", mac(RANDOM_MAC))], [found("10.0.0.6", mac(RANDOM_MAC))])
    assert (new.device_id, old.device_id) == (None, 1)


def test_a_device_that_is_only_known_by_its_address_stays_the_same_at_it() -> None:
    (step,) = steps([device("10.0.0.5")], [found("10.0.0.5", mac(MAC), SERIAL)])

    assert (step.device_id, step.changes) == (1, ())


def test_upgraded_firmware_is_a_change_of_firmware_only() -> None:
    upgraded = found("10.0.0.5", mac(MAC), firmware=Firmware("V5.7.20", date(2024, 5, 1)))
    (step,) = steps([device("10.0.0.5", mac(MAC))], [upgraded])

    (change,) = step.changes
    assert (change.kind, change.before, change.after) == (
        ChangeKind.FIRMWARE,
        "V5.7.3 build 2022-01-12",
        "V5.7.20 build 2024-05-01",
    )


def test_a_firmware_that_was_not_shown_this_time_has_not_changed() -> None:
    (step,) = steps([device("10.0.0.5", mac(MAC))], [found("10.0.0.5", mac(MAC), firmware=None)])

    assert step.changes == ()


def test_another_maker_behind_the_same_mac_is_a_re_identification() -> None:
    other = found("10.0.0.5", mac(MAC), maker="Axis", status=Status.OTHER_MAKER, model=None, firmware=None)
    (step,) = steps([device("10.0.0.5", mac(MAC))], [other])

    (change,) = step.changes
    assert change.kind is ChangeKind.REIDENTIFIED
    assert (change.before, change.after) == ("flagged Hikvision DS-2CD2143G2-I", "other_maker Axis")


def test_a_device_that_did_not_answer_this_time_is_not_another_one() -> None:
    quiet = found("10.0.0.5", mac(MAC), status=Status.NOT_ASSESSED, maker=None, model=None, firmware=None)
    (step,) = steps([device("10.0.0.5", mac(MAC))], [quiet])

    assert step.changes == ()


def test_a_missing_device_is_silent_first_and_gone_after_so_many_covered_sweeps() -> None:
    known = device("10.0.0.5", mac(MAC))
    told = []
    for _ in range(5):
        (step,) = steps([known], [])
        told.append((step.presence, step.missed, kinds(step)))
        known = replace(known, presence=step.presence, missed=step.missed)

    assert told == [
        (Presence.SILENT, 1, [ChangeKind.SILENT]),
        (Presence.SILENT, 2, []),
        (Presence.GONE, 3, [ChangeKind.GONE]),
        (Presence.GONE, 3, []),
        (Presence.GONE, 3, []),
    ]


def test_where_nobody_looked_nothing_is_missed() -> None:
    (step,) = steps([device("10.0.0.5", mac(MAC), missed=2, presence=Presence.SILENT)], [], nowhere)

    assert (step.presence, step.missed, step.changes) == (Presence.SILENT, 2, ())


def test_a_silent_device_that_answers_again_is_unchanged_and_its_count_begins_anew() -> None:
    known = device("10.0.0.5", mac(MAC), missed=2, presence=Presence.SILENT)
    (step,) = steps([known], [found("10.0.0.5", mac(MAC))])

    assert (step.presence, step.missed, step.changes) == (Presence.PRESENT, 0, ())


def test_a_gone_device_that_answers_again_has_returned() -> None:
    known = device("10.0.0.5", mac(MAC), missed=3, presence=Presence.GONE)
    (step,) = steps([known], [found("10.0.0.5", mac(MAC))])

    assert kinds(step) == [ChangeKind.RETURNED]


def test_two_devices_that_prove_to_be_one_become_one_and_none_is_missed() -> None:
    by_mac, by_serial = device("10.0.0.5", mac(MAC)), device("10.9.0.5", SERIAL, number=2)
    (step,) = steps([by_mac, by_serial], [found("10.0.0.5", mac(MAC), SERIAL)])

    assert (step.device_id, step.absorbed) == (2, (1,))


def test_a_device_with_two_addresses_has_not_moved_when_the_other_one_leads() -> None:
    both = found("10.0.0.5", mac(MAC), also_at=(Host(ip_address("10.0.0.6")),))
    (step,) = steps([device("10.0.0.6", mac(MAC))], [both])

    assert step.changes == ()


def test_half_an_answer_at_an_address_is_of_whoever_has_it_now() -> None:
    before = device("10.0.0.5", SERIAL, presence=Presence.GONE, missed=3)
    now = device("10.0.0.5", OTHER_SERIAL, number=2)

    met, missed = steps([before, now], [found("10.0.0.5")])

    assert (met.device_id, met.changes) == (2, ())
    assert (missed.device_id, missed.presence) == (1, Presence.GONE)


def test_of_two_that_were_missed_at_an_address_the_one_that_was_seen_last_is_back() -> None:
    earlier = device("10.0.0.5", SERIAL, presence=Presence.SILENT, last_seen=NOW - timedelta(days=9))
    later = device("10.0.0.5", OTHER_SERIAL, number=2, presence=Presence.SILENT)

    met, _ = steps([earlier, later], [found("10.0.0.5")])

    assert met.device_id == 2


WEAK = {"status": Status.SUSPECTED, "tier": Tier.POSSIBLE, "model": None, "firmware": None}
NOTHING = {**WEAK, "status": Status.NOT_MATCHED, "tier": Tier.NONE, "maker": None}
ANOTHER = {**NOTHING, "status": Status.OTHER_MAKER, "tier": Tier.POSSIBLE, "maker": "Axis"}


@pytest.mark.parametrize("kind", SweepKind, ids=str)
def test_a_weak_hint_at_the_same_maker_takes_nothing_away(kind: SweepKind) -> None:
    (step,) = steps([device("10.0.0.5", mac(MAC))], [found("10.0.0.5", mac(MAC), **WEAK)], nowhere, kind)

    assert (step.changes, step.learned) == ((), {})


@pytest.mark.parametrize("kind", [SweepKind.IMPORT, SweepKind.LISTEN, SweepKind.CAPTURE], ids=str)
@pytest.mark.parametrize("heard", [NOTHING, ANOTHER], ids=["no match", "a hint at another maker"])
def test_where_nobody_was_asked_little_takes_nothing_away(heard: dict[str, object], kind: SweepKind) -> None:
    (step,) = steps([device("10.0.0.5", mac(MAC))], [found("10.0.0.5", mac(MAC), **heard)], nowhere, kind)

    assert (step.changes, step.learned) == ((), {})


def test_whoever_was_asked_and_shows_nothing_any_more_may_be_another_one() -> None:
    (step,) = steps([device("10.0.0.5")], [found("10.0.0.5", **NOTHING)])

    assert kinds(step) == [ChangeKind.REIDENTIFIED]
    assert step.learned["status"] == "not_matched"


@pytest.mark.parametrize(
    ("last_status", "status"), [("flagged", "not_matched"), ("not_matched", "flagged")], ids=str
)
def test_only_evidence_that_flagged_a_device_clears_it_when_judged_again(
    last_status: str, status: str
) -> None:
    known = device("10.0.0.5", mac(MAC), last_status=last_status)
    (step,) = steps([known], [found("10.0.0.5", mac(MAC), **NOTHING)], nowhere, SweepKind.REJUDGE)

    assert step.learned.get("status", known.status) == status


def test_an_old_capture_brings_nobody_back() -> None:
    gone = device("10.0.0.5", mac(MAC), presence=Presence.GONE, missed=3)
    heard = found("10.0.0.5", mac(MAC), last_seen=NOW - timedelta(days=30))

    (step,) = steps([gone], [heard], nowhere, SweepKind.CAPTURE)

    assert (step.presence, step.missed, step.changes, step.is_news) == (Presence.GONE, 3, (), False)


def test_a_newer_capture_does() -> None:
    gone = device("10.0.0.5", mac(MAC), presence=Presence.GONE, missed=3)
    heard = found("10.0.0.5", mac(MAC), last_seen=NOW + timedelta(days=1))

    (step,) = steps([gone], [heard], nowhere, SweepKind.CAPTURE)

    assert (step.presence, step.missed, kinds(step)) == (Presence.PRESENT, 0, [ChangeKind.RETURNED])


@pytest.mark.parametrize("part", [Firmware("V5.7.3"), Firmware("", date(2022, 1, 12))], ids=firmware_text)
def test_a_firmware_of_which_a_part_is_shown_is_the_same(part: Firmware) -> None:
    (step,) = steps([device("10.0.0.5", mac(MAC))], [found("10.0.0.5", mac(MAC), firmware=part)])

    assert (step.changes, step.learned["firmware"]) == ((), "V5.7.3 build 2022-01-12")


def test_of_two_units_with_one_serial_number_the_one_that_kept_its_place_is_the_known_one() -> None:
    copy = found("10.0.0.2", mac(OTHER_MAC), SERIAL)
    new, same = steps([device("10.0.0.5", mac(MAC), SERIAL)], [copy, found("10.0.0.5", mac(MAC), SERIAL)])

    assert (new.device_id, kinds(new)) == (None, [ChangeKind.NEW])
    assert (same.device_id, same.changes) == (1, ())
