"""Text for people about one thing: labelled lines, headed parts, and bytes as hex beside their text."""

from collections.abc import Iterable, Iterator

from scanner.export.escape import escape

LABEL_WIDTH = 14
BYTES_PER_LINE = 16
_HEX_WIDTH = 3 * BYTES_PER_LINE


def heading(text: str) -> Iterator[str]:
    """Yield the head of a part, with an empty line before it."""
    yield "\n"
    yield f"{escape(text)}\n"


def labelled(pairs: Iterable[tuple[str, str | None]], indent: int = 0) -> Iterator[str]:
    """Yield a line for each label that has a value."""
    for label, value in pairs:
        if value:
            yield f"{' ' * indent}{label:<{LABEL_WIDTH}} {escape(value)}\n"


def sentence(text: str) -> Iterator[str]:
    """Yield a sentence on a line of its own."""
    yield f"{escape(text)}\n"


def dump(data: bytes, indent: int = 0) -> Iterator[str]:
    """Yield bytes in lines of 16: offset, hex, and as text where they are printable ASCII."""
    for start in range(0, len(data), BYTES_PER_LINE):
        piece = data[start : start + BYTES_PER_LINE]
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in piece)
        yield f"{' ' * indent}{start:04x}  {piece.hex(' '):<{_HEX_WIDTH}} {text}\n"
