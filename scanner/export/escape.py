r"""The one escaper: what devices sent, made safe to look at.

Terminal control sequences, line breaks, zero bytes and characters that reorder text come from the
network like any other text; a terminal, a spreadsheet or a log would obey them. JSON needs nothing of
this: its own escapes do.
"""

# Between the texts of one cell.
LIST_SEPARATOR = "; "


def escape(text: str) -> str:
    r"""Return the text with every character that is not printable as ``\xHH``, ``\uHHHH`` or ``\UHHHHHHHH``.

    The result has one line. For reading only: a backslash that was sent stays as it is, so that the
    text cannot be turned back; JSON Lines holds the bytes.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _code(character) for character in text)


def shorten(text: str, max_characters: int) -> str:
    """Return escaped text that ends in an ellipsis where it would be longer than ``max_characters``."""
    escaped = escape(text[: max_characters + 1])
    return escaped if len(escaped) <= max_characters else f"{escaped[: max_characters - 1]}…"


def _code(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
