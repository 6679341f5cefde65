"""XML as devices write it: read tolerantly, never expanded, fetched or nested without end.

Devices pad documents with NUL, put line ends before the declaration, declare one encoding and send
another, forget to escape ``&``, and lose the end of a document with the end of a datagram. All of
that is read. A DOCTYPE is refused: no device protocol needs one, and it is how entity bombs and
references to files arrive (4thline/cling issue 243, trishika/DroidUPnP issue 76).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

# The longest discovery answer in the captures has 4 KiB, the longest SOAP answer 14 KiB.
MAX_BYTES = 256 * 1024
# The deepest SOAP answer in the captures has 11 levels.
MAX_DEPTH = 64
# Per element; no element in the captures has more than 4.
MAX_ATTRIBUTES = 256
# The fullest envelope in the captures declares 48.
MAX_NAMESPACES = 256
# What one jumbo frame can carry; the longest text in the captures is a list of scopes of 400 characters.
MAX_TEXT_CHARACTERS = 9000

# What devices in the captures, or their web pages, declare. A declaration never picks any other codec:
# some of Python's take quadratic time.
_CODECS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "shift_jis": "shift_jis",
    "euc-kr": "euc_kr",
    "iso-8859-1": "latin_1",
    "windows-1252": "cp1252",
}
_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PADDING = b"\x00\t\n\r "

_DOCTYPE = re.compile("<!doctype", re.IGNORECASE)
# XML 1.0 section 2.2 forbids these; libxml2 would drop them without a trace.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A CDATA section, which stays as it is, or an ampersand that starts none of the references XML knows.
_BARE_AMPERSAND = re.compile(
    r"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)", re.DOTALL
)
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    recover=True,
    remove_comments=True,
    remove_pis=True,
)


class Outcome(Enum):
    """What became of a document."""

    READ = "read"
    NOT_XML = "not-xml"
    DOCTYPE = "doctype"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    TOO_MANY_ATTRIBUTES = "too-many-attributes"


@dataclass(frozen=True, slots=True)
class Document:
    """A document and its root element, which is None unless the outcome is ``READ``."""

    outcome: Outcome
    root: Element | None = None


def parse(data: bytes) -> Element | None:
    """Return the root element, or None when ``read_document`` refuses. Never raises."""
    return read_document(data).root


def read_document(data: bytes) -> Document:
    """Return the document with what became of it. Never raises.

    What follows the last ``>`` is left out: it is padding, or text whose end was lost.
    """
    if len(data) > MAX_BYTES:
        return Document(Outcome.TOO_LARGE)
    text = decode(data)
    if _DOCTYPE.search(text):
        return Document(Outcome.DOCTYPE)
    root = _tree(text[: text.rfind(">") + 1])
    if root is None:
        return Document(Outcome.NOT_XML)
    excess = _excess(root)
    return Document(excess) if excess else Document(Outcome.READ, root)


def decode(data: bytes) -> str:
    """Return a document's text without byte order mark and outer padding.

    UTF-8 is tried before the declared encoding, since devices that declare GB 2312 often send UTF-8,
    and GB 2312 last, since others declare UTF-8 and send GB 2312. A character that is cut at the end
    is left out; any other byte that fits nothing stays readable as an escape.
    """
    if data.startswith(_UTF16_MARKS):
        return data.decode("utf-16", "replace").strip("\x00\t\n\r ")
    body = data.strip(_PADDING).removeprefix(codecs.BOM_UTF8).lstrip(_PADDING)
    declared = _declared_codec(body)
    for codec in ("utf-8", declared, "gb2312"):
        text = _decode_strictly(body, codec)
        if text is not None:
            return text
    return body.decode(declared, "backslashreplace")


def local_name(element: Element) -> str:
    """Return an element's name without namespace; an undeclared prefix is taken off as well."""
    return element.tag.rpartition("}")[2].rpartition(":")[2]


def text_of(element: Element | None) -> str:
    """Return the text before an element's first child, trimmed and capped; empty for None."""
    if element is None or element.text is None:
        return ""
    return element.text.strip()[:MAX_TEXT_CHARACTERS]


def child_texts(element: Element) -> dict[str, str]:
    """Return the children's texts by local name: the first that is not empty counts."""
    texts: dict[str, str] = {}
    for child in element:
        text = text_of(child)
        if text:
            texts.setdefault(local_name(child), text)
    return texts


def find_all(element: Element, *names: str) -> Iterator[Element]:
    """Yield the element itself and all below it that have one of these local names, in document order."""
    return (found for found in element.iter("*") if local_name(found) in names)


def find(element: Element, *names: str) -> Element | None:
    """Return the first element that ``find_all`` yields, or None."""
    return next(find_all(element, *names), None)


def namespaces(root: Element) -> tuple[str, ...]:
    """Return every namespace that is declared anywhere, each once, in document order."""
    declared = (uri for _, (_, uri) in etree.iterwalk(root, events=("start-ns",)) if uri)
    return tuple(islice(dict.fromkeys(declared), MAX_NAMESPACES))


def _declared_codec(body: bytes) -> str:
    declaration = _DECLARATION.match(body)
    name = declaration[1].decode("ascii").lower() if declaration else ""
    return _CODECS.get(name, "utf-8")


def _decode_strictly(body: bytes, codec: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)().decode(body)
    except UnicodeDecodeError:
        return None


def _tree(text: str) -> Element | None:
    visible = _FORBIDDEN.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    escaped = _BARE_AMPERSAND.sub(lambda found: found[1] or "&amp;", visible)
    try:
        return etree.fromstring(escaped.encode(), _PARSER)
    except etree.XMLSyntaxError:
        return None


def _excess(root: Element) -> Outcome | None:
    level = [root]
    for _ in range(MAX_DEPTH):
        if any(len(element.attrib) > MAX_ATTRIBUTES for element in level):
            return Outcome.TOO_MANY_ATTRIBUTES
        level = [child for element in level for child in element]
        if not level:
            return None
    return Outcome.TOO_DEEP
