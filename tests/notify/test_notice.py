"""What a sweep tells whom: one message per receiver, with what it asked to hear."""

import json
from dataclasses import replace

from scanner.model.coverage import Coverage
from scanner.model.device import Presence
from scanner.model.site import NotifyOn, NotifyTarget
from scanner.model.verdict import Status
from scanner.notify.digest import Digest, dumped, loaded
from scanner.notify.notice import MAX_EVENTS, announce, trial
from tests.notify.sweep import AT, EVERYTHING, HOOK, device, ending, found

MAC = "c0:56:e3:7a:31:02"
OTHER_MAC = "c0:56:e3:7a:31:03"


def told(*arguments: object, **settings: object) -> Digest:
    (notice,) = announce(ending((HOOK,), *arguments, **settings))  # type: ignore[arg-type]
    return loaded(notice.payload)


def kinds(digest: Digest) -> list[tuple[str, str]]:
    return [(event.kind, event.what) for event in digest.events]


def test_a_new_device_is_told_with_what_it_is() -> None:
    digest = told([found("10.0.0.5", MAC)])

    (event,) = digest.events
    assert (digest.site, digest.sweep, digest.at, digest.counts) == ("depot", 12, AT, {"new": 1})
    assert digest.looked_at == {"in_scope": 254, "answered": 31, "examined": 31}
    assert (event.kind, event.what, event.device, event.flagged) == ("new", "new", 100, True)
    assert (event.segment, event.address, event.mac) == ("cctv", "10.0.0.5", MAC)
    assert (event.status, event.maker, event.brand) == ("flagged", "Acme", "Label")
    assert (event.model, event.firmware, event.serial) == ("DS-2CD", "V5.7.3", "S1")


def test_moves_other_verdicts_and_other_firmware_are_changes() -> None:
    met = [found("10.0.0.6", MAC, Status.OTHER_MAKER, "V5.8.0")]
    digest = told(met, [device(7, "10.0.0.5", MAC)])

    assert kinds(digest) == [
        ("changed", "moved"),
        ("changed", "re-identified"),
        ("changed", "firmware changed"),
    ]
    assert digest.counts == {"changed": 3}
    assert (digest.events[0].before, digest.events[0].after) == ("10.0.0.5 (cctv)", "10.0.0.6 (cctv)")
    assert (digest.events[2].before, digest.events[2].after) == ("V5.7.3", "V5.8.0")
    assert {event.device for event in digest.events} == {7}


def test_a_gone_device_is_told_by_what_was_known_of_it() -> None:
    (event,) = told([], [device(7, "10.0.0.5", MAC, missed=2)]).events

    assert (event.kind, event.device, event.address, event.model) == ("gone", 7, "10.0.0.5", "DS-2CD")


def test_a_returned_device_is_told() -> None:
    digest = told([found("10.0.0.5", MAC)], [device(7, "10.0.0.5", MAC, presence=Presence.GONE, missed=3)])

    assert kinds(digest) == [("returned", "returned")]


def test_silence_of_one_night_and_a_sweep_without_news_tell_nothing() -> None:
    known = [device(7, "10.0.0.5", MAC)]

    assert announce(ending((HOOK,), [], known)) == ()
    assert announce(ending((HOOK,), [found("10.0.0.5", MAC)], known)) == ()


def test_a_failed_sweep_tells_why() -> None:
    digest = told(coverage=None, trouble="The interface eth0 vanished.")

    (event,) = digest.events
    assert (event.kind, event.what, event.reason) == (
        "failed",
        "the sweep failed",
        "The interface eth0 vanished.",
    )
    assert (event.device, digest.looked_at) == (None, {})


def test_an_incomplete_sweep_tells_what_was_left_out() -> None:
    coverage = Coverage(AT, AT, 254, 31, 20, {"out of time": 11, "excluded": 4}, gaps=("eth1 is down.",))
    (event,) = told(coverage=coverage).events

    assert (event.kind, event.reason) == ("incomplete", "eth1 is down. 11 addresses out of time")


def test_what_was_left_out_on_purpose_is_no_news() -> None:
    assert announce(ending((HOOK,), coverage=Coverage(AT, AT, 254, 31, 31, {"excluded": 4}))) == ()


def test_each_receiver_gets_what_it_asked_for() -> None:
    gone_only = NotifyTarget("gone", HOOK.way, frozenset({NotifyOn.GONE}), (), flagged_only=False)
    flagged_only = NotifyTarget("flagged", HOOK.way, EVERYTHING)
    met = [found("10.0.0.5", MAC), found("10.0.0.6", OTHER_MAC, Status.OTHER_MAKER)]
    notices = announce(ending((HOOK, gone_only, flagged_only), met))

    assert [(one.target, len(one.payload["events"])) for one in notices] == [("hook", 2), ("flagged", 1)]
    assert notices[1].payload["events"][0]["address"] == "10.0.0.5"
    assert len({one.payload["id"] for one in notices}) == 2


def test_who_minds_flagged_devices_hears_when_one_stops_being_flagged_and_when_a_sweep_fails() -> None:
    flagged_only = NotifyTarget("flagged", HOOK.way, EVERYTHING)
    met = [found("10.0.0.5", MAC, Status.OTHER_MAKER)]
    (changed,) = announce(ending((flagged_only,), met, [device(7, "10.0.0.5", MAC)]))
    (failed,) = announce(ending((flagged_only,), coverage=None, trouble="no interface"))

    assert [event["what"] for event in changed.payload["events"]] == ["re-identified"]
    assert failed.payload["counts"] == {"failed": 1}


def test_what_a_receiver_was_told_lately_is_left_out() -> None:
    first = ending((HOOK,), [found("10.0.0.5", MAC)])
    (notice,) = announce(first)
    lately = frozenset((HOOK.name, subject) for subject in notice.subjects)
    both = replace(ending((HOOK,), [found("10.0.0.5", MAC), found("10.0.0.6", OTHER_MAC)]), told=lately)

    assert announce(replace(first, told=lately)) == ()
    (rest,) = announce(both)
    assert [event["address"] for event in rest.payload["events"]] == ["10.0.0.6"]
    assert announce(replace(first, told=frozenset({("another", notice.subjects[0])}))) == (notice,)


def test_the_same_thing_of_another_sweep_is_a_repeat_and_another_reason_is_not() -> None:
    one = announce(ending((HOOK,), coverage=None, trouble="eth0 vanished"))[0]
    same = announce(
        replace(ending((HOOK,), coverage=None, trouble="eth0 vanished"), uuid="another", sweep=13)
    )[0]
    other = announce(ending((HOOK,), coverage=None, trouble="eth1 vanished"))[0]

    assert one.subjects == same.subjects
    assert one.payload["id"] != same.payload["id"]
    assert one.subjects != other.subjects


def test_a_mass_of_events_is_counted_and_the_flagged_come_first() -> None:
    pairs = [divmod(number, 250) for number in range(MAX_EVENTS)]
    other = [found(f"10.0.{a}.{b}", f"c0:56:e3:00:{a:02x}:{b:02x}", Status.OTHER_MAKER) for a, b in pairs]
    digest = told([*other, found("10.9.0.1", MAC)])

    assert (digest.counts, len(digest.events), digest.left_out) == ({"new": 501}, MAX_EVENTS, 1)
    assert digest.events[0].address == "10.9.0.1"


def test_a_huge_value_is_cut() -> None:
    (event,) = told([found("10.0.0.5", MAC, model="A" * 100_000)]).events

    assert (len(event.model), event.model[-1]) == (200, "…")


def test_the_document_is_plain_ascii_and_comes_back_as_it_was() -> None:
    digest = told([found("10.0.0.5", MAC, model="\x1b[31m\ud800\u2028海")])
    text = json.dumps(dumped(digest))

    assert text.isascii() and text.isprintable()
    assert loaded(json.loads(text)) == digest
    assert dumped(digest)["schema"] == 1


def test_a_trial_says_that_it_is_one() -> None:
    digest = trial(ending((HOOK,)).site, HOOK, AT)

    assert (digest.site, digest.counts, digest.events[0].kind) == ("depot", {"test": 1}, "test")
