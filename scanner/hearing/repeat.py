"""Devices say the same again and again; once a minute is often enough to hear it."""

from collections import OrderedDict
from typing import TypeVar

from scanner.protocols.frame import Frame

# Announcements come every second to every half hour; "last seen" to the minute is what an audit needs.
QUIET_S = 60.0
# Some thousand hosts with some messages each, 4 MB in all; a flood of invented ones stays bounded.
MAX_REMEMBERED = 16_384

_Value = TypeVar("_Value", int, float)


class Repeats:
    """Remembers what was said lately, as one number for each message."""

    def __init__(self) -> None:
        self._told_at_s: OrderedDict[int, float] = OrderedDict()
        self._said_by: OrderedDict[int, int] = OrderedDict()  # by the frame's look

    def has(self, got: Frame, at_s: float, look: int | None = None) -> bool:
        """Return whether the sender said the same less than ``QUIET_S`` ago; if not, remember it.

        Time may run backwards, as in captures that were put together. The numbers are Python's keyed
        hashes, which nobody on the network can make collide. ``look`` is a number for the frame itself,
        by which ``has_seen`` will know what it says; None where that depends on other frames.
        """
        said = _identity(got)
        if look is not None:
            _remember(self._said_by, look, said)
        if self._is_repeat(said, at_s):
            return True
        _remember(self._told_at_s, said, at_s)
        return False

    def has_seen(self, look: int, at_s: float) -> bool:
        """Whether a frame that looks so is known to be a repeat, without it being read again."""
        said = self._said_by.get(look)
        return said is not None and self._is_repeat(said, at_s)

    def _is_repeat(self, said: int, at_s: float) -> bool:
        told_at_s = self._told_at_s.get(said)
        return told_at_s is not None and abs(at_s - told_at_s) < QUIET_S


def _remember(known: OrderedDict[int, _Value], number: int, value: _Value) -> None:
    known[number] = value
    known.move_to_end(number)
    if len(known) > MAX_REMEMBERED:
        known.popitem(last=False)


def _identity(got: Frame) -> int:
    """Return a number for all that a frame tells: without the packet's own counters, which change."""
    message = got.payload if got.protocol is None else got.datagram
    sender = (got.source_mac, got.vlans, got.source, got.source_port)
    return hash((*sender, got.destination_port, got.is_to_group, got.ethertype, message))
