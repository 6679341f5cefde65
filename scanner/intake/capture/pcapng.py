"""The newer capture file: sections of blocks, with a description of every interface.

Layout: draft-ietf-opsawg-pcapng. Byte order is that of the machine which wrote the section. Blocks of
unknown kinds are skipped, whatever their length.
"""

from collections.abc import Iterator

from scanner.intake.capture.contract import END_OF_TIME_S, MAX_FRAME_BYTES, Batch, Damaged
from scanner.intake.capture.interface import Described, Layout, described_by, options
from scanner.intake.capture.loss import Losses
from scanner.intake.capture.window import Window

# The section header's number reads the same in both byte orders.
_SECTION = 0x0A0D0D0A
MAGIC = _SECTION.to_bytes(4)
_BYTE_ORDERS = {bytes.fromhex("4d3c2b1a"): "<", bytes.fromhex("1a2b3c4d"): ">"}
# 1.2 is the same as 1.0, says the draft; a higher major number would be another layout.
_MAJOR_VERSION = 1
_INTERFACE = 1
_OBSOLETE_PACKET = 2
_SIMPLE_PACKET = 3
_STATISTICS = 5
_ENHANCED_PACKET = 6

# Kind and length before the body, the length again behind it.
_HEAD_BYTES, _TAIL_BYTES = 8, 4
_EMPTY_BLOCK_BYTES = _HEAD_BYTES + _TAIL_BYTES
# Interface, time and lengths, before the frame itself; the same in the obsolete block.
_PACKET_BYTES = 20
_FRAME_AT = _HEAD_BYTES + _PACKET_BYTES
_EMPTY_PACKET_BYTES = _FRAME_AT + _TAIL_BYTES
# The longest frame and 64 KiB of options, which dissectors' comments and interface texts do not reach.
_MAX_BLOCK_BYTES = MAX_FRAME_BYTES + 64 * 1024
# mergecap describes one for each of its files; each is kept until its section ends.
_MAX_INTERFACES = 4096
# Interface and time, before the options of a statistics block.
_STATISTICS_BYTES = 12
# isb_ifdrop and isb_osdrop: lost by the interface, and by the machine behind it.
_DROPS = (5, 7)


class Sections:
    """One file, section after section. A simple packet block, which has no time, gets ``told_at_s``."""

    def __init__(self, window: Window, losses: Losses, told_at_s: float) -> None:
        self._window = window
        self._losses = losses
        self._told_at_s = told_at_s
        self._layout = Layout("<")
        self._interfaces: list[Described] = []
        self._batches: list[Batch] = []
        self._readers = {
            _SECTION: self._section,
            _INTERFACE: self._interface,
            _OBSOLETE_PACKET: self._obsolete,
            _SIMPLE_PACKET: self._simple,
            _STATISTICS: self._statistics,
            _ENHANCED_PACKET: self._enhanced,
        }

    def batches(self) -> Iterator[Batch]:
        """Yield the frames of each stretch of the file, interface by interface.

        Raises Damaged, with the window at the first block that cannot be used.
        """
        needed = _EMPTY_BLOCK_BYTES
        while self._window.fill(needed):
            try:
                needed = self._take()
            except Damaged:
                yield from self._gathered()
                raise
            yield from self._gathered()
        if self._window.ahead:
            raise Damaged("the file ends within a block")

    def _take(self) -> int:
        """Take every whole block of the window; return the size of the next one."""
        while True:
            self._take_packets()
            needed = self._take_block()
            if needed:
                return needed

    def _take_packets(self) -> None:
        """Take enhanced packet blocks up to the first thing that is anything else."""
        # Runs once per frame: no calls of our own in here.
        data, offset, end = self._window.data, self._window.offset, len(self._window.data)
        head, tail = self._layout.packet, self._layout.number
        last, current, cut_short = end - _EMPTY_PACKET_BYTES, -1, 0
        while offset <= last:
            kind, total, number, high, low, captured, original = head(data, offset)
            stop = offset + total
            if kind != _ENHANCED_PACKET or stop > end or captured > total - _EMPTY_PACKET_BYTES:
                break
            if total & 3 or total > _MAX_BLOCK_BYTES or tail(data, stop - _TAIL_BYTES)[0] != total:
                break
            if number != current:
                if number >= len(self._interfaces) or self._interfaces[number].link_type is None:
                    break
                interface = self._interfaces[number]
                unit_s, offset_s, append = interface.unit_s, interface.offset_s, interface.frames.append
                current = number
            at_s = (high << 32 | low) * unit_s + offset_s
            if not 0 <= at_s < END_OF_TIME_S:
                break
            start = offset + _FRAME_AT
            append((at_s, data[start : start + captured]))
            if captured < original:
                cut_short += 1
            offset = stop
        self._window.offset = offset
        self._losses.cut_short += cut_short

    def _take_block(self) -> int:
        """Take one block of any kind; return 0, or the size of a block that is not whole yet."""
        window = self._window
        if window.ahead < _EMPTY_BLOCK_BYTES:
            return _EMPTY_BLOCK_BYTES
        kind, total = self._head()
        if total > _MAX_BLOCK_BYTES:
            self._skip(kind, total)
            return 0
        if window.ahead < total:
            return total
        self._check_tail(total, total - _TAIL_BYTES)
        reader = self._readers.get(kind)
        if reader is not None:
            start = window.offset + _HEAD_BYTES
            reader(window.data[start : window.offset + total - _TAIL_BYTES])
        window.offset += total
        return 0

    def _head(self) -> tuple[int, int]:
        """Return kind and length of the next block; a section header sets the byte order first."""
        data, offset = self._window.data, self._window.offset
        if data[offset : offset + 4] == MAGIC:
            order = _BYTE_ORDERS.get(data[offset + 8 : offset + 12])
            if order is None:
                raise Damaged("a section's header has no byte-order mark")
            self._end_section(order)
        kind, total = self._layout.pair(data, offset)
        if total < _EMPTY_BLOCK_BYTES or total % 4:
            raise Damaged(f"a block claims {total:,} bytes, which no block can have")
        return kind, total

    def _skip(self, kind: int, total: int) -> None:
        """Pass over a block that is too long to hold; in a kind that is read it is a loss."""
        if kind in self._readers:
            self._leave_out("the block is longer than the longest frame and its notes")
        if kind == _INTERFACE:
            # It keeps its number, or the frames of the next one would be taken for its own.
            self._interface(b"")
        if not (self._window.skip(total - _TAIL_BYTES) and self._window.fill(_TAIL_BYTES)):
            raise Damaged(f"the file ends within a block that claims {total:,} bytes")
        self._check_tail(total)
        self._window.offset += _TAIL_BYTES

    def _check_tail(self, total: int, at: int = 0) -> None:
        """Raise Damaged unless a block ends, so far ahead, with the length that it begins with."""
        tail = self._layout.number(self._window.data, self._window.offset + at)[0]
        if tail != total:
            raise Damaged(f"a block ends with another length ({tail:,}) than it begins with ({total:,})")

    def _end_section(self, order: str) -> None:
        """Forget the interfaces, whose numbers start anew in the next section."""
        self._batches.extend(self._emptied())
        self._interfaces.clear()
        self._layout = Layout(order)

    def _gathered(self) -> Iterator[Batch]:
        """Yield what was taken since the last time, in the order of sections."""
        self._batches.extend(self._emptied())
        yield from self._batches
        self._batches.clear()

    def _emptied(self) -> Iterator[Batch]:
        for interface in self._interfaces:
            if interface.frames and interface.link_type is not None:
                yield Batch(interface.link_type, interface.name, interface.frames)
                interface.frames = []

    def _section(self, body: bytes) -> None:
        major = self._layout.half(body, 4)[0] if len(body) >= 6 else 0
        if major != _MAJOR_VERSION:
            raise Damaged(f"a section is of pcapng version {major}, and only version 1 is read")

    def _interface(self, body: bytes) -> None:
        if len(self._interfaces) < _MAX_INTERFACES:
            self._interfaces.append(described_by(body, self._layout))

    def _statistics(self, body: bytes) -> None:
        """Note what the capturing machine lost; the counters run from its start."""
        number = self._layout.number(body)[0] if len(body) >= _STATISTICS_BYTES else len(self._interfaces)
        if number >= len(self._interfaces):
            return
        interface = self._interfaces[number]
        told = options(body[_STATISTICS_BYTES:], self._layout)
        lost = sum(self._layout.long(told[drop])[0] for drop in _DROPS if len(told.get(drop, b"")) == 8)
        self._losses.drop(_named(interface, number), max(0, lost - interface.dropped))
        interface.dropped = lost

    def _enhanced(self, body: bytes) -> None:
        if len(body) < _PACKET_BYTES:
            return self._leave_out("the block is too short for its own header")
        number, high, low, captured, original = self._layout.enhanced(body)
        return self._keep(number, high << 32 | low, captured, original, body[_PACKET_BYTES:])

    def _obsolete(self, body: bytes) -> None:
        if len(body) < _PACKET_BYTES:
            return self._leave_out("the block is too short for its own header")
        number, high, low, captured, original = self._layout.obsolete(body)
        return self._keep(number, high << 32 | low, captured, original, body[_PACKET_BYTES:])

    def _simple(self, body: bytes) -> None:
        """Take a frame of the section's first interface; its length is what the snap length leaves."""
        if len(body) < 4:
            return self._leave_out("the block is too short for its own header")
        original = self._layout.number(body)[0]
        snap = self._interfaces[0].snap_bytes if self._interfaces else 0
        return self._keep(0, None, min(original, snap or original, len(body) - 4), original, body[4:])

    def _keep(self, number: int, ticks: int | None, captured: int, original: int, data: bytes) -> None:
        """Add a frame to its interface, or count why not."""
        if number >= len(self._interfaces):
            return self._leave_out(f"the block names interface {number}, which the file does not describe")
        interface = self._interfaces[number]
        if interface.link_type is None:
            return self._leave_out(f"{_named(interface, number)} {interface.unread}")
        if captured > len(data):
            return self._leave_out("the block claims more bytes than it has")
        at_s = self._told_at_s if ticks is None else ticks * interface.unit_s + interface.offset_s
        if not 0 <= at_s < END_OF_TIME_S:
            return self._leave_out("the time lies before 1970 or after 9999")
        interface.frames.append((at_s, data[:captured]))
        self._losses.cut_short += captured < original
        return None

    def _leave_out(self, cause: str) -> None:
        self._losses.leave_out(cause, self._window.position)


def _named(interface: Described, number: int) -> str:
    return repr(interface.name) if interface.name else f"interface {number}"
