"""Syslog messages: laid out after RFC 5424 and CEF, whatever devices call themselves."""

import re
from dataclasses import replace

import pytest

from scanner import __version__
from scanner.notify.digest import Digest, Event
from scanner.notify.log_line import FACILITIES, MAX_BYTES, Form, in_cef, in_words, messages
from tests.export.hostile import HOSTILE, is_harmless
from tests.notify.sweep import AT

NEW = Event(
    "new", "new", after="10.0.0.5", device=7, flagged=True, segment="cctv", address="10.0.0.5",
    mac="c0:56:e3:7a:31:02", status="flagged", maker="Acme", brand="Label", model="DS-2CD", firmware="V5.7.3",
)  # fmt: skip
FAILED = Event("failed", "the sweep failed", reason="The interface eth0 vanished.")
SD_PARAM = r'[a-z]+="(?:[^"\\\]]|\\["\\\]])*"'
# RFC 5424, 6: HEADER SP STRUCTURED-DATA SP MSG, here with the one element that is ours.
SYSLOG = re.compile(
    rf"<(\d{{1,3}})>1 (\S+) (\S+) camcensus - ([a-z]+) (-|\[camcensus@32473(?: {SD_PARAM})+\]) ([^\n]*)"
)
CEF = re.compile(r"CEF:0((?:\|(?:[^|\\]|\\[|\\])*){6})\|(\w+=(?:[^=\\]|\\[=\\])*)+")


def digest(*events: Event, site: str = "depot") -> Digest:
    return Digest("4711", site, 12, AT, {"new": len(events)}, events)


def line(event: Event, form: Form = in_words, site: str = "depot", host: str = "census") -> str:
    (message,) = messages(digest(event, site=site), host, "local0", form)
    return message.decode()


def test_an_event_in_words() -> None:
    assert line(NEW) == (
        "<132>1 2026-11-22T02:00:00Z census camcensus - new "
        '[camcensus@32473 id="4711" site="depot" sweep="12" event="new" what="new" after="10.0.0.5" '
        'device="7" flagged="true" segment="cctv" address="10.0.0.5" mac="c0:56:e3:7a:31:02" '
        'status="flagged" maker="Acme" brand="Label" model="DS-2CD" firmware="V5.7.3"] '
        "new: 10.0.0.5, cctv, flagged, Acme Label DS-2CD, V5.7.3, device 7"
    )


def test_an_event_in_cef() -> None:
    assert line(NEW, in_cef) == (
        "<132>1 2026-11-22T02:00:00Z census camcensus - new - "
        f"CEF:0|camcensus|camcensus|{__version__}|new|new|6|"
        "rt=1795312800000 externalId=4711 dst=10.0.0.5 dmac=c0:56:e3:7a:31:02 cs1=depot cs1Label=site "
        "cs2=cctv cs2Label=segment cs3=Acme Label cs3Label=maker cs4=DS-2CD cs4Label=model "
        "cs5=V5.7.3 cs5Label=firmware cs6=flagged cs6Label=status "
        "msg=new: 10.0.0.5, cctv, flagged, Acme Label DS-2CD, V5.7.3, device 7"
    )


def test_an_ipv6_address_is_no_dst() -> None:
    assert " dst=" not in line(replace(NEW, address="fd00::5"), in_cef)
    assert "msg=new: fd00::5" in line(replace(NEW, address="fd00::5"), in_cef)


@pytest.mark.parametrize(
    ("event", "priority"),
    [(FAILED, 131), (NEW, 132), (replace(NEW, flagged=False), 133), (Event("test", "a test"), 134)],
)
def test_the_severity_follows_the_event(event: Event, priority: int) -> None:
    assert line(event).startswith(f"<{priority}>1 ")


def test_the_facility_is_counted_as_the_rfc_does() -> None:
    assert (FACILITIES.index("auth"), FACILITIES.index("local0"), len(FACILITIES)) == (4, 16, 24)
    assert messages(digest(FAILED), "census", "daemon", in_words)[0].startswith(b"<27>1 ")


def test_brackets_quotes_and_backslashes_are_escaped_in_structured_data() -> None:
    # RFC 5424, 6.3.5, has the same three.
    assert r'model="a\"b\]c\\d"' in line(replace(NEW, model='a"b]c\\d'))


def test_pipes_equals_signs_and_backslashes_are_escaped_in_cef() -> None:
    told = line(replace(NEW, what="a|b\\c=d", model="a|b\\c=d cs1=evil"), in_cef)

    assert r"|a\|b\\c=d|6|" in told
    assert r"cs4=a|b\\c\=d cs1\=evil cs4Label=model" in told


def test_text_beyond_ascii_is_marked_as_utf_8() -> None:
    (message,) = messages(digest(replace(NEW, model="海")), "census", "local0", in_words)

    assert 'model="海"'.encode() in message
    assert b"] \xef\xbb\xbfnew: 10.0.0.5" in message


@pytest.mark.parametrize("host", ["", "two words", "\x1b[2J", "ö", "a" * 1000])
def test_any_host_name_leaves_the_header_whole(host: str) -> None:
    told = SYSLOG.fullmatch(line(NEW, host=host))

    assert told is not None
    assert 1 <= len(told[3]) <= 255


@pytest.mark.parametrize("form", [in_words, in_cef])
@pytest.mark.parametrize(
    "value", [*HOSTILE, '"] new', "\\", "\\]", "|", "=", "a=b|c", "]" * 100_000, "海" * 100_000]
)
def test_no_value_breaks_out(value: str, form: Form) -> None:
    event = replace(NEW, model=value, maker=value, brand=value, firmware=value, segment=value, before=value)
    (message,) = messages(digest(event, site=value), "census", "local0", form)
    told = SYSLOG.fullmatch(message.decode())

    assert len(message) <= MAX_BYTES
    assert told is not None
    assert is_harmless(message.decode().replace("\ufeff", ""))
    if form is in_cef:
        assert CEF.fullmatch(told[6])


def test_one_message_per_event() -> None:
    assert len(messages(digest(NEW, FAILED, NEW), "census", "local0", in_words)) == 3
