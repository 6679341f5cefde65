"""The same words of the same host count once a minute; anything else about them makes them new."""

import pytest

from scanner.hearing import repeat
from scanner.hearing.repeat import Repeats
from scanner.protocols import frame
from scanner.protocols.frame import Frame
from tests.hearing.wire import CAMERA, CAMERA_MAC, CLIENT_MAC, NOTIFY, announced, answered, arp, tagged


def got(data: bytes) -> Frame:
    read = frame.parse(data)
    assert read is not None
    return read


def test_a_repeat_within_a_minute_is_one() -> None:
    repeats = Repeats()

    assert [repeats.has(got(announced(1900, NOTIFY)), at_s) for at_s in (0.0, 1.0, 59.9, 60.0, 61.0)] == [
        False,
        True,
        True,
        False,
        True,
    ]


def test_the_packets_own_counters_do_not_make_it_new() -> None:
    data = announced(1900, NOTIFY)
    counted_on = data[:18] + b"\x12\x34" + data[20:]
    repeats = Repeats()

    assert [repeats.has(got(each), 0.0) for each in (data, counted_on)] == [False, True]


@pytest.mark.parametrize(
    "other",
    [
        announced(1900, NOTIFY.replace(b"alive", b"byebye")),
        announced(1901, NOTIFY),
        tagged(announced(1900, NOTIFY), 12),
        answered(1900, NOTIFY),
        announced(1900, NOTIFY).replace(bytes.fromhex("9c8ecd0f0b1c"), bytes(6)),
        announced(1900, NOTIFY).replace(b"\x0a\0\0\x96", b"\x0a\0\0\x97"),
    ],
    ids=["words", "port", "vlan", "addressee", "card", "address"],
)
def test_another_sender_or_message_is_no_repeat(other: bytes) -> None:
    repeats = Repeats()

    assert not repeats.has(got(announced(1900, NOTIFY)), 0.0)
    assert not repeats.has(got(other), 0.0)


def test_below_ip_the_whole_message_counts() -> None:
    messages = (arp(1, CAMERA_MAC, CAMERA), arp(2, CAMERA_MAC, CAMERA), arp(1, CLIENT_MAC, CAMERA))
    repeats = Repeats()

    assert [repeats.has(got(data), 0.0) for data in messages * 2] == [False] * 3 + [True] * 3


@pytest.mark.parametrize("at_s", [-3600.0, float("nan"), float("inf"), 1e300])
def test_a_time_that_jumps_makes_it_new(at_s: float) -> None:
    repeats = Repeats()

    assert not repeats.has(got(announced(1900, NOTIFY)), 0.0)
    assert not repeats.has(got(announced(1900, NOTIFY)), at_s)


def test_a_flood_drives_out_what_was_said_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeat, "MAX_REMEMBERED", 10)
    repeats = Repeats()
    said = [got(announced(1900, NOTIFY + bytes([number]))) for number in range(12)]

    assert not any(repeats.has(each, 0.0) for each in said)
    assert [repeats.has(each, 0.0) for each in (said[11], said[2], said[1])] == [True, True, False]


def test_a_frame_that_looks_like_one_of_before_is_known_unread() -> None:
    repeats = Repeats()
    look = hash(announced(1900, NOTIFY))

    assert not repeats.has_seen(look, 0.0)
    assert not repeats.has(got(announced(1900, NOTIFY)), 0.0, look)
    assert [repeats.has_seen(look, at_s) for at_s in (1.0, 60.0)] == [True, False]
    assert not repeats.has_seen(hash(announced(1901, NOTIFY)), 1.0)


def test_looks_are_bounded_as_words_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeat, "MAX_REMEMBERED", 10)
    repeats = Repeats()
    for look in range(11):
        repeats.has(got(announced(1900, NOTIFY)), 0.0, look)

    assert [repeats.has_seen(look, 1.0) for look in (0, 1, 10)] == [False, True, True]
