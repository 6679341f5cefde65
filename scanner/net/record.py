"""The records that the capture program writes, read with distrust: its input is the network's."""

import json
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scanner.errors import CamcensusError

Received = tuple[datetime, bytes]

# A jumbo frame with its tags, and the record's own head; the program sends no longer ones.
MAX_RECORD_BYTES = 16 * 1024

_length = struct.Struct("!I")
_time = struct.Struct("!d")
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

    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> tuple[list[Received], list[Status]]:
        """Return the frames and the statuses that are whole now, each in order.

        Raises BrokenRecord for a record that is too long, of an unknown kind or not readable.
        """
        self._rest += data
        frames: list[Received] = []
        statuses: list[Status] = []
        start = 0
        while (end := self._end(start)) <= len(self._rest):
            kind = self._rest[start + 4]
            if kind == _FRAME:
                frames.append(_frame(self._rest, start + 5, end))
            elif kind == _STATUS:
                statuses.append(_status(bytes(self._rest[start + 5 : end])))
            else:
                raise BrokenRecord(f"a record of unknown kind {kind}")
            start = end
        del self._rest[:start]
        return frames, statuses

    def _end(self, start: int) -> int:
        """Return where the record at ``start`` ends, or would, once its length is there."""
        if len(self._rest) < start + 4:
            return start + 5
        size: int = _length.unpack_from(self._rest, start)[0]
        if not 0 < size <= MAX_RECORD_BYTES:
            raise BrokenRecord(f"a record of {size} bytes")
        return start + 4 + size


def _frame(records: bytearray, start: int, end: int) -> Received:
    try:
        at = datetime.fromtimestamp(_time.unpack_from(records, start)[0], UTC)
    except (ValueError, OverflowError, OSError, struct.error) as problem:
        raise BrokenRecord("a frame without a time") from problem
    return at, bytes(records[start + _time.size : end])


def _status(body: bytes) -> Status:
    try:
        said = json.loads(body)
        if not isinstance(said, dict) or any(type(said[key]) is not _TYPES[key] for key in said):
            raise ValueError(body)
    except (ValueError, KeyError, RecursionError) as problem:
        raise BrokenRecord("a status that cannot be read") from problem
    return Status(**said)
