"""zgrab2's lines: real ones of its own tests, and hostile ones."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import NotThisKind
from scanner.intake.zgrab import KIND
from scanner.model.field import Field
from scanner.model.observation import Via
from tests.intake.telling import TOLD_AT, incidents, sample, sightings, told, values

LINES = sample("zgrab2.jsonl")
# A reply of a recorder of the virtual LAN, as zgrab2 with --raw-headers writes it (lib/http/response.go).
RAW = b'HTTP/1.1 200 OK\r\nServer: DNVRS-Webs\r\nETag: "0-5e0-199"\r\nContent-Length: 409\r\n'


def line(result: dict[str, Any], protocol: str = "http", **more: object) -> str:
    grab = {"status": "success", "protocol": protocol, "port": 8080, "result": result, **more}
    return json.dumps({"ip": "10.0.0.5", "data": {"mine": grab}})


def response(**more: object) -> dict[str, Any]:
    return {"status_line": "200 OK", "status_code": 200, "protocol": "HTTP/1.1", **more}


def facts(text: str) -> list[tuple[Field, str]]:
    everything = told(KIND, text)
    assert incidents(everything) == []
    return [(seen.field, seen.value) for each in sightings(everything) for seen in each.observations]


def test_each_module_that_was_answered_is_a_sighting() -> None:
    everything = told(KIND, LINES)
    web, secure, ssh, telnet, ftp, _ = sightings(everything)

    assert incidents(everything) == []
    assert values(web)[Field.HTTP_SERVER] == "lighttpd/1.4.35"
    assert values(web)[Field.HTTP_BODY] == "<html><body>HTTP INDEX</body></html>"
    assert values(secure)[Field.X509_SUBJECT] == "CN=target"
    assert values(ssh) == {"ssh.banner": "SSH-2.0-OpenSSH_7.2p2 Ubuntu-4ubuntu2.4"}
    assert values(telnet) == {"telnet.banner": "Ubuntu 16.04.3 LTS\n5a3511f30de7 login:"}
    assert values(ftp) == {"ftp.banner": "220 (vsFTPd 3.0.3)"}
    assert str(web.seen_at) == "2018-04-06 19:38:09+00:00"
    assert {(seen.via, seen.source) for seen in web.observations} == {(Via.IMPORTED, "zgrab2")}


def test_headers_that_were_sorted_tell_neither_order_nor_spelling() -> None:
    headers = {"server": ["DNVRS-Webs"], "unknown": [{"key": "etag", "value": ['"x"']}]}
    told_fields = [name for name, _ in facts(line({"response": response(headers=headers)}))]

    assert told_fields == [Field.PORT_OPEN, Field.HTTP_STATUS, Field.HTTP_SERVER]


def test_raw_headers_are_read_as_the_head_that_they_are() -> None:
    found = dict(facts(line({"response": response(headers_raw=b64encode(RAW).decode())})))

    assert found[Field.HTTP_HEAD].startswith("HTTP/1.1 200 OK\nServer: DNVRS-Webs\n")
    assert found[Field.HTTP_NAMES] == "Server,ETag,Content-Length"
    assert found[Field.HTTP_ETAG_FORM] == "parts-length"


def test_answers_of_other_hosts_at_the_end_of_a_redirect_are_not_this_host_s() -> None:
    def of(host: str, server: str) -> dict[str, Any]:
        return response(headers={"server": [server]}, request={"host": host})

    result = {
        "response": of("cdn.example.com", "far"),
        "redirect_response_chain": [of("10.0.0.5:8080", "near"), of("[fe80::1]:80", "else")],
    }

    assert [value for name, value in facts(line(result)) if name is Field.HTTP_SERVER] == ["near"]


def test_the_port_is_told_where_zgrab2_tells_it() -> None:
    (seen,) = sightings(told(KIND, line({"banner": "220 ready ftp"}, "ftp")))

    assert [str(each.endpoint) for each in seen.observations] == ["10.0.0.5:8080/tcp"] * 2
    assert values(seen)[Field.PORT_OPEN] == "8080/tcp"


@pytest.mark.parametrize("status", ["connection-timeout", "protocol-error", "", None])
def test_a_module_that_was_not_answered_tells_nothing(status: object) -> None:
    assert facts(line({"response": response(headers={"server": ["x"]})}, status=status)) == []


def test_a_bad_line_costs_itself_only() -> None:
    good = line({"banner": "SSH-2.0-x"}, "banner")
    everything = told(KIND, "\n".join([good, "{", '{"domain":"x","data":{}}', "[]", good]))

    assert len(sightings(everything)) == 2
    assert [text.split(":")[0] for text in incidents(everything)] == [
        "the-file, line 2",
        "the-file, line 3",
        "the-file, line 4",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-06T16:58:45-08:00", "2026-11-07 00:58:45+00:00"),
        ("2026-11-06T16:58:45.137400729Z", "2026-11-06 16:58:45.137400+00:00"),
        ("2999-01-01T00:00:00Z", str(TOLD_AT)),
        ("0001-01-01T00:00:00+23:59", str(TOLD_AT)),
        ("yesterday", str(TOLD_AT)),
    ],
)
def test_a_time_is_the_grab_s_own_where_that_can_be(text: str, expected: str) -> None:
    (seen,) = sightings(told(KIND, line({"banner": "220 ftp"}, "ftp", timestamp=text)))

    assert str(seen.seen_at) == expected


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"ip":"10.0.0.5"}', b"<nmaprun>", b'{"ip": "10.0.0.5", "data": []}', b"\xff\xfe"]
)
def test_another_kind_of_file_is_refused(data: bytes) -> None:
    with pytest.raises(NotThisKind):
        told(KIND, data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["response", "headers", "body", "banner", "server_id", "raw", "tls", "request"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(["http", "tls", "ssh", "ftp", "telnet", "banner"]), JSON, JSON)
def test_values_of_any_type_are_read_without_complaint(protocol: str, result: Any, port: Any) -> None:
    assert isinstance(told(KIND, line(result, protocol, port=port, timestamp=port)), list)


@given(st.integers(0, len(LINES) - 1), st.binary(max_size=16), st.integers(0, 64))
def test_a_mutated_file_is_read_without_complaint(start: int, junk: bytes, length: int) -> None:
    assert isinstance(told(KIND, LINES[:start] + junk + LINES[start + length :]), list)
