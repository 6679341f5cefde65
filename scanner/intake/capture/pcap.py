"""The classic capture file: a header, then records of a time, two lengths and the frame.

Layout: pcap-savefile(5) of libpcap and draft-ietf-opsawg-pcap. Times are in micro- or nanoseconds, in
the byte order of the machine that wrote the file.
"""

from collections.abc import Iterator
from struct import Struct

from scanner.intake.capture.contract import MAX_FRAME_BYTES, Batch, Damaged
from scanner.intake.capture.link import described, readable
from scanner.intake.capture.loss import Losses
from scanner.intake.capture.window import Window
from scanner.protocols.frame import LinkType

# Byte order and seconds of one unit of the fraction, by the first four bytes.
LAYOUTS: dict[bytes, tuple[str, float]] = {
    bytes.fromhex("d4c3b2a1"): ("<", 1e-6),
    bytes.fromhex("a1b2c3d4"): (">", 1e-6),
    bytes.fromhex("4d3cb2a1"): ("<", 1e-9),
    bytes.fromhex("a1b23c4d"): (">", 1e-9),
}
# Layouts that only some machines wrote, with other record headers. Source: libpcap sf-pcap.c.
MODIFIED_MAGICS = frozenset(
    order
    for magic in ("a1b2cd34", "a1b234cd", "a12b3c4d")
    for order in (bytes.fromhex(magic), bytes.fromhex(magic)[::-1])
)

_HEADER_BYTES = 24
_RECORD_BYTES = 16
# The only version in use since 1998; before 2.4 the two lengths of a record stood the other way round.
_VERSION = (2, 4)


def batches(window: Window, losses: Losses) -> Iterator[Batch]:
    """Yield the frames of a file whose first four bytes are in LAYOUTS.

    Raises Damaged, with the window at the first byte that cannot be used; the window is at 0 when
    nothing of the file can.
    """
    order, unit_s = LAYOUTS[window.data[:4]]
    link_type = _link_type(window, order)
    record = Struct(f"{order}IIII")
    needed = _RECORD_BYTES
    while window.fill(needed):
        taken, needed = _taken(window, record, unit_s, losses)
        if taken:
            yield Batch(link_type, None, taken)
        if needed > _RECORD_BYTES + MAX_FRAME_BYTES:
            claimed = needed - _RECORD_BYTES
            raise Damaged(f"a frame's record claims {claimed:,} bytes, more than any network carries")
    if window.ahead:
        raise Damaged("the file ends within a frame's record")


def _link_type(window: Window, order: str) -> LinkType:
    """Take the header and return the link type."""
    if not window.fill(_HEADER_BYTES):
        raise Damaged("the file ends within its header")
    major, minor, link = Struct(f"{order}4xHH12xI").unpack_from(window.data)
    if (major, minor) != _VERSION:
        raise Damaged(f"it is of pcap version {major}.{minor}, and only 2.4 is read; editcap may convert it")
    # The upper half tells of the frame check sequence, which stands behind what is read of a frame.
    number = link & 0xFFFF
    link_type = readable(number)
    if link_type is None:
        raise Damaged(f"its frames are of {described(number)}")
    window.offset = _HEADER_BYTES
    return link_type


def _taken(
    window: Window, record: Struct, unit_s: float, losses: Losses
) -> tuple[list[tuple[float, bytes]], int]:
    """Take every whole record of the window; return the frames and the size of the next record."""
    # Runs once per frame: no calls of our own in here.
    data, offset, end, header = window.data, window.offset, len(window.data), record.unpack_from
    frames: list[tuple[float, bytes]] = []
    append, last, needed, cut_short = frames.append, end - _RECORD_BYTES, _RECORD_BYTES, 0
    while offset <= last:
        seconds, fraction, captured, original = header(data, offset)
        start = offset + _RECORD_BYTES
        stop = start + captured
        if stop > end or captured > MAX_FRAME_BYTES:
            needed += captured
            break
        append((seconds + fraction * unit_s, data[start:stop]))
        if captured < original:
            cut_short += 1
        offset = stop
    window.offset = offset
    losses.cut_short += cut_short
    return frames, needed
