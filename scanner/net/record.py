"""The records that the capture program writes, read with distrust: its input is the network's."""

import json
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from scanner.errors import CamcensusError

# When it came, in seconds since 1970 (UTC), and the frame: few of them are worth a datetime.
Received = tuple[float, bytes]

# A jumbo frame with its tags, and the record's own head; the program sends no longer ones.
MAX_RECORD_BYTES = 16 * 1024

_length = struct.Struct("!I")
_head = struct.Struct("!IB")
_time = struct.Struct("!d")
# datetime.max: a time that no datetime can hold is none.
_LAST_SECOND = 253402300799.0
_FRAME, _STATUS = ord("F"), ord("S")
_TYPES = {
    "ready": str,
    "up": bool,
    "dropped": int,
    "sent": int,
    "unsent": int,
    "error": str,
    "detail": str,
}


def moment(at_s: float) -> datetime:
    """Return the time of a frame as the records of an audit hold it: aware and in UTC."""
    return datetime.fromtimestamp(at_s, UTC)


class BrokenRecord(CamcensusError):
    """The capture program did not keep to the record format; the message names what it wrote."""


@dataclass(frozen=True, slots=True)
class Status:
    """One status record; what it does not say is None.

    ``ready`` is the interface's own hardware address. ``dropped``, ``sent`` and ``unsent`` count frames
    since the start; ``up`` tells whether the interface has a carrier. After ``error`` nothing follows.
    """

    ready: str | None = None
    up: bool | None = None
    dropped: int | None = None
    sent: int | None = None
    unsent: int | None = None
    error: str | None = None
    detail: str = ""


@dataclass(slots=True)
class RecordReader:
    """Puts a byte stream together into records; ``feed`` may be given any pieces of it."""

    _rest: bytes = b""

    def feed(self, data: bytes) -> tuple[list[Received], list[Status]]:
        """Return the frames and the statuses that are whole now, each in order.

        Raises BrokenRecord for a record that is too long, of an unknown kind or not readable.
        """
        records = self._rest + data
        frames: list[Received] = []
        statuses: list[Status] = []
        start, there = 0, len(records)
        while there - start >= _head.size:
            size, kind = _head.unpack_from(records, start)
            body, end = start + _head.size, start + _length.size + size
            if not 0 < size <= MAX_RECORD_BYTES:
                raise BrokenRecord(f"a record of {size} bytes")
            if end > there:
                break
            if kind == _FRAME:
                frames.append(_frame(records, body, end))
            elif kind == _STATUS:
                statuses.append(_status(records[body:end]))
            else:
                raise BrokenRecord(f"a record of unknown kind {kind}")
            start = end
        self._rest = records[start:]
        return frames, statuses


def _frame(records: bytes, start: int, end: int) -> Received:
    body = start + _time.size
    at_s: float = _time.unpack_from(records, start)[0] if body <= end else -1.0
    if not 0 <= at_s <= _LAST_SECOND:  # not a number is neither
        raise BrokenRecord("a frame without a time")
    return at_s, records[body:end]


def _status(body: bytes) -> Status:
    try:
        said = json.loads(body)
        if not isinstance(said, dict) or any(type(said[key]) is not _TYPES[key] for key in said):
            raise ValueError(body)
    except (ValueError, KeyError, RecursionError) as problem:
        raise BrokenRecord("a status that cannot be read") from problem
    return Status(**said)
