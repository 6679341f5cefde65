import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols import xml
from scanner.protocols.xml import Outcome

CAMERA = "摄像机"


def text_of_root(data: bytes) -> str:
    return xml.text_of(xml.parse(data))


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ("UTF-8", "utf-8"),
        ("GB2312", "gb2312"),
        ("gbk", "gbk"),
        ("GB18030", "gb18030"),
        ("UTF-8", "gb2312"),
        ("GB2312", "utf-8"),
        ("Big5", "utf-8"),
        ("rot13", "utf-8"),
    ],
)
def test_chinese_text_is_read_whatever_the_declaration_says(declared: str, sent: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?><name>{CAMERA}</name>'

    assert text_of_root(document.encode(sent)) == CAMERA


def test_a_declared_western_encoding_is_used() -> None:
    document = '<?xml version="1.0" encoding="ISO-8859-1"?><name>Kamera für Tür</name>'

    assert text_of_root(document.encode("latin-1")) == "Kamera für Tür"


def test_bytes_of_no_encoding_stay_readable() -> None:
    assert text_of_root(b"<name>cam\xfc\x20</name>") == "cam\\xfc"


def test_utf_16_with_a_byte_order_mark_is_read() -> None:
    assert text_of_root(f"<name>{CAMERA}</name>".encode("utf-16")) == CAMERA


@pytest.mark.parametrize(
    "document",
    [
        b"<a>1</a>\x00\x00\x00",
        b"\r\n<?xml version='1.0'?><a>1</a>",
        b"\xef\xbb\xbf<a>1</a>",
        b"\r\n\xef\xbb\xbf\r\n<a>1</a>",
        b"<a>1</a>\r\n\r\n",
        b"<a>1</a>trailing",
        b"<a>1<!-- said --></a>",
        b"<a><?php x ?>1</a>",
    ],
)
def test_what_stands_around_the_document_does_not_matter(document: bytes) -> None:
    assert text_of_root(document) == "1"


def test_a_bare_ampersand_is_kept() -> None:
    assert text_of_root(b"<a>Cut & Sew &foo; &lt;1&#38;2&gt;</a>") == "Cut & Sew &foo; <1&2>"


def test_an_ampersand_in_a_cdata_section_is_kept() -> None:
    assert text_of_root(b"<a><![CDATA[A & <B> &amp;]]></a>") == "A & <B> &amp;"


def test_control_characters_stay_visible() -> None:
    assert text_of_root(b"<a>\x1b[31mred\x00</a>") == "\\x1b[31mred\\x00"


def test_an_undeclared_prefix_costs_nothing_but_the_prefix() -> None:
    root = xml.parse(b"<s:Envelope><s:Body>1</s:Body></s:Envelope>")

    assert root is not None
    assert xml.local_name(root) == "Envelope"
    assert xml.child_texts(root) == {"Body": "1"}


def test_text_whose_end_was_lost_is_left_out() -> None:
    root = xml.parse(b"<a><model>DS-2CD2385G1-I</model><version>V5.6.2bui")

    assert root is not None
    assert xml.child_texts(root) == {"model": "DS-2CD2385G1-I"}


def test_a_document_that_is_cut_inside_a_character_is_read_up_to_there() -> None:
    assert text_of_root(f"<a>{CAMERA}</a>{CAMERA}".encode()[:-1]) == CAMERA


def test_the_first_text_that_is_not_empty_counts() -> None:
    root = xml.parse(b"<a><b/><b> 1 </b><b>2</b></a>")

    assert root is not None
    assert xml.child_texts(root) == {"b": "1"}


def test_namespaces_come_once_each_in_document_order() -> None:
    root = xml.parse(b'<a xmlns:z="urn:1" xmlns="urn:2"><b xmlns:y="urn:1" xmlns:x="urn:3"/></a>')

    assert root is not None
    assert xml.namespaces(root) == ("urn:1", "urn:2", "urn:3")


@pytest.mark.parametrize("data", [b"", b"\x00", b"   ", b"hello", b"<", b"<>", b'{"a": 1}', b"\x16\x03\x01"])
def test_anything_else_is_not_xml(data: bytes) -> None:
    assert xml.read_document(data) == xml.Document(Outcome.NOT_XML)


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(b'<!ENTITY lol%d "%s">' % (i, b"&lol%d;" % (i - 1) * 10) for i in range(1, 10))
    + b"]><lolz>&lol9;</lolz>"
)


@pytest.mark.parametrize(
    "document",
    [
        BILLION_LAUGHS,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        b"<!doctype html><html></html>",
        b'<!DOCTYPE a SYSTEM "nowhere.dtd"><a/>',
        '<!DOCTYPE a SYSTEM "nowhere.dtd"><a/>'.encode("utf-16"),
    ],
)
def test_a_doctype_is_refused_and_said_to_be(document: bytes) -> None:
    assert xml.read_document(document) == xml.Document(Outcome.DOCTYPE)
    assert xml.parse(document) is None


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:{port}/a.dtd">',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p"> %p;]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]>',
        '<?xml-stylesheet href="http://127.0.0.1:{port}/s"?>',
    ],
)
def test_nothing_is_fetched(declaration: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        port = canary.getsockname()[1]

        xml.parse(f"{declaration.format(port=port)}<a>&x;</a>".encode())

        with pytest.raises(BlockingIOError):
            canary.accept()


def test_64_levels_are_read_and_65_are_refused() -> None:
    assert xml.read_document(b"<a>" * 64 + b"</a>" * 64).outcome is Outcome.READ
    assert xml.read_document(b"<a>" * 65 + b"</a>" * 65).outcome is Outcome.TOO_DEEP


def test_256_attributes_are_read_and_257_are_refused() -> None:
    def element(attributes: int) -> bytes:
        return b"<a %s/>" % b" ".join(b'a%d=""' % i for i in range(attributes))

    assert xml.read_document(element(256)).outcome is Outcome.READ
    assert xml.read_document(element(257)).outcome is Outcome.TOO_MANY_ATTRIBUTES


def test_a_quarter_mebibyte_is_read_and_one_byte_more_is_refused() -> None:
    padded = b"<a>1</a>".ljust(xml.MAX_BYTES)

    assert xml.read_document(padded).outcome is Outcome.READ
    assert xml.read_document(padded + b" ").outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        (b"<a>" * 87_000, Outcome.TOO_DEEP),
        (b"<a " + b" ".join(b'a%d=""' % i for i in range(100_000)) + b"/>", Outcome.TOO_LARGE),
        (b"<a " + b" ".join(b'a%d=""' % i for i in range(25_000)) + b"/>", Outcome.TOO_MANY_ATTRIBUTES),
        (b"<a " + b" ".join(b'xmlns:a%d="%d"' % (i, i) for i in range(11_000)) + b"/>", Outcome.READ),
        (b"".join(b'<a xmlns:p%d="u%d">' % (i, i) for i in range(11_000)), Outcome.TOO_DEEP),
        (b"<r>" + b"<a/>" * 65_000, Outcome.READ),
        (b"<r>" + b'<a xmlns="u"/>' * 18_000, Outcome.READ),
        (b"<r>" + b"&" * 260_000, Outcome.READ),
        (b"<" * 260_000, Outcome.NOT_XML),
        (b"<![CDATA[" * 29_000, Outcome.NOT_XML),
        (b"&<![CDATA[" * 26_000 + b">", Outcome.NOT_XML),
        (b"<r>" + b"\x01" * 260_000 + b"</r>", Outcome.READ),
        (b"\xff" * 260_000, Outcome.NOT_XML),
    ],
    ids=range(13),
)
def test_a_hostile_document_is_refused_or_says_nothing(document: bytes, outcome: Outcome) -> None:
    read = xml.read_document(document)

    assert read.outcome is outcome
    if read.root is not None:
        assert len(xml.namespaces(read.root)) <= xml.MAX_NAMESPACES
        assert xml.child_texts(read.root) == {}


def test_the_number_of_namespaces_and_the_length_of_a_text_are_capped() -> None:
    declarations = b" ".join(b'xmlns:a%d="%d"' % (i, i) for i in range(1000))
    root = xml.parse(b"<a %s>%s</a>" % (declarations, b"x" * 10_000))

    assert root is not None
    assert len(xml.namespaces(root)) == xml.MAX_NAMESPACES
    assert len(xml.text_of(root)) == xml.MAX_TEXT_CHARACTERS


@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    xml.decode(data)
    root = xml.parse(b"<a>" + data)
    if root is not None:
        xml.child_texts(root)
        xml.namespaces(root)


@given(
    st.lists(st.sampled_from([b"<a", b">", b"</a>", b"&", b"<![CDATA[", b"]]>", b"\xc4", b'="', b"xmlns:"]))
)
def test_no_markup_raises(parts: list[bytes]) -> None:
    xml.parse(b"".join(parts))
