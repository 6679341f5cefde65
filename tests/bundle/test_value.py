"""Values of a document that nobody vouches for."""

import pytest

from scanner.bundle.value import number, optional_text, text


def test_values_of_the_right_kind_pass() -> None:
    assert (text("depot"), optional_text("depot"), optional_text(None), number(7)) == ("depot",) * 2 + (
        None,
        7,
    )


@pytest.mark.parametrize("value", [None, 7, b"depot", ["depot"]], ids=repr)
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        text(value)


@pytest.mark.parametrize("value", [None, "7", 7.0, True], ids=repr)
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        number(value)
