"""A capture file of either format: which it is, and what becomes of damage."""

from collections.abc import Iterator

from scanner.errors import NotThisKind
from scanner.intake.capture import pcap, pcapng
from scanner.intake.capture.compressed import blocks
from scanner.intake.capture.contract import Batch, Damaged
from scanner.intake.capture.loss import Losses
from scanner.intake.capture.window import Window
from scanner.intake.contract import Source
from scanner.model.sighting import Incident

_MAGIC_BYTES = 4
# Enough to know a file of another kind by.
_SHOWN_BYTES = 8


def frames(source: Source) -> Iterator[Batch | Incident]:
    """Yield the frames of a pcap or pcapng file, plain or in gzip or zstd, and what of it is lost.

    The stream is read from front to back and needs no seeking; memory does not grow with the file.
    Positions in incidents are bytes of the unpacked content. Frames without a time of their own have
    the file's (``source.told_at``). Raises NotThisKind, before anything is yielded, when nothing of the
    file can be used; raises OSError as the stream does.
    """
    losses = Losses(source.name)
    window = Window(iter(()))
    try:
        window = Window(blocks(source.stream))
        yield from _batches(window, losses, source.told_at.timestamp())
    except Damaged as damage:
        if window.position == 0:
            raise NotThisKind(f"{source.name} cannot be read as a capture: {damage}.") from damage
        yield Incident(
            f"{source.name} was read up to byte {window.position:,} and no further: {damage}. What came "
            "before was used, what follows is missing: capture or copy it again if it matters."
        )
    yield from losses.incidents()


def _batches(window: Window, losses: Losses, told_at_s: float) -> Iterator[Batch]:
    window.fill(_SHOWN_BYTES)
    magic = window.data[:_MAGIC_BYTES]
    if magic in pcap.LAYOUTS:
        return pcap.batches(window, losses)
    if magic == pcapng.MAGIC:
        return pcapng.Sections(window, losses, told_at_s).batches()
    raise Damaged(_unknown(window.data[:_SHOWN_BYTES]))


def _unknown(first: bytes) -> str:
    """Return why a file that begins so is neither format."""
    if not first:
        return "it is empty"
    if first[:_MAGIC_BYTES] in pcap.MODIFIED_MAGICS:
        return f"it is in a modified pcap format ({first[:_MAGIC_BYTES].hex(' ')}); editcap may convert it"
    text = first.decode("latin-1")
    begins = f"it begins with the bytes {first.hex(' ')} ({text!r})"
    return f"{begins}; pcap and pcapng are read, also in gzip or zstd"
