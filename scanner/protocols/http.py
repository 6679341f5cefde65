"""HTTP replies as devices send them (RFC 9112 and everything that falls short of it).

The reader takes the bytes as they came from the wire, since HTTP clients refuse what is odd: of 73
hand-made replies, nearly all malformed and nearly all naming the device, httpx 0.28.1 returned 35.
"""

import re
from calendar import timegm
from dataclasses import dataclass
from itertools import islice

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols import body, challenge, head, html
from scanner.protocols.head import Anomaly, Head, Headers
from scanner.protocols.opening import Opening, looks_like

# A server that is still thinking sends one 1xx reply, or none.
MAX_INTERIM_REPLIES = 5

# Head, body and the framing of its chunks, with room for the interim replies.
MAX_REPLY_BYTES = 1024 * 1024

# What makes a reply a partial one.
_BREAKS = frozenset({Anomaly.NO_BLANK_LINE, Anomaly.BODY_SHORT, Anomaly.BODY_CAPPED, Anomaly.HEAD_TOO_LONG})


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply.

    ``status`` is None where no status line came (HTTP/0.9, a page without a head) and ``version`` is
    as spelled, ``HTTP/1.1`` or ``ICY``, or empty. ``head`` runs from the status line to the last header line;
    ``body`` is without chunks and compression. ``anomalies`` says what was odd (see ``Anomaly``).
    """

    status: int | None
    version: str
    reason: str
    headers: Headers
    head: bytes
    body: bytes
    anomalies: tuple[Anomaly, ...] = ()

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of every header called ``name``, given in lower case."""
        return head.values(self.headers, name)

    @property
    def is_partial(self) -> bool:
        """Whether the reply broke off: its head does not end, or its body is shorter than announced."""
        return not _BREAKS.isdisjoint(self.anomalies)


def parse(data: bytes) -> Reply | None:
    """Read one reply, cut short or not; None when the bytes open with another protocol."""
    opening = looks_like(data)
    if opening in (Opening.HTML, Opening.XML):
        return Reply(None, "", "", (), b"", data[: body.MAX_BODY_BYTES])
    if opening is not Opening.HTTP:
        return None
    final, flood = _final_head(head.parse(data[:MAX_REPLY_BYTES]))
    page, oddities = body.unwrap(final.headers, final.rest)
    anomalies = (*flood, *final.anomalies, *oddities)
    return Reply(final.status, final.protocol, final.reason, final.headers, final.raw, page, anomalies)


def _final_head(reply: Head) -> tuple[Head, tuple[Anomaly, ...]]:
    for _ in range(MAX_INTERIM_REPLIES):
        if reply.status not in range(100, 200) or looks_like(reply.rest) is not Opening.HTTP:
            return reply, ()
        reply = head.parse(reply.rest)
    return reply, (Anomaly.INTERIM_FLOOD,) if reply.status in range(100, 200) else ()


_PLAIN_HEADERS = (
    (Field.HTTP_SERVER, "server"),
    (Field.HTTP_LOCATION, "location"),
    (Field.HTTP_COOKIE, "set-cookie"),
    (Field.HTTP_POWERED_BY, "x-powered-by"),
)
_CHALLENGE_FIELDS = challenge.Fields(Field.HTTP_WWWAUTH, Field.HTTP_REALM, Field.HTTP_NONCE_FORM)


def read(data: bytes) -> tuple[Fact, ...]:
    """Return what head, headers, challenges and body of a reply show, or () when it is not HTTP."""
    reply = parse(data)
    if reply is None:
        return ()
    return (*_head_facts(reply), *_body_facts(reply))


def _head_facts(reply: Reply) -> tuple[Fact, ...]:
    if not reply.head:
        return ()
    told = [(Field.HTTP_HEAD, head.text(reply.head))]
    if reply.status is not None:
        told.append((Field.HTTP_STATUS, str(reply.status)))
    told.append((Field.HTTP_NAMES, ",".join(name for name, _ in reply.headers if name)))
    told.extend((field, value) for field, name in _PLAIN_HEADERS for value in reply.values(name))
    told.append((Field.HTTP_ETAG_FORM, _etag_form(reply.headers) or ""))
    is_cut = Anomaly.CUT_LINE in reply.anomalies
    challenges = challenge.of_headers(reply.headers, _CHALLENGE_FIELDS, reply.head, is_cut)
    return (*(Fact(field, value, reply.head) for field, value in told if value), *challenges)


def _body_facts(reply: Reply) -> tuple[Fact, ...]:
    page = body.text(reply.body, next(iter(reply.values("content-type")), ""))
    if not page:
        return ()
    root = _xml_root(page) if looks_like(reply.body) is Opening.XML else ()
    facts = (Fact(Field.XML_NAMESPACE, value, reply.body) for value in root)
    return (Fact(Field.HTTP_BODY, page, reply.body), *facts, *html.read(page))


# RFC 9110 section 5.6.7; other date forms do not occur in the captures that show the sums.
_DATE = re.compile(r"\w{3}, (\d\d) (\w{3}) ([12]\d{3}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH_ETAG = re.compile(r'"([0-9]{1,12}):([0-9a-f]{1,12})"')
_PARTS_ETAG = re.compile(r'"0-[0-9a-f]{1,12}-([0-9a-f]{1,12})"')


def _etag_form(headers: Headers) -> str | None:
    """Return how an Etag was made, where the other headers prove it.

    ``epoch:hexlength``  Last-Modified as Unix time, Content-Length in hex. Source: two captures of Dahua
                         web servers, ``"1542904346:5519"`` of 2018 and ``"1780651407:298f"`` of 2026.
    ``parts-length``     0, a part, Content-Length in hex. Source: a capture of a DNVRS-Webs recorder,
                         ``"0-5e0-1e0"``, in eu-evops/homebridge-hikvision issue 2.
    """
    etag = next(iter(head.values(headers, "etag")), "")
    length = body.announced_length(headers)
    if (parts := _PARTS_ETAG.fullmatch(etag)) and int(parts[1], 16) == length:
        return "parts-length"
    epoch = _EPOCH_ETAG.fullmatch(etag)
    if epoch and int(epoch[2], 16) == length and int(epoch[1]) == _modified(headers):
        return "epoch:hexlength"
    return None


def _modified(headers: Headers) -> int | None:
    date = _DATE.fullmatch(next(iter(head.values(headers, "last-modified")), ""))
    if date is None or date[2] not in _MONTHS:
        return None
    day, _, year, *clock = date.groups()
    return timegm((int(year), _MONTHS.index(date[2]) + 1, int(day), *map(int, clock)))


# The root of an XML document, behind its declaration and one comment. The xml module reads whole trees;
# this only names the dialect. Envelopes of cameras declare some thirty namespaces, about 3 KiB.
_MAX_ROOT_CHARACTERS = 16 * 1024
_MAX_NAMESPACES = 64
_XML_ROOT = re.compile(
    r"\ufeff?\s{0,64}(?:<\?xml[^<>]{0,256}\?>\s{0,64})?(?:<!--.{0,1024}?-->\s{0,64})?"
    r"<(?:[\w.-]{1,64}:)?([\w.-]{1,64})((?:\s[^<>]*)?)/?>",
    re.DOTALL,
)
_NAMESPACE = re.compile(r"""\sxmlns(?::[\w.-]{1,64})?\s{0,8}=\s{0,8}["']([^"']{1,512})["']""")


def _xml_root(page: str) -> tuple[str, ...]:
    """Return ``root:<name>`` and the namespaces that the root declares, or () when its tag does not end."""
    root = _XML_ROOT.match(page[:_MAX_ROOT_CHARACTERS])
    if root is None:
        return ()
    namespaces = islice(_NAMESPACE.finditer(root[2]), _MAX_NAMESPACES)
    return (f"root:{root[1]}", *dict.fromkeys(match[1] for match in namespaces))
