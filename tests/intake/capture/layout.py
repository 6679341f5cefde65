"""Capture files, built byte by byte after their specifications.

pcap: pcap-savefile(5) of libpcap. pcapng: draft-ietf-opsawg-pcapng-03, sections 4.1 to 4.6 and
appendix A (obsolete packet block).
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import IO

from scanner.intake.capture import Batch, frames
from scanner.intake.contract import Source
from scanner.model.sighting import Incident

TOLD_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
# An ARP request, padded as on the wire.
ARP = bytes.fromhex(
    "ffffffffffff 5850ed1fe385 0806 0001080006040001 5850ed1fe385 0a000005 000000000000 0a000001"
)
FRAMES = [ARP.ljust(60, b"\0"), b"\1" * 61, b"\2" * 1514]
BIG_TIME = 1_700_000_000


def record(frame: bytes, at: int, fraction: int = 0, order: str = "<", original: int | None = None) -> bytes:
    sizes = len(frame), len(frame) if original is None else original
    return struct.pack(f"{order}IIII", at, fraction, *sizes) + frame


def pcap_head(
    link: int = 1, order: str = "<", magic: int = 0xA1B2C3D4, version: tuple[int, int] = (2, 4)
) -> bytes:
    return struct.pack(f"{order}IHHiIII", magic, *version, 0, 0, 262144, link)


def pcap(link: int = 1, order: str = "<", magic: int = 0xA1B2C3D4) -> bytes:
    records = (record(frame, BIG_TIME + i, 500, order) for i, frame in enumerate(FRAMES))
    return pcap_head(link, order, magic) + b"".join(records)


@dataclass(frozen=True)
class Ng:
    """The blocks of one byte order."""

    order: str = "<"

    def pack(self, layout: str, *values: int) -> bytes:
        return struct.pack(self.order + layout, *values)

    def block(self, kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        return self.pack("II", kind, len(body) + 12) + body + self.pack("I", len(body) + 12)

    def option(self, number: int, value: bytes) -> bytes:
        return self.pack("HH", number, len(value)) + value + bytes(-len(value) % 4)

    def section(self, major: int = 1) -> bytes:
        return self.block(0x0A0D0D0A, self.pack("IHHq", 0x1A2B3C4D, major, 0, -1))

    def interface(self, link: int = 1, snap: int = 0, **options: bytes) -> bytes:
        numbers = {"name": 2, "resolution": 9, "offset": 14}
        told = b"".join(self.option(numbers[name], value) for name, value in options.items())
        return self.block(1, self.pack("HHI", link, 0, snap) + told + bytes(4))

    def packet(
        self, frame: bytes, ticks: int, interface: int = 0, original: int | None = None, more: bytes = b""
    ) -> bytes:
        sizes = len(frame), len(frame) if original is None else original
        head = self.pack("IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, *sizes)
        return self.block(6, head + frame + bytes(-len(frame) % 4) + more)

    def simple(self, frame: bytes, original: int) -> bytes:
        return self.block(3, self.pack("I", original) + frame)

    def obsolete(self, frame: bytes, ticks: int, interface: int = 0) -> bytes:
        head = self.pack("HHIIII", interface, 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
        return self.block(2, head + frame)

    def statistics(self, interface: int, dropped: int) -> bytes:
        return self.block(5, self.pack("III", interface, 0, 0) + self.option(5, self.pack("Q", dropped)))

    def file(self) -> bytes:
        packets = (self.packet(frame, (BIG_TIME + i) * 10**6 + 500) for i, frame in enumerate(FRAMES))
        return self.section() + self.interface(name=b"eth0") + b"".join(packets)


class Trickle(BytesIO):
    """A stream that gives what a pipe may: some bytes at a time, in turn, and no seeking."""

    def __init__(self, data: bytes, sizes: tuple[int, ...]) -> None:
        super().__init__(data)
        self._sizes = sizes
        self._turn = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self._turn += 1
        step = self._sizes[self._turn % len(self._sizes)]
        return super().read(step if size is None or size < 0 else min(size, step))

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        raise OSError("this stream cannot seek")


def source(stream: IO[bytes] | bytes) -> Source:
    return Source(BytesIO(stream) if isinstance(stream, bytes) else stream, "site.pcap", TOLD_AT)


def read(stream: IO[bytes] | bytes) -> tuple[dict[str | None, list[tuple[float, bytes]]], list[str]]:
    """Return the frames by interface and the incidents' texts."""
    heard: dict[str | None, list[tuple[float, bytes]]] = {}
    told: list[str] = []
    for got in frames(source(stream)):
        if isinstance(got, Incident):
            told.append(got.text)
        else:
            heard.setdefault(got.interface, []).extend(got.frames)
    return heard, told


def batches(stream: IO[bytes] | bytes) -> list[Batch]:
    return [got for got in frames(source(stream)) if isinstance(got, Batch)]
