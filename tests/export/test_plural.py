"""Counts in sentences."""

import pytest

from scanner.export.plural import counted, plural


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 devices"), (1, "1 device"), (2, "2 devices")], ids=["none", "one", "two"]
)
def test_a_noun_agrees_with_its_count(count: int, told: str) -> None:
    assert counted(count, "device") == told


def test_a_word_may_have_a_plural_of_its_own() -> None:
    assert counted(2, "policy", "policies") == "2 policies"
    assert (plural(1, "has", "have"), plural(2, "has", "have")) == ("has", "have")


def test_a_sentence_may_begin_with_none() -> None:
    assert counted(0, "device", none="No") == "No devices"
