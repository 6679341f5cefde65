"""The one escaper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.export.escape import escape, shorten
from tests.export.hostile import HOSTILE, is_harmless


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_one_harmless_line(text: str) -> None:
    shown = escape(text)

    assert is_harmless(shown)
    assert "\n" not in shown


def test_each_character_is_shown_by_its_number() -> None:
    assert escape("\x1b]52;c\x07") == r"\x1b]52;c\x07"
    assert escape("a\r\nb\x9b") == r"a\x0d\x0ab\x9b"
    assert escape("\u202egpj") == r"\u202egpj"
    assert escape("\U000e0041") == r"\U000e0041"


def test_readable_text_of_any_script_stays_as_it_is() -> None:
    assert escape("海康威视 DS-2CD2032-I [é] \\x41") == "海康威视 DS-2CD2032-I [é] \\x41"


@given(st.text())
def test_whatever_was_sent_can_be_printed_and_encoded(text: str) -> None:
    shown = escape(text)

    assert shown.isprintable()
    assert shown.encode().decode() == shown


@given(st.text(), st.integers(1, 40))
def test_shortened_text_never_exceeds_its_length(text: str, max_characters: int) -> None:
    assert len(shorten(text, max_characters)) <= max_characters


def test_shortened_text_says_that_it_goes_on() -> None:
    assert shorten("DNVRS-Webs", 10) == "DNVRS-Webs"
    assert shorten("DNVRS-Webs", 6) == "DNVRS…"
