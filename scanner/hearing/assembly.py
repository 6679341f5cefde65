"""One direction of a TCP flow, put together from segments as they come."""

from scanner.protocols.tcp import SEQUENCE_MASK, ahead

# Segments ahead of a gap. A lost one comes again within a round trip: 64 KiB of window, 45 segments.
# A gap that outlives these is one of the capture, and is never filled.
MAX_EARLY_PIECES = 64
MAX_EARLY_BYTES = 128 * 1024


class Assembly:
    """The bytes of one direction, from ``first`` on, as far as they came without a gap.

    Of bytes that came twice, the first copy counts, whether or not it was in order: what has been read
    is never changed by what comes later. ``data`` is for reading only.
    """

    __slots__ = ("_early", "_early_bytes", "data", "first")

    def __init__(self, first: int) -> None:
        self.first = first  # the sequence number of data[0]
        self.data = bytearray()
        self._early: list[tuple[int, bytes]] = []  # as they arrived
        self._early_bytes = 0

    @property
    def next(self) -> int:
        """The sequence number of the first byte that is missing."""
        return (self.first + len(self.data)) & SEQUENCE_MASK

    @property
    def held_bytes(self) -> int:
        """The bytes held in memory."""
        return len(self.data) + self._early_bytes

    @property
    def is_stuck(self) -> bool:
        """Whether so much waits behind a gap that the gap will not be filled."""
        return len(self._early) > MAX_EARLY_PIECES or self._early_bytes > MAX_EARLY_BYTES

    def take(self, sequence: int, payload: bytes) -> None:
        """Add one segment's bytes; what lies far outside the stream is not kept."""
        offset = ahead(sequence, self.first)
        if offset == len(self.data) and not self._early:
            self.data += payload
        elif payload and len(self.data) - len(payload) < offset <= len(self.data) + MAX_EARLY_BYTES:
            self._early.append((sequence, payload))
            self._close_gap()

    def drop(self, length: int) -> None:
        """Forget the first bytes; the stream now begins behind them."""
        del self.data[:length]
        self.first = (self.first + length) & SEQUENCE_MASK

    def _close_gap(self) -> None:
        while piece := self._piece_at(len(self.data)):
            self.data += piece
        end = self.next
        self._early = [(at, piece) for at, piece in self._early if ahead(at, end) + len(piece) > 0]
        self._early_bytes = sum(len(piece) for _, piece in self._early)

    def _piece_at(self, position: int) -> bytes:
        """Return the first copy of the bytes at ``position``, up to where an earlier copy of more begins."""
        stop = position + MAX_EARLY_BYTES
        for sequence, payload in self._early:
            start = ahead(sequence, self.first)
            if start <= position < start + len(payload):
                return payload[position - start : stop - start]
            if start > position:
                stop = min(stop, start)
        return b""
