"""The part of a stream that is in memory: it moves on and never back, so that pipes can be read."""

from collections.abc import Iterator


class Window:
    """The bytes ahead of a reader. ``data[offset:]`` is what was read and not yet taken.

    Readers take by moving ``offset`` on. At most what ``fill`` was asked for and one block of the
    stream are held.
    """

    __slots__ = ("_before", "_blocks", "data", "offset")

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.data = b""
        self.offset = 0
        self._before = 0
        self._blocks = blocks

    @property
    def position(self) -> int:
        """How many bytes of the stream were taken so far."""
        return self._before + self.offset

    @property
    def ahead(self) -> int:
        """How many bytes can be taken without reading on."""
        return len(self.data) - self.offset

    def fill(self, wanted: int) -> bool:
        """Read on until ``wanted`` bytes lie ahead; False when the stream ends before.

        Raises Damaged where the stream cannot be unpacked, and OSError as the stream does.
        """
        parts = [self.data[self.offset :]]
        size = len(parts[0])
        self._before += self.offset
        self.offset = 0
        try:
            while size < wanted and (block := next(self._blocks, b"")):
                parts.append(block)
                size += len(block)
        finally:
            self.data = b"".join(parts)
        return size >= wanted

    def skip(self, size: int) -> bool:
        """Move past ``size`` bytes without holding them; False when the stream ends before."""
        while size > self.ahead:
            size -= self.ahead
            self.offset = len(self.data)
            if not self.fill(1):
                return False
        self.offset += size
        return True
