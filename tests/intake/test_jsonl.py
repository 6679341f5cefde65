"""Judge's input: lines, hosts, and what becomes of bad ones."""

import io
import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.intake import jsonl
from scanner.intake.contract import Source
from scanner.model.field import Field
from scanner.model.host import Transport
from scanner.model.observation import MAX_RAW_BYTES, Observation, Via
from scanner.model.sighting import Incident, Sighting
from tests.intake.messages import MESSAGES

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Taken:
    """What lines told: the sightings of each host, and the lines that could not be used."""

    sightings: list[Sighting]
    problems: list[str]
    line_count: int

    @property
    def hosts(self) -> list[str]:
        return list(dict.fromkeys(sighting.host.label for sighting in self.sightings))

    def of(self, label: str) -> list[Observation]:
        told = (sighting for sighting in self.sightings if sighting.host.label == label)
        return list(dict.fromkeys(chain.from_iterable(sighting.observations for sighting in told)))


def taken(*lines: object) -> Taken:
    encoded = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    facts = jsonl.Facts()
    told = list(facts.read(Source(io.BytesIO(b"\n".join(encoded)), "seen.jsonl", AT)))
    sightings = [one for one in told if isinstance(one, Sighting)]
    return Taken(sightings, [one.text for one in told if isinstance(one, Incident)], facts.line_count)


def message(name: str, **more: object) -> dict[str, object]:
    return {
        "host": "10.0.0.5",
        "protocol": name,
        "data_base64": b64encode(MESSAGES[name][0]).decode(),
        **more,
    }


def test_each_line_is_a_sighting_of_its_host() -> None:
    read = taken(
        {"host": "10.0.0.5", "field": "http_header.server", "value": "DNVRS-Webs"},
        {"host": "10.0.0.6", "field": "html_title", "value": "AXIS"},
        {"host": "10.0.0.5", "mac": "58-50-ED-1F-E3-85"},
    )

    assert [str(sighting.host.address) for sighting in read.sightings] == ["10.0.0.5", "10.0.0.6", "10.0.0.5"]
    assert [sighting.host.mac for sighting in read.sightings] == [None, None, "58:50:ed:1f:e3:85"]
    assert [(seen.field, seen.value) for seen in read.of("10.0.0.5")] == [
        (Field.HTTP_SERVER, "DNVRS-Webs"),
        (Field.MAC, "58:50:ed:1f:e3:85"),
    ]
    assert {(seen.via, seen.observed_at) for seen in read.of("10.0.0.5")} == {(Via.IMPORTED, AT)}
    assert read.problems == []


def test_a_host_can_be_any_text() -> None:
    read = taken({"host": "lobby cam", "field": "html_title", "value": "x"})

    host = read.sightings[0].host
    assert (host.label, host.address.is_unspecified) == ("lobby cam", True)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_raw_message_is_read_by_its_protocol(name: str) -> None:
    _, field, value = MESSAGES[name]

    read = taken(message(name))

    assert read.problems == []
    assert (field, value) in [(seen.field, seen.value) for seen in read.of("10.0.0.5")]


def test_a_tcp_port_that_spoke_is_open() -> None:
    seen = taken(message("http", port=8080)).of("10.0.0.5")

    assert (Field.PORT_OPEN, "8080/tcp") in [(one.field, one.value) for one in seen]
    assert {str(one.endpoint) for one in seen} == {"10.0.0.5:8080/tcp"}


def test_a_datagram_shows_no_open_tcp_port() -> None:
    seen = taken(message("dhip", port=37810)).of("10.0.0.5")

    assert Field.PORT_OPEN not in {one.field for one in seen}
    assert {one.endpoint and one.endpoint.transport for one in seen} == {Transport.UDP}


def test_names_of_protocols_may_be_spelled_in_other_ways() -> None:
    read = taken(
        message("sadp_frame") | {"protocol": "SADP-Frame"}, message("dhip") | {"protocol": "dhip.reply"}
    )

    assert read.problems == []


def test_a_number_is_a_value_too() -> None:
    read = taken({"host": "a", "field": "favicon.mmh3", "value": -1616115760})

    assert [seen.value for seen in read.of("a")] == ["-1616115760"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b'"text"', "it is not a JSON object"),
        (b"\xff\xfe", "it is not UTF-8"),
        ({"field": "html_title", "value": "x"}, "it names no host"),
        ({"host": 7, "field": "html_title", "value": "x"}, "it names no host"),
        ({"host": "a" * 254, "mac": "x"}, "longer than 253 characters"),
        ({"host": "a"}, "it has neither a field, nor a protocol, nor a mac"),
        ({"host": "a", "field": "html_tilte", "value": "x"}, "the field 'html_tilte' is not known"),
        ({"host": "a", "field": "html_title"}, "no text under 'value'"),
        ({"host": "a", "field": "html_title", "value": ["x"]}, "no text under 'value'"),
        ({"host": "a", "field": "html_title", "value": True}, "no text under 'value'"),
        ({"host": "a", "protocol": "gopher", "data_base64": ""}, "the protocol 'gopher' is not known"),
        ({"host": "a", "protocol": "http"}, "no text under 'data_base64'"),
        ({"host": "a", "protocol": "http", "data_base64": "!"}, "is not base64"),
        ({"host": "a", "protocol": "http", "data_base64": "é"}, "is not base64"),
        ({"host": "a", "protocol": "dhip", "data_base64": "AAAA"}, "its 3 bytes say nothing as dhip"),
        ({"host": "a", "field": "html_title", "value": "x", "port": 70000}, "its port is not a number"),
        ({"host": "a", "field": "html_title", "value": "x", "port": "80"}, "its port is not a number"),
        ({"host": "a", "mac": "58:50:ed"}, "its mac is not six octets"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_used(line: object, reason: str) -> None:
    good = {"host": "10.0.0.5", "field": "html_title", "value": "x"}

    read = taken(good, line, good)

    assert [problem.split(":")[0] for problem in read.problems] == ["line 2"]
    assert reason in read.problems[0]
    assert len(read.of("10.0.0.5")) == 1


def test_a_host_of_which_nothing_could_be_read_is_not_lost() -> None:
    read = taken({"host": "10.0.0.9", "protocol": "dhip", "data_base64": "AAAA"})

    assert (read.hosts, read.of("10.0.0.9")) == (["10.0.0.9"], [])


def test_blank_lines_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    line = json.dumps({"host": "a", "field": "html_title", "value": "x"}).encode()

    read = taken(b"\xef\xbb\xbf" + line + b"\r", b"", b"  ", line)

    assert (read.problems, read.hosts, read.line_count) == ([], ["a"], 4)


def test_a_line_that_never_ends_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 100)
    good = {"host": "a", "field": "html_title", "value": "x"}

    read = taken(good, b"[" * 1000, good)

    assert read.problems == ["line 2: it is longer than 100 bytes"]


def test_a_large_message_leaves_capped_evidence() -> None:
    page = b"HTTP/1.1 200 OK\r\n\r\n<html>" + b"x" * 100_000
    read = taken({"host": "a", "protocol": "http", "data_base64": b64encode(page).decode()})

    assert max(len(seen.raw) for seen in read.of("a")) == MAX_RAW_BYTES


def test_half_a_surrogate_pair_becomes_its_escape() -> None:
    read = taken(b'{"host": "a\\ud800", "field": "html_title", "value": "\\udfff"}')

    assert [seen.value for seen in read.of("a\\ud800")] == ["\\udfff"]


@given(st.lists(st.binary(max_size=80), max_size=5))
def test_no_input_makes_it_fail(lines: list[bytes]) -> None:
    read = taken(*lines)

    assert len(read.problems) <= read.line_count


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["host", "field", "value", "protocol", "data_base64", "mac", "port"]), json_values
    )
)
def test_no_object_makes_it_fail(entry: dict[str, object]) -> None:
    read = taken(entry)

    assert len(read.problems) + len(read.hosts) >= 1
