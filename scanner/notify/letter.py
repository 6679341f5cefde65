"""The text of a mail: what happened, then one line per event."""

from collections.abc import Iterator

from scanner.export.escape import shorten
from scanner.notify.digest import Digest
from scanner.notify.sentence import sentence, summary

# RFC 5322, 2.1.1: lines should have at most 78 characters, and mail programs show about so many.
_SUBJECT_CHARACTERS = 78


def subject(digest: Digest) -> str:
    """Return one line that no value can break out of."""
    return shorten(f"camcensus: {digest.site}: {summary(digest)}", _SUBJECT_CHARACTERS)


def text(digest: Digest) -> str:
    """Return the body; every line break in it is ours."""
    return "\n".join(_lines(digest)) + "\n"


def _lines(digest: Digest) -> Iterator[str]:
    number = f", sweep {digest.sweep}" if digest.sweep else ""
    yield f"{shorten(digest.site, 200)}{number}, {digest.at:%Y-%m-%d %H:%M} UTC: {summary(digest)}."
    if digest.looked_at:
        counts = (f"{count} {name.replace('_', ' ')}" for name, count in digest.looked_at.items())
        yield f"Addresses: {', '.join(counts)}."
    yield ""
    yield from (f"* {sentence(event)}" for event in digest.events)
    if digest.left_out:
        yield ""
        yield f"{digest.left_out} more are not listed here. camcensus diff shows all."
