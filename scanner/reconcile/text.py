"""A list's bytes as text, and what was guessed to get there."""

import codecs
from dataclasses import dataclass

from scanner.errors import UsageProblem

# A register of 100,000 devices with ten columns has 15 MB.
MAX_FILE_BYTES = 64 * 1024 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# Office Open XML and OpenDocument are ZIP files, older workbooks compound files ([MS-CFB] 2.2).
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
# What a spreadsheet on Windows writes as "CSV" in western countries; five of its bytes mean nothing.
_WESTERN = "cp1252"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A list as text; ``guess`` says in a sentence what was guessed, or is empty."""

    text: str
    guess: str = ""


def decoded(data: bytes, name: str) -> Decoded:
    """Return the text of a list. Raises UsageProblem when it is none that is read."""
    if data.startswith(_WORKBOOKS):
        raise _refused(name, "is a workbook and no text", "Save its sheet as CSV in UTF-8")
    if len(data) > MAX_FILE_BYTES:
        raise _refused(name, f"is larger than {MAX_FILE_BYTES // 1024**2} MiB", "Split it")
    for mark, encoding, called in _MARKS:
        if data.startswith(mark):
            return Decoded(_text(data[len(mark) :], encoding, called, name))
    return _unmarked(data, name)


def _unmarked(data: bytes, name: str) -> Decoded:
    encoding = _without_mark(data)
    if encoding:
        text = _text(data, encoding, "UTF-16", name)
        return Decoded(text, f"{name} has no byte order mark and was read as UTF-16.")
    try:
        return Decoded(_plain(data.decode("utf-8"), name))
    except UnicodeDecodeError:
        text = _plain(_text(data, _WESTERN, "UTF-8, nor in Windows-1252", name), name)
        return Decoded(
            text, f"{name} is not in UTF-8 and was read as Windows-1252: look at its accented letters."
        )


def _without_mark(data: bytes) -> str:
    """Return the byte order of UTF-16 in which every second byte of the beginning is zero, or nothing."""
    start = data[:64]
    if len(start) < 4:
        return ""
    if not any(start[1::2]) and all(start[::2]):
        return "utf-16-le"
    return "utf-16-be" if not any(start[::2]) and all(start[1::2]) else ""


def _text(data: bytes, encoding: str, called: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        cause = f"is not text in {called} (byte {error.start})"
        raise _refused(name, cause, "Save it as UTF-8") from error


def _plain(text: str, name: str) -> str:
    if "\0" in text:
        raise _refused(name, "holds zero bytes and is no text", "Save it as CSV in UTF-8")
    return text


def _refused(name: str, cause: str, remedy: str) -> UsageProblem:
    return UsageProblem(f"{name} {cause}, so nothing was compared. {remedy}.")
