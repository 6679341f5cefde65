"""What is taken out of what leaves the inventory."""

from collections.abc import Iterable
from secrets import token_bytes

from scanner.bundle import place
from scanner.export.redaction import Level, Redaction
from scanner.model.site import Site

# As long as the digest that it keys.
_KEY_BYTES = 32


def redaction_of(level: Level, sites: Iterable[Site]) -> Redaction:
    """Return a redaction of what the inventory holds of some sites."""
    return fresh(level, (name for site in sites for name in place.names(site)))


def fresh(level: Level, names: Iterable[str]) -> Redaction:
    """Return a redaction with a key that is made now and stored nowhere."""
    return Redaction(level, token_bytes(_KEY_BYTES), names)
