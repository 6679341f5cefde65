"""Pages: title, scripts and generator of whole, broken and hostile HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import html


def values(page: str, field: Field) -> list[str]:
    return [fact.value for fact in html.read(page) if fact.field is field]


TITLES = {
    # Source: landing pages of Dahua, Hikvision and Document Error pages, and old Axis cameras.
    "<!DOCTYPE html><html><head><title>WEB SERVICE</title></head></html>": ["WEB SERVICE"],
    "\ufeff<!doctype html>\r\n<html>\r\n<head>\r\n\t<title></title>": [],
    "<HTML><TITLE>\r\n  Live   view\t- AXIS\n</TITLE>": ["Live view - AXIS"],
    "<title>Kamera &amp; mehr &uuml;</title>": ["Kamera & mehr ü"],
    "x<p><div><title>in the body": ["in the body"],
    "<title>never closed</head><body><p>page</body>": ["never closed"],
    "<title>closed badly</titel></head><body>": ["closed badly"],
    "<!-- <title>a comment</title> --><title>index</title>": ["index"],
    "<script>document.write('<title>written</title>')</script><title>index</title>": ["index"],
    "<title></title><title>second</title>": ["second"],
    "<title>a<b>c</title>": ["a<b>c"],
    "": [],
    "no markup at all": [],
}


@pytest.mark.parametrize(("page", "titles"), TITLES.items())
def test_the_title_is_read_as_browsers_show_it(page: str, titles: list[str]) -> None:
    assert values(page, Field.HTML_TITLE) == titles


def test_a_long_title_is_cut() -> None:
    assert len(values("<title>" + "x" * 100_000, Field.HTML_TITLE)[0]) == html.MAX_VALUE_CHARACTERS


def test_scripts_are_listed_once_in_page_order() -> None:
    page = """<script src=a.js></script><script>1</script><SCRIPT SRC="b.js?v=1&amp;w=2"></SCRIPT>
              <script src='a.js'></script><script src=""></script>"""

    assert values(page, Field.HTML_SCRIPT) == ["a.js", "b.js?v=1&w=2"]


def test_no_more_than_32_scripts_are_listed() -> None:
    page = "".join(f"<script src=s{i}.js></script>" for i in range(100))

    assert len(values(page, Field.HTML_SCRIPT)) == html.MAX_SCRIPTS


def test_the_generator_is_read_however_it_is_spelled() -> None:
    assert values('<META NAME="Generator" content="WebGateInc">', Field.HTML_GENERATOR) == ["WebGateInc"]
    assert values('<meta name="author" content="x">', Field.HTML_GENERATOR) == []


def test_the_element_is_the_evidence() -> None:
    (fact,) = html.read("<html><title>WEB SERVICE</title>")

    assert fact.raw == b"<title>WEB SERVICE</title>"


def test_a_title_behind_more_tags_than_a_page_has_is_not_sought() -> None:
    assert values("<p>" * (html.MAX_TAGS - 2) + "<title>x</title>", Field.HTML_TITLE) == ["x"]
    assert values("<p>" * html.MAX_TAGS + "<title>x</title>", Field.HTML_TITLE) == []


def test_a_lone_surrogate_does_not_raise() -> None:
    assert values("<title>\ud800</title>", Field.HTML_TITLE) == ["\\ud800"]


@given(st.text(max_size=512))
def test_no_text_raises(page: str) -> None:
    html.read(page)
    html.read("<title>" + page)
    html.read("<script src=" + page)


NUMBERS = range(60_000)
HOSTILE = {
    "nested blocks": "<div>" * 60_000,
    "nested formatting": "".join(f"<b id={i}><p>" for i in NUMBERS),
    "nested tables": "".join(f"<table><b id={i}>" for i in NUMBERS),
    "misnested formatting": "<b>" * 60_000 + "<div></b>" * 30_000,
    "one tag of attributes": "<a " + " ".join(f"a{i}" for i in NUMBERS) + ">",
    "attributes without blanks": "<a " + "".join(f'a{i}=""' for i in NUMBERS) + ">",
    "tags full of attributes": ("<a " + " ".join(f"{i:x}" for i in range(1000)) + ">") * 100,
    "unclosed quotes": '<a b="' * 60_000,
    "unclosed comments": "<!--" * 60_000,
    "titles": "<title></title>" * 60_000,
    "options": "<select>" + "<option>" * 60_000,
    "blanks in a title": "<title>" + " " * 250_000,
    "angle brackets": "<" * 250_000,
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_page_tells_nothing(page: str) -> None:
    assert html.read(page) == ()
