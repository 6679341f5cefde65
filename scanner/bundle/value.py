"""Values of a document that nobody vouches for, each of the kind that it has to be. All raise TypeError."""


def text(value: object) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def optional_text(value: object) -> str | None:
    """Return a text, or None where nothing is known."""
    return None if value is None else text(value)


def number(value: object) -> int:
    """Return a whole number, which in JSON True and False are not."""
    if type(value) is not int:
        raise TypeError("no number")
    return value
