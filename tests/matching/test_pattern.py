"""Values become bytes that RE2 reads, and captures become text again."""

import pytest

from scanner.matching.pattern import MAX_VALUE_BYTES, PatternError, compiled, wire_text


def test_text_is_utf_8_and_what_is_none_is_escaped() -> None:
    assert wire_text("é\x00") == b"\xc3\xa9\x00"
    assert wire_text("\udce9") == b"\\udce9"


def test_text_is_cut_to_the_cap_in_bytes() -> None:
    assert len(wire_text("é" * MAX_VALUE_BYTES)) == MAX_VALUE_BYTES


def test_captures_are_named_and_empty_ones_left_out() -> None:
    pattern = compiled("(?P<model>[A-Z]+)(?P<serial>[0-9]*)(x)?(?P<brand>y)?")

    assert pattern.captures(b"--AB") == {"model": "AB"}
    assert pattern.captures("ÄAB12".encode()) == {"model": "AB", "serial": "12"}
    assert pattern.captures(b"12") is None


def test_a_capture_that_the_cap_cut_in_a_character_stays_readable() -> None:
    assert compiled("(?s)^(?P<model>.+x.*)").captures(b"ax") == {"model": "ax"}
    assert compiled(r"(?P<model>\C+)").captures(b"a\xc3") == {"model": "a\\xc3"}


@pytest.mark.parametrize(
    ("pattern", "why"), [("(?=a)", "invalid perl operator"), (r"(a)\1", "escape"), ("[", "]")]
)
def test_what_re2_refuses_is_told_in_its_words(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=why):
        compiled(pattern)
