"""gzip and zstd around a capture, unpacked as far as it is read; anything else passes as it is.

gzip: RFC 1952, any number of members. zstd: RFC 8878, any number of frames, also skippable ones. One
layer is unpacked. Memory stays the same however much comes out, so a file that unpacks to terabytes
costs time alone.
"""

import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from itertools import chain
from typing import IO, cast

from zstandard import ZstdDecompressor, ZstdError

from scanner.intake.capture.contract import Damaged

Read = Callable[[int], bytes]

# What a pipe holds at once; larger blocks fall out of a core's cache and make reading slower.
BLOCK_BYTES = 64 * 1024
# What is packed is read in small pieces, since zlib copies the unread rest of a piece at every step.
_PACKED_BYTES = 32 * 1024

_MAGIC_BYTES = 4
_GZIP = b"\x1f\x8b\x08"
_ZSTD = bytes.fromhex("28b52ffd")
# RFC 8878 section 3.1.2: sixteen magic numbers whose frames hold no content; some tools begin with one.
_ZSTD_SKIPPABLE = frozenset(bytes([low]) + bytes.fromhex("2a4d18") for low in range(0x50, 0x60))
# RFC 8878 section 3.1.1.1.2 recommends decoders to support windows of 8 MiB; larger ones cost as much
# memory as the file says, and are only written on demand (zstd --long, --ultra).
_MAX_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024
# zlib's number for the gzip format with the largest window.
_ZLIB_GZIP = 31


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the content of a stream in blocks of at most BLOCK_BYTES; it is read once, from front to back.

    Raises Damaged, after everything that came before, where packed data end early or are not what they
    should be. zstd data that end between two of their own blocks pass as whole.
    """
    # A pipe gives what it has, so that a capture still being written is read as it comes.
    read: Read = stream.read1 if isinstance(stream, BufferedReader) else stream.read
    first = b""
    while len(first) < _MAGIC_BYTES and (part := read(BLOCK_BYTES)):
        first += part
    if first.startswith(_GZIP):
        return _gzip(chain(_pieces(first), _rest(read, _PACKED_BYTES)))
    if first[:_MAGIC_BYTES] == _ZSTD or first[:_MAGIC_BYTES] in _ZSTD_SKIPPABLE:
        return _zstd(chain(_pieces(first), _rest(read, _PACKED_BYTES)))
    return chain((first,), _rest(read, BLOCK_BYTES))


def _rest(read: Read, size: int) -> Iterator[bytes]:
    return iter(lambda: read(size), b"")


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _PACKED_BYTES):
        yield data[start : start + _PACKED_BYTES]


def _gzip(packed: Iterator[bytes]) -> Iterator[bytes]:
    member, piece = zlib.decompressobj(_ZLIB_GZIP), b""
    while piece := piece or next(packed, b""):
        try:
            block = member.decompress(piece, BLOCK_BYTES)
        except zlib.error as error:
            raise Damaged(f"its gzip data are damaged ({error})") from error
        if block:
            yield block
        piece = member.unconsumed_tail
        if member.eof:
            piece = _unpadded(member.unused_data, packed)
            if not piece:
                return
            member = zlib.decompressobj(_ZLIB_GZIP)
    raise Damaged("its gzip data end before their end mark")


def _unpadded(rest: bytes, packed: Iterator[bytes]) -> bytes:
    """Return what follows a member's padding, or nothing at the end.

    Tapes pad with zeros; gzip itself lets them pass.
    """
    rest = rest.lstrip(b"\0")
    while not rest and (piece := next(packed, b"")):
        rest = piece.lstrip(b"\0")
    return rest


def _zstd(packed: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = ZstdDecompressor(max_window_size=_MAX_ZSTD_WINDOW_BYTES)
    reader = unpacker.stream_reader(cast(IO[bytes], _Packed(packed)), _PACKED_BYTES, read_across_frames=True)
    while block := _next_zstd(reader.read1):
        yield block


def _next_zstd(read: Read) -> bytes:
    try:
        return read(BLOCK_BYTES)
    except ZstdError as error:
        raise Damaged(
            f"its zstd data are damaged, or need more than 8 MiB of memory ({error}); "
            "zstd -dc --long=31 may unpack them"
        ) from error


class _Packed:
    """Blocks as a file, of which zstandard needs no more than this."""

    def __init__(self, packed: Iterator[bytes]) -> None:
        self._packed = packed

    def read(self, _size: int = -1) -> bytes:
        """Return the next block, or nothing at the end."""
        return next(self._packed, b"")
