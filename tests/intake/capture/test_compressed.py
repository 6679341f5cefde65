"""Captures in gzip (RFC 1952) and zstd (RFC 8878)."""

import gzip
from collections.abc import Callable
from io import BufferedReader, BytesIO, RawIOBase
from typing import TYPE_CHECKING

import pytest
import zstandard

from scanner.errors import NotThisKind
from scanner.intake.capture import Batch, frames
from scanner.intake.capture.compressed import BLOCK_BYTES, blocks
from tests.intake.capture.layout import ARP, FRAMES, Ng, Trickle, pcap, pcap_head, read, record, source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MANY = pcap_head() + record(b"\3" * 1000, 1) * 2000


def zstd(data: bytes, **options: int) -> bytes:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, **options)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return packer.compress(data) + packer.flush()


SKIPPABLE = bytes.fromhex("502a4d18 04000000") + b"note"


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(pcap()),
        gzip.compress(pcap()[:100]) + gzip.compress(pcap()[100:]),
        gzip.compress(pcap()) + bytes(512),
        gzip.compress(b"") * 1000 + gzip.compress(pcap()),
        zstd(pcap()),
        zstd(pcap()[:100]) + zstd(pcap()[100:]),
        SKIPPABLE + zstd(pcap()),
    ],
    ids=["gzip", "members", "padded", "empty members", "zstd", "zstd frames", "zstd skippable"],
)
@pytest.mark.parametrize("step", [1, 1000, 10**6])
def test_a_packed_capture_is_read_like_a_plain_one(packed: bytes, step: int) -> None:
    heard, told = read(Trickle(packed, (step,)))

    assert [frame for _, frame in heard[None]] == FRAMES
    assert told == []


def test_pcapng_may_be_packed_as_well() -> None:
    assert read(gzip.compress(Ng(">").file())) == read(zstd(Ng(">").file())) == read(Ng(">").file())


def test_gzip_that_ends_early_gives_what_came_before_and_says_so() -> None:
    packed = gzip.compress(MANY)

    heard, told = read(packed[: len(packed) // 2])

    assert 100 < len(heard[None]) < 2000
    assert "its gzip data end before their end mark" in told[0]


def test_zstd_that_ends_early_gives_what_came_before_and_says_so() -> None:
    packed = zstd(MANY)

    heard, told = read(packed[: len(packed) // 2])

    assert 100 < len(heard[None]) < 2000
    assert "the file ends within a frame's record" in told[0]


@pytest.mark.parametrize(
    ("packed", "kind"), [(gzip.compress(MANY)[:-8], "gzip"), (zstd(MANY, write_checksum=1)[:-8], "zstd")]
)
def test_content_that_fails_its_checksum_is_used_and_said(packed: bytes, kind: str) -> None:
    heard, told = read(packed + b"\xff" * 8)

    assert len(heard[None]) > 1800
    assert f"its {kind} data are damaged" in told[0]


def test_bytes_behind_the_last_member_are_not_passed_over_in_silence() -> None:
    heard, told = read(gzip.compress(pcap()) + b"more")

    assert len(heard[None]) == 3
    assert "its gzip data are damaged (Error -3 while decompressing data: incorrect header check)" in told[0]


def test_a_packed_file_of_another_kind_is_refused_by_its_content() -> None:
    with pytest.raises(NotThisKind, match="begins with the bytes 3c 68 74 6d 6c 3e"):
        read(gzip.compress(b"<html>"))


@pytest.mark.parametrize("packed", [gzip.compress(b""), zstd(b"")], ids=["gzip", "zstd"])
def test_packed_emptiness_is_empty(packed: bytes) -> None:
    with pytest.raises(NotThisKind, match="it is empty"):
        read(packed)


def test_one_layer_is_unpacked() -> None:
    with pytest.raises(NotThisKind, match="1f 8b"):
        read(gzip.compress(gzip.compress(pcap())))


def test_a_zstd_window_that_needs_much_memory_is_refused_with_advice() -> None:
    with pytest.raises(NotThisKind, match="zstd -dc --long=31"):
        read(zstd(pcap() * 100, window_log=27))


@pytest.mark.parametrize("packer", [gzip.compress, zstd])
def test_a_bomb_comes_out_in_small_blocks(packer: Callable[[bytes], bytes]) -> None:
    # Zeros: records of empty frames, as far as the format goes.
    bomb = packer(pcap_head() + bytes(64 * 1024 * 1024))

    sizes = [len(block) for block in blocks(BytesIO(bomb))]

    assert len(bomb) < 100_000
    assert sum(sizes) == 64 * 1024 * 1024 + 24
    assert max(sizes) <= BLOCK_BYTES


class Pipe(RawIOBase):
    """A pipe into which somebody writes a frame now and then."""

    name, mode = "pipe", "rb"

    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        part = self.parts.pop(0) if self.parts else b""
        memoryview(buffer)[: len(part)] = part
        return len(part)


def test_a_capture_still_being_written_is_read_as_it_comes() -> None:
    pipe = Pipe([pcap_head() + record(ARP, 1), record(ARP, 2), record(ARP, 3)])

    first = next(frames(source(BufferedReader(pipe))))

    assert isinstance(first, Batch)
    assert (len(first.frames), len(pipe.parts)) == (1, 2)
