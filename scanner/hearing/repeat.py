"""Devices say the same again and again; once a minute is often enough to hear it."""

from collections import OrderedDict

from scanner.protocols.frame import Frame

# Announcements come every second to every half hour; "last seen" to the minute is what an audit needs.
QUIET_S = 60.0
# Some thousand hosts with some messages each, 2 MB in all; a flood of invented ones stays bounded.
MAX_REMEMBERED = 16_384


class Repeats:
    """Remembers what was said lately, as one number for each message."""

    def __init__(self) -> None:
        self._told_at_s: OrderedDict[int, float] = OrderedDict()

    def has(self, got: Frame, at_s: float) -> bool:
        """Return whether the sender said the same less than ``QUIET_S`` ago; if not, remember it.

        Time may run backwards, as in captures that were put together. The numbers are Python's keyed
        hashes, which nobody on the network can make collide.
        """
        said = _identity(got)
        told_at_s = self._told_at_s.get(said)
        if told_at_s is not None and abs(at_s - told_at_s) < QUIET_S:
            return True
        self._told_at_s[said] = at_s
        self._told_at_s.move_to_end(said)
        if len(self._told_at_s) > MAX_REMEMBERED:
            self._told_at_s.popitem(last=False)
        return False


def _identity(got: Frame) -> int:
    """Return a number for all that a frame tells: without the packet's own counters, which change."""
    message = got.payload if got.protocol is None else got.datagram
    sender = (got.source_mac, got.vlans, got.source, got.source_port)
    return hash((*sender, got.destination_port, got.is_to_group, got.ethertype, message))
