"""The archive's own bytes: members one after the other, and nothing that is not accounted for.

Source: POSIX.1-1988 ustar, as ``tarfile`` writes it. A header is believed only when it is byte for byte the
one that this project writes for that name, size and time, so that an altered byte cannot hide in one.
"""

import io
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from shutil import copyfileobj
from typing import IO, TYPE_CHECKING

from scanner.errors import CamcensusError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK_BYTES = 512
# Eleven octal digits of the size field.
MAX_MEMBER_BYTES = 8 * 1024**3 - 1
# A bundle has seven members; more than so many are not looked at.
MAX_MEMBERS = 32
# Who made it, as far as an archive's header tells that.
OWNER = "camcensus"
_END = bytes(2 * BLOCK_BYTES)
_COPIED_BYTES = 1024 * 1024


class Altered(Exception):
    """The archive is not as it was written; the message says where, as a sentence."""


class TooLarge(CamcensusError):
    """A member is larger than the archive's format can say."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One member in an archive: where its bytes begin and how many they are; ``time_s`` is its time."""

    name: str
    offset: int
    size: int
    time_s: int


def write(out: IO[bytes], members: Iterable[tuple[str, IO[bytes]]], time_s: int) -> None:
    """Write members, each from the beginning of its file, with one time for all. Raises OSError, TooLarge."""
    for name, content in members:
        size = content.seek(0, 2)
        content.seek(0)
        if size > MAX_MEMBER_BYTES:
            raise TooLarge(
                f"{name} has {size} bytes, and an archive's member can have {MAX_MEMBER_BYTES}, so no bundle "
                "was written. Bundle fewer sweeps: --sweep names one."
            )
        out.write(header(name, size, time_s))
        copyfileobj(content, out, _COPIED_BYTES)
        out.write(bytes(-size % BLOCK_BYTES))
    out.write(_END)


def header(name: str, size: int, time_s: int) -> bytes:
    """Return the header of a member. Raises ValueError for what a header cannot say."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, time_s, 0o600
    info.uname = info.gname = OWNER
    return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape")


def is_archive(start: bytes, first: str) -> bool:
    """Whether a file begins as an archive of ours, one altered byte allowed: by its member or its owner."""
    owner_at = 265  # ustar: the name of the owner
    return start.startswith(first.encode()) or start[owner_at:].startswith(OWNER.encode())


def pieces(archive: IO[bytes]) -> Iterator[Piece]:
    """Yield the members of an archive. Raises Altered where it is not as it was written.

    When this ends of itself, every byte that is not a member's content has been checked.
    """
    length = archive.seek(0, 2)
    end, last = 0, ""
    for _count in range(MAX_MEMBERS):
        archive.seek(end)
        block = archive.read(BLOCK_BYTES)
        if not block.strip(b"\0"):
            _check_end(block + archive.read(BLOCK_BYTES + 1), last)
            return
        piece = _piece(block, end + BLOCK_BYTES, last)
        end, last = piece.offset + piece.size + -piece.size % BLOCK_BYTES, piece.name
        if end > length:
            raise Altered(f"The archive ends in the middle of {_shown(last)}.")
        yield piece
        _check_padding(archive, piece)
    raise Altered(f"It has more than {MAX_MEMBERS} members.")


def _piece(block: bytes, offset: int, last: str) -> Piece:
    after = f"after {_shown(last)}" if last else "at its beginning"
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        time_s = int(info.mtime)
        is_ours = header(info.name, info.size, time_s) == block
    except (tarfile.HeaderError, ValueError) as error:
        raise Altered(f"The header {after} is not readable as one.") from error
    if not is_ours:
        raise Altered(f"The header of {_shown(info.name)} ({after}) is not as camcensus writes it.")
    return Piece(info.name, offset, info.size, time_s)


def _check_end(end: bytes, last: str) -> None:
    if end != _END:
        raise Altered(f"The archive does not end as it was written, after {_shown(last)}.")


def _check_padding(archive: IO[bytes], piece: Piece) -> None:
    archive.seek(piece.offset + piece.size)
    if archive.read(-piece.size % BLOCK_BYTES).strip(b"\0"):
        raise Altered(f"The padding of {_shown(piece.name)} was altered.")


def _shown(name: str) -> str:
    """Return a name for people; whoever prints it escapes it."""
    return name.encode("utf-8", "backslashreplace").decode() or "the archive's beginning"


class Window(io.RawIOBase):
    """The bytes of one member; nothing of another one can be read."""

    def __init__(self, archive: IO[bytes], piece: Piece) -> None:
        self._archive = archive
        self._at = piece.offset
        self._left = piece.size

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read what fits, and nothing at the end of the member."""
        view = memoryview(buffer)
        self._archive.seek(self._at)
        data = self._archive.read(min(len(view), self._left))
        view[: len(data)] = data
        self._at += len(data)
        self._left -= len(data)
        return len(data)


def opened(archive: IO[bytes], piece: Piece) -> io.BufferedReader:
    """Return a member as a stream of its own."""
    return io.BufferedReader(Window(archive, piece), _COPIED_BYTES)
