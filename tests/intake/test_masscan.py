"""masscan's JSON: real files of the virtual LAN, the quirks of other versions, and hostile records."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import NotThisKind
from scanner.intake.masscan import KIND
from scanner.model.field import Field
from scanner.model.host import Transport
from scanner.model.observation import Via
from tests.intake.telling import TOLD_AT, incidents, sample, sightings, time_of, told, values

ARRAY = sample("masscan.json")
LINES = sample("masscan.ndjson")


def banner(name: str, text: str, port: int = 8080) -> str:
    said = {"port": port, "proto": "tcp", "service": {"name": name, "banner": text}}
    return json.dumps({"ip": "10.0.0.5", "timestamp": "1795341946", "ports": [said]})


def facts(text: str) -> list[tuple[Field, str]]:
    everything = told(KIND, text)
    assert incidents(everything) == []
    return [(seen.field, seen.value) for each in sightings(everything) for seen in each.observations]


def test_an_array_of_records_is_read_line_by_line() -> None:
    everything = told(KIND, ARRAY)
    opened, *_, head = sightings(everything)

    assert incidents(everything) == []
    assert values(opened) == {"port.open": "443/tcp"}
    assert opened.seen_at == time_of("10:06:59")
    assert values(head)[Field.HTTP_SERVER] == "DNVRS-Webs"
    assert values(head)[Field.HTTP_HEAD].startswith("HTTP/1.1 200 OK\nDate: Sun, 28 May 2023 09:56:24 GMT\n")
    assert {(seen.via, seen.source) for seen in head.observations} == {(Via.IMPORTED, "masscan")}
    assert {str(seen.endpoint) for seen in head.observations} == {"10.77.0.12:80/tcp"}


def test_records_of_the_line_format_tell_the_same() -> None:
    everything = told(KIND, LINES)
    found = [values(each) for each in sightings(everything)]

    assert incidents(everything) == []
    assert [each[Field.PORT_OPEN] for each in found] == ["80/tcp", "554/tcp", "80/tcp", "80/tcp"]
    assert found[2][Field.HTML_TITLE] == "WEB SERVICE"
    assert found[3][Field.HTTP_ETAG_FORM] == "epoch:hexlength"


def test_the_commas_and_endings_of_older_versions_are_read() -> None:
    record = banner("title", "WEB")

    # masscan 1.0.3 ended records with a comma and the file with an object that is not JSON.
    assert len(facts(f"[\n{record},\n{record},\n{{finished: 1}}\n]\n")) == 4
    assert len(facts(f'[{record},{record},\n{{"finished": 1}}]')) == 4
    assert len(facts(f"[{record},{record}]")) == 4


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("http.server", "DNVRS-Webs", (Field.HTTP_SERVER, "DNVRS-Webs")),
        ("title", " WEB\tSERVICE ", (Field.HTML_TITLE, "WEB SERVICE")),
        ("ssh", "SSH-2.0-dropbear_2019.78\r\n", (Field.SSH_BANNER, "SSH-2.0-dropbear_2019.78")),
        ("ftp", "220 ready\r\n", (Field.FTP_BANNER, "220 ready")),
        ("telnet", "\u00ff\u00fd\u0018login: ", (Field.TELNET_BANNER, "login:")),
        ("unknown", "SSH-2.0-x", (Field.SSH_BANNER, "SSH-2.0-x")),
        ("html", "<title>WEB</title>", (Field.HTML_TITLE, "WEB")),
    ],
)
def test_a_banner_is_read_as_what_masscan_took_it_for(
    name: str, text: str, expected: tuple[Field, str]
) -> None:
    assert expected in facts(banner(name, text))


def test_a_certificate_is_read_from_its_base64() -> None:
    certificate = json.loads(sample("zgrab2.jsonl").splitlines()[5])["data"]["ftp"]["result"]["tls"]
    raw = certificate["handshake_log"]["server_certificates"]["certificate"]["raw"]

    assert (Field.X509_SUBJECT, "CN=7cdc9ef8cf3a") in facts(banner("X509", raw))
    assert facts(banner("X509", "not base64!")) == [(Field.PORT_OPEN, "8080/tcp")]


def test_what_masscan_says_in_its_own_words_is_no_quote() -> None:
    for name in ("ssl", "vuln", "X509CA", "smb", "safe"):
        assert facts(banner(name, "TLS/1.2 cipher:0xc030, mail01")) == [(Field.PORT_OPEN, "8080/tcp")]


def test_closed_ports_and_foreign_transports_tell_nothing() -> None:
    def record(**said: object) -> str:
        return json.dumps({"ip": "10.0.0.5", "timestamp": "1", "ports": [{"port": 80, **said}]})

    assert facts(record(proto="tcp", status="closed")) == []
    assert facts(record(proto="icmp", status="open")) == []
    assert facts(record(proto="udp", status="open")) == [(Field.PORT_OPEN, "80/udp")]
    (seen,) = sightings(told(KIND, record(proto="udp", status="open")))
    assert seen.observations[0].endpoint and seen.observations[0].endpoint.transport is Transport.UDP


def test_a_bad_line_costs_itself_only() -> None:
    good = banner("title", "WEB")
    bad = ['{ "ip": "10.0.0.', good.replace("10.0.0.5", "gate"), "[" * 100_000 + "7", "7"]
    everything = told(KIND, "[\n" + ",\n".join([good, *bad, good]) + "\n]\n")

    assert len(sightings(everything)) == 2
    assert [text.split(":")[0] for text in incidents(everything)] == [
        f"the-file, line {number}" for number in (3, 4, 5, 6)
    ]


def test_a_file_that_was_cut_gives_its_whole_records() -> None:
    cut = ARRAY.rindex(b"DNVRS-Webs")

    assert len(sightings(told(KIND, ARRAY[:cut]))) == 4
    assert "line 10" in incidents(told(KIND, ARRAY[:cut]))[0]


def test_a_time_after_the_file_was_written_is_not_believed() -> None:
    late = banner("title", "WEB").replace("1795341946", "9999999999")

    assert [each.seen_at for each in sightings(told(KIND, late))] == [TOLD_AT]


@pytest.mark.parametrize(
    "data", [b"", b"[\n]\n", b'[{"dst":"10.0.0.5"}]', b"#masscan\nopen tcp 80 1.2.3.4 1"]
)
def test_another_kind_of_file_is_refused(data: bytes) -> None:
    with pytest.raises(NotThisKind):
        told(KIND, data)


@given(st.integers(0, len(ARRAY) - 1), st.binary(max_size=16), st.integers(0, 64))
def test_a_mutated_file_is_read_without_complaint(start: int, junk: bytes, length: int) -> None:
    try:
        told(KIND, ARRAY[:start] + junk + ARRAY[start + length :])
    except NotThisKind:
        # Nothing is left that looks like a record.
        assert length > 0 or junk
