"""The elements of an XML file that is too long for a tree, cut out one by one as bytes.

Only for writers that escape ``<`` in everything that they quote, as nmap does: then the end tag of an
element can stand nowhere else. Memory holds one element; what a broken one costs is that element.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """An element with its name and its place in the file, in bytes from 0.

    ``is_whole`` is False for one whose end did not come, or not within the cap; ``data`` is then its
    beginning.
    """

    name: str
    position: int
    data: bytes
    is_whole: bool = True


@dataclass(slots=True)
class Pieces:
    """Reads a stream once. ``held`` is what was read but not yet cut up, and begins at byte ``position``."""

    stream: IO[bytes]
    max_bytes: int
    held: bytes = b""
    position: int = 0

    @property
    def end(self) -> int:
        """How far the stream was read, in bytes."""
        return self.position + len(self.held)

    def opening(self, size: int) -> bytes:
        """Return the first bytes, at most ``size``, and keep them to be cut up."""
        while len(self.held) < size and (more := self.stream.read(size - len(self.held))):
            self.held += more
        return self.held[:size]

    def cut(self, *names: str) -> Iterator[Piece]:
        """Yield the elements of these names, none of which may hold another of them."""
        start = re.compile(rf"<({'|'.join(names)})[\s>]".encode())
        longest = max(map(len, names)) + len("<>")
        while True:
            begun = start.search(self.held)
            if begun:
                self._drop(begun.start())
                yield self._element(begun[1], start)
                continue
            self._drop(max(0, len(self.held) - longest))
            if not self._more():
                return

    def _element(self, name: bytes, start: re.Pattern[bytes]) -> Piece:
        """Return the element that the held bytes begin with, up to its end or to the next one's start."""
        position, end, looked = self.position, b"</" + name + b">", 0
        while (found := self.held.find(end, looked)) < 0 and len(self.held) <= self.max_bytes:
            looked = max(0, len(self.held) - len(end))
            if not self._more():
                break
        size = len(self.held) if found < 0 else found + len(end)
        again = start.search(self.held, 1, size)
        data = self.held[: again.start() if again else size]
        self._drop(len(data))
        return Piece(name.decode(), position, data, is_whole=found >= 0 and not again)

    def _more(self) -> bool:
        more = self.stream.read(_CHUNK_BYTES)
        self.held += more
        return bool(more)

    def _drop(self, count: int) -> None:
        self.held = self.held[count:]
        self.position += count
