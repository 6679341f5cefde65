"""Bytes from the wire as text that keeps what was sent visible."""


def decode(data: bytes) -> str:
    r"""Return UTF-8 text; a byte that is not UTF-8 stays readable as ``\xNN``."""
    return data.decode("utf-8", "backslashreplace")
