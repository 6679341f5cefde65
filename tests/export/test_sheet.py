"""Text for people about one thing."""

import pytest

from scanner.export import sheet
from tests.export.hostile import HOSTILE, is_harmless


def test_what_has_no_value_has_no_line() -> None:
    assert list(sheet.labelled([("Maker", "Axis"), ("Brand", None), ("Model", "")], 2)) == [
        "  Maker          Axis\n"
    ]


def test_bytes_stand_as_offset_hex_and_text() -> None:
    assert list(sheet.dump(b"HTTP/1.1 200 OK\r\n\x1b[\xff", 2)) == [
        "  0000  48 54 54 50 2f 31 2e 31 20 32 30 30 20 4f 4b 0d  HTTP/1.1 200 OK.\n",
        "  0010  0a 1b 5b ff                                      ..[.\n",
    ]
    assert list(sheet.dump(b"")) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text: str) -> None:
    written = [
        *sheet.heading(text),
        *sheet.labelled([("Model", text)]),
        *sheet.sentence(text),
        *sheet.dump(text.encode("utf-8", "backslashreplace")),
    ]

    assert all(is_harmless(line) and line.count("\n") == 1 for line in written)
