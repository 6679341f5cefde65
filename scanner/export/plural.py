"""Counts in sentences: a noun beside its number. Other words that follow a number, such as verbs, as well."""


def plural(count: int, one: str, many: str = "") -> str:
    """Return the word that follows a count; ``many`` is for words that take more than an s."""
    return one if count == 1 else many or f"{one}s"


def counted(count: int, one: str, many: str = "", *, none: str = "0") -> str:
    """Return a count with its word: ``1 device``, ``2 devices``. ``none`` stands there for 0."""
    return f"{count or none} {plural(count, one, many)}"
