"""The records of the capture program, whole, in pieces and broken."""

import json
import struct
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.net.record import MAX_RECORD_BYTES, BrokenRecord, Received, RecordReader, Status, moment


def frame_record(at_s: float, frame: bytes) -> bytes:
    return struct.pack("!Icd", 9 + len(frame), b"F", at_s) + frame


def status_record(text: str) -> bytes:
    return struct.pack("!Ic", 1 + len(text.encode()), b"S") + text.encode()


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOON_S = NOON.timestamp()
STREAM = (
    status_record('{"ready": "02:00:00:00:00:01"}')
    + frame_record(NOON_S, b"first")
    + status_record('{"up": true, "dropped": 2, "sent": 3, "unsent": 1}')
    + frame_record(NOON_S + 0.25, b"")
)


def test_frames_and_statuses_come_out_in_order() -> None:
    frames, statuses = RecordReader().feed(STREAM)

    assert frames == [(NOON_S, b"first"), (NOON_S + 0.25, b"")]
    assert [moment(at_s) for at_s, _ in frames] == [NOON, NOON.replace(microsecond=250_000)]
    assert statuses == [
        Status(ready="02:00:00:00:00:01"),
        Status(up=True, dropped=2, sent=3, unsent=1),
    ]


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_the_pieces_in_which_a_stream_comes_do_not_matter(cuts: list[int]) -> None:
    reader, frames, statuses = RecordReader(), list[Received](), list[Status]()
    bounds = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(bounds):
        new_frames, new_statuses = reader.feed(STREAM[start:end])
        frames += new_frames
        statuses += new_statuses

    assert (frames, statuses) == RecordReader().feed(STREAM)


@pytest.mark.parametrize(
    "broken",
    [
        struct.pack("!I", 0),
        struct.pack("!I", MAX_RECORD_BYTES + 1),
        struct.pack("!I", 0xFFFFFFFF),
        struct.pack("!Ic", 1, b"X"),
        struct.pack("!Ic", 1, b"F"),
        frame_record(float("nan"), b""),
        frame_record(float("inf"), b""),
        frame_record(1e300, b""),
        frame_record(-1.0, b""),
        frame_record(datetime.max.replace(tzinfo=UTC).timestamp() + 1, b""),
        status_record(""),
        status_record("[]"),
        status_record("null"),
        status_record('{"up": "yes"}'),
        status_record('{"dropped": 1.5}'),
        status_record('{"sent": true}'),
        status_record('{"colour": 1}'),
        status_record("[" * 10_000),
        struct.pack("!Ic", 3, b"S") + b"\xff\xfe",
    ],
)
def test_a_record_that_keeps_no_rule_is_refused(broken: bytes) -> None:
    with pytest.raises(BrokenRecord):
        RecordReader().feed(broken + bytes(9))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(junk: bytes) -> None:
    try:
        RecordReader().feed(junk)
    except BrokenRecord as problem:
        assert str(problem)


@given(st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=8), max_size=3))
def test_any_json_object_is_a_status_or_refused(said: dict[str, object]) -> None:
    try:
        _, statuses = RecordReader().feed(status_record(json.dumps(said)))
        assert len(statuses) == 1
    except BrokenRecord as problem:
        assert "status" in str(problem)


def test_the_last_second_that_a_datetime_holds_is_a_time() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)

    (frames, _) = RecordReader().feed(frame_record(last.timestamp(), b"late"))
    assert moment(frames[0][0]) == last
