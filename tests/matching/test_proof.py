"""Patterns are timed on texts made to slow them down."""

from time import process_time

import pytest

from scanner.matching.proof import is_slow


@pytest.mark.parametrize("pattern", ["^DNVRS-Webs$", "(?is)<title>.*web service.*</title>", "é", "中+$", ""])
def test_a_sane_pattern_is_quick(pattern: str) -> None:
    assert not is_slow(pattern, ["<title>WEB SERVICE</title>", ""], process_time)


@pytest.mark.parametrize("pattern", [r"(?s)A.{0,400}m.{0,400}\x00", r"(?s)(?:[A-].{0,99}){4}\x00"])
def test_large_counted_repeats_are_slow(pattern: str) -> None:
    assert is_slow(pattern, ["Acme"], process_time)
