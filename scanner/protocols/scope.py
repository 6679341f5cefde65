"""ONVIF scopes: URLs in which a device describes itself.

Format: ONVIF Core Specification, section 7.3.2.2 (scope parameters): a list separated by blanks,
percent-encoded, under ``onvif://www.onvif.org/`` for the scopes that ONVIF defines.
"""

from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols.text import decode

PREFIX = "onvif://www.onvif.org/"
# What one jumbo frame can carry; the longest list in the captures has 10 scopes and 400 characters.
MAX_BYTES = 9000
MAX_SCOPES = 256


def read(data: bytes) -> tuple[Fact, ...]:
    """Return the facts of a scope list that stands alone; () when it holds no URL. Never raises."""
    scopes = decode(data[:MAX_BYTES]).split()
    return scope_facts(scopes, data) if any("://" in scope for scope in scopes) else ()


def read_text(text: str) -> tuple[Fact, ...]:
    """Return the same facts for a list that is text already."""
    return read(text.encode("utf-8", "backslashreplace"))


def scope_facts(scopes: Iterable[str], raw: bytes) -> tuple[Fact, ...]:
    """Return the whole list in wire order, then each scope; () for an empty list.

    Order and spelling of the list tell makers apart, so it is kept as sent. A single scope is
    percent-decoded and stands without ``PREFIX``; with any other prefix it stays whole.
    """
    listed = list(scopes)[:MAX_SCOPES]
    if not listed:
        return ()
    whole = Fact(Field.ONVIF_SCOPES, " ".join(listed), raw)
    return (whole, *(Fact(Field.ONVIF_SCOPE, _readable(scope), raw) for scope in dict.fromkeys(listed)))


def _readable(scope: str) -> str:
    is_onvif = scope.lower().startswith(PREFIX)
    return decode(unquote_to_bytes(scope[len(PREFIX) :] if is_onvif else scope))
