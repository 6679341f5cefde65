"""What an HTML page says about the device that serves it: its title, scripts and generator."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner.model.field import Field
from scanner.model.observation import Fact

# As much as is kept of a body; titles and scripts stand near the start.
MAX_PAGE_CHARACTERS = 256 * 1024

# The tree that HTML asks for grows with the cube of nested formatting tags: 8,192 of them took 12 s,
# 1,024 take 0.1 s at worst. A title comes within twenty tags, the scripts of a login page within hundreds.
MAX_TAGS = 1024

# The attributes of one tag are compared with each other: a tag that could hold more than these ends the page.
_CROWDED_TAG = re.compile(r"<[a-zA-Z](?:[^<>\s/\"'=]*[\s/\"'=]){1024}")

MAX_SCRIPTS = 32
MAX_VALUE_CHARACTERS = 1024  # titles and addresses that people write are far shorter


def read(text: str) -> tuple[Fact, ...]:
    """Return the title, script addresses and generator of a page; never raises.

    ``raw`` of each fact is its element, as parsed and in UTF-8. What scripts would write is not seen.
    """
    page = LexborHTMLParser(_bounded(text).encode("utf-8", "backslashreplace"))
    titles = [_fact(Field.HTML_TITLE, _title(node), node) for node in page.css("title")]
    scripts = [_fact(Field.HTML_SCRIPT, _attribute(node, "src"), node) for node in page.css("script[src]")]
    generators = [
        _fact(Field.HTML_GENERATOR, _attribute(node, "content"), node)
        for node in page.css('meta[name="generator" i]')
    ]
    return (*_told(titles, 1), *_told(scripts, MAX_SCRIPTS), *_told(generators, 1))


def _bounded(text: str) -> str:
    page = text[:MAX_PAGE_CHARACTERS]
    crowded = _CROWDED_TAG.search(page)
    page = page[: crowded.start()] if crowded else page
    return "<".join(page.split("<", MAX_TAGS)[:MAX_TAGS])


def _title(node: LexborNode) -> str:
    # A title that is never closed takes in the rest of the page.
    return (node.text() or "").partition("</")[0]


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _fact(field: Field, value: str, node: LexborNode) -> Fact:
    collapsed = " ".join(value[: 2 * MAX_VALUE_CHARACTERS].split())
    return Fact(
        field, collapsed[:MAX_VALUE_CHARACTERS], (node.html or "").encode("utf-8", "backslashreplace")
    )


def _told(facts: list[Fact], limit: int) -> tuple[Fact, ...]:
    """Return the first facts that say something, each once."""
    return tuple(dict.fromkeys(fact for fact in facts if fact.value))[:limit]
