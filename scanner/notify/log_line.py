"""Events as syslog messages (RFC 5424), their message in words or in CEF.

CEF has its own escapes on top: a backslash before a backslash and a pipe in its header, before a
backslash and an equals sign in its extension. Sources: rsyslog's cef_ext_escape, Forcepoint's SIEM format
reference, the CEF mapping of several receivers for dst, dmac, rt and the labelled cs1 to cs6.
"""

from collections.abc import Callable, Iterator

from scanner import __version__
from scanner.export.escape import shorten
from scanner.model.site import NotifyOn
from scanner.notify.digest import Digest, Event
from scanner.notify.sentence import WHOLE, sentence

# RFC 5424, 6.2.1, table 1, by the names that site files use.
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"),
    *("ntp", "audit", "alert", "clock"),
    *(f"local{number}" for number in range(8)),
)
# RFC 5424, 6.1: every receiver should take so much.
MAX_BYTES = 2048
# RFC 5612: the enterprise number that belongs to nobody; camcensus has none of its own.
_SD_ID = "camcensus@32473"
# RFC 5424, 6.2.1, table 2.
_ERROR, _WARNING, _NOTICE, _INFORMATIONAL = 3, 4, 5, 6
# CEF counts from 0 to 10; what is not here is 3.
_CEF_SEVERITIES = {_ERROR: 8, _WARNING: 6, _NOTICE: 3, _INFORMATIONAL: 1}
# So many characters of each value, until the message fits: the last always does.
_LENGTHS = (WHOLE, 200, 100, 50, 20, 8)

_BOM = b"\xef\xbb\xbf"
# What RFC 5424 lets a header hold: printable ASCII without the blank, at most 255 of it.
_HOST_CHARACTERS = 255

Form = Callable[[Digest, Event, int], bytes]


def messages(digest: Digest, host: str, facility: str, form: Form) -> tuple[bytes, ...]:
    """Return one message per event, none longer than ``MAX_BYTES``."""
    number = FACILITIES.index(facility)
    return tuple(
        _fitting(digest, event, _header(digest, event, host, number), form) for event in digest.events
    )


def in_words(digest: Digest, event: Event, characters: int) -> bytes:
    """Return structured data and a sentence."""
    values = (f'{name}="{_sd(shorten(value, characters))}"' for name, value in _values(digest, event))
    said = sentence(event, characters)
    # RFC 5424, 6.4: text that is not plain ASCII says so with a byte order mark.
    mark = b"" if said.isascii() else _BOM
    return f"[{_SD_ID} {' '.join(values)}] ".encode() + mark + said.encode()


def in_cef(digest: Digest, event: Event, characters: int) -> bytes:
    """Return no structured data, and a CEF event."""
    severity = _CEF_SEVERITIES[_severity(event)]
    head = ("CEF:0", "camcensus", "camcensus", __version__, event.kind, event.what, str(severity))
    pairs = (
        f"{key}={_cef(shorten(value, characters))}" for key, value in _extension(digest, event, characters)
    )
    return ("- " + "|".join(map(_cef_head, head)) + "|" + " ".join(pairs)).encode()


FORMS: dict[str, Form] = {"rfc5424": in_words, "cef": in_cef}


def _fitting(digest: Digest, event: Event, header: bytes, form: Form) -> bytes:
    drafts = (header + form(digest, event, characters) for characters in _LENGTHS)
    return next((draft for draft in drafts if len(draft) <= MAX_BYTES), header + b"-")


def _header(digest: Digest, event: Event, host: str, facility: int) -> bytes:
    name = "".join(letter for letter in host if "!" <= letter <= "~")[:_HOST_CHARACTERS] or "-"
    priority = facility * 8 + _severity(event)
    at = digest.at.isoformat().replace("+00:00", "Z")
    return f"<{priority}>1 {at} {name} camcensus - {event.kind} ".encode()


def _severity(event: Event) -> int:
    if event.kind == NotifyOn.FAILED.value:
        return _ERROR
    if event.kind == NotifyOn.INCOMPLETE.value or event.flagged:
        return _WARNING
    return _INFORMATIONAL if event.device is None else _NOTICE


def _values(digest: Digest, event: Event) -> Iterator[tuple[str, str]]:
    """Yield what is known, by the names of the JSON document."""
    told = {
        "id": digest.id,
        "site": digest.site,
        "sweep": str(digest.sweep or ""),
        "event": event.kind,
        "what": event.what,
        "before": event.before,
        "after": event.after,
        "device": str(event.device or ""),
        "flagged": str(event.flagged).lower(),
        "segment": event.segment,
        "address": event.address,
        "mac": event.mac,
        "status": event.status,
        "maker": event.maker,
        "brand": event.brand,
        "model": event.model,
        "firmware": event.firmware,
        "serial": event.serial,
        "reason": event.reason,
    }
    yield from ((name, value) for name, value in told.items() if value)


def _extension(digest: Digest, event: Event, characters: int) -> Iterator[tuple[str, str]]:
    labelled = {
        "site": digest.site,
        "segment": event.segment,
        "maker": " ".join(part for part in (event.maker, event.brand) if part),
        "model": event.model,
        "firmware": event.firmware,
        "status": event.status,
    }
    yield "rt", str(int(digest.at.timestamp() * 1000))
    yield "externalId", digest.id
    # dst and dmac are typed: an IPv4 address and a MAC, or left out.
    if event.address and ":" not in event.address:
        yield "dst", event.address
    if event.mac:
        yield "dmac", event.mac
    for number, (label, value) in enumerate(labelled.items(), start=1):
        if value:
            yield f"cs{number}", value
            yield f"cs{number}Label", label
    yield "msg", sentence(event, characters)


def _sd(value: str) -> str:
    """Escape a PARAM-VALUE (RFC 5424, 6.3.3)."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


def _cef_head(value: str) -> str:
    return value.replace("\\", "\\\\").replace("|", "\\|")


def _cef(value: str) -> str:
    return value.replace("\\", "\\\\").replace("=", "\\=")
