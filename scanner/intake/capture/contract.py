"""What reading a capture file gives, and the bounds that both formats share."""

from typing import NamedTuple

from scanner.protocols.frame import LinkType

# libpcap's MAXIMUM_SNAPLEN: no tool captures more of a frame, and no network carries one as long.
MAX_FRAME_BYTES = 262_144
# The last second that datetime holds ends here: 10000-01-01 in seconds since 1970, UTC.
END_OF_TIME_S = 253_402_300_800


class Batch(NamedTuple):
    """Frames of one interface, in the order of the file, each with its time in seconds since 1970, UTC.

    ``interface`` is the name that the file gives; None where it gives none.
    """

    link_type: LinkType
    interface: str | None
    frames: list[tuple[float, bytes]]


class Damaged(Exception):
    """The stream cannot be followed any further; the message says why, as half a sentence."""
