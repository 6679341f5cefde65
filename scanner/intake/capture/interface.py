"""Interfaces as a pcapng section describes them, and the options that blocks end with.

Source: draft-ietf-opsawg-pcapng, sections 3.5 (options) and 4.2 (interface description block).
"""

from dataclasses import dataclass, field
from struct import Struct

from scanner.intake.capture.link import described, readable
from scanner.protocols.frame import LinkType
from scanner.protocols.text import decode

_END = 0
_NAME = 2
_RESOLUTION = 9
_TIME_OFFSET = 14
_MICROSECOND = 6
# A name is shown in tables and messages; Linux ends at 15 characters, Windows writes a device path.
_MAX_NAME_CHARACTERS = 80


class Layout:
    """The numbers of one byte order, each as a function of bytes and an offset."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.half = Struct(f"{order}H").unpack_from
        self.number = Struct(f"{order}I").unpack_from
        self.long = Struct(f"{order}Q").unpack_from
        self.signed_long = Struct(f"{order}q").unpack_from
        self.pair = Struct(f"{order}II").unpack_from
        self.option = Struct(f"{order}HH").unpack_from
        self.description = Struct(f"{order}HxxI").unpack_from
        # Kind and length of the block, then as below: what a packet's whole head is.
        self.packet = Struct(f"{order}IIIIIII").unpack_from
        # Interface, both halves of the time, captured and original length.
        self.enhanced = Struct(f"{order}IIIII").unpack_from
        # The older block has a drop count beside a shorter interface number.
        self.obsolete = Struct(f"{order}HxxIIII").unpack_from


@dataclass(slots=True)
class Described:
    """One interface, its frames that were not handed on yet, and how many its machine says it ``dropped``.

    ``link_type`` is None when its frames are not read; ``unread`` then says why. A time is its number
    times ``unit_s`` plus ``offset_s``. ``snap_bytes`` 0 is no limit.
    """

    name: str | None
    link_type: LinkType | None
    unread: str
    snap_bytes: int
    unit_s: float
    offset_s: int
    frames: list[tuple[float, bytes]] = field(default_factory=list)
    dropped: int = 0


def described_by(body: bytes, layout: Layout) -> Described:
    """Return what the body of an interface description block says; a cut one describes nothing readable."""
    if len(body) < 8:
        return Described(None, None, "has a description that is cut or too long", 0, 1.0, 0)
    number, snap_bytes = layout.description(body)
    told = options(body[8:], layout)
    name = decode(told.get(_NAME, b"").rstrip(b"\0"))[:_MAX_NAME_CHARACTERS] or None
    offset = told.get(_TIME_OFFSET, b"")
    return Described(
        name,
        readable(number),
        f"is of {described(number)}",
        snap_bytes,
        _unit_s(told.get(_RESOLUTION, b"")),
        layout.signed_long(offset)[0] if len(offset) == 8 else 0,
    )


def options(area: bytes, layout: Layout) -> dict[int, bytes]:
    """Return the first option of each number; a cut one ends them."""
    told: dict[int, bytes] = {}
    offset = 0
    while offset + 4 <= len(area):
        number, size = layout.option(area, offset)
        offset += 4
        if number == _END or offset + size > len(area):
            break
        told.setdefault(number, area[offset : offset + size])
        offset += (size + 3) & ~3
    return told


def _unit_s(resolution: bytes) -> float:
    """Return the seconds of one tick: a negative power of ten, or of two with the highest bit set."""
    power = resolution[0] if len(resolution) == 1 else _MICROSECOND
    return 2.0 ** -(power & 0x7F) if power & 0x80 else 10.0**-power
