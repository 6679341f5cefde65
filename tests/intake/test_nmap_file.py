"""nmap's files: real ones of the virtual LAN, cut, broken, hostile, of other tools, and very long."""

import io
import itertools
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import NotThisKind
from scanner.intake import nmap_file
from scanner.intake.contract import Source
from scanner.intake.markup import Pieces
from scanner.intake.nmap_file import KIND
from scanner.matching.database import load
from scanner.matching.verdict import judge
from scanner.model.field import Field
from scanner.model.observation import Via
from tests.intake.telling import TOLD_AT, incidents, sample, sightings, time_of, told, values

PORTS = sample("nmap-ports.xml")
SCRIPTS = sample("nmap-scripts.xml")
HEAD = (
    b'<?xml version="1.0"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" start="1795341946" version="7.93">\n'
)
FOOT = b'<runstats><finished time="1795341950" exit="success"/></runstats>\n</nmaprun>\n'
OPEN = b'<ports><port protocol="tcp" portid="80"><state state="open"/></port></ports>'


def host(number: int, inside: bytes = OPEN, attributes: bytes = b"") -> bytes:
    place = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}".encode()
    status = b'<status state="up" reason="syn-ack"/>'
    return b'<host%b>%b<address addr="%b" addrtype="ipv4"/>%b</host>\n' % (attributes, status, place, inside)


def addresses(data: bytes) -> list[str]:
    return [str(each.host.address) for each in sightings(told(KIND, data))]


def test_hosts_of_a_scan_are_told_with_their_ports_addresses_and_times() -> None:
    everything = told(KIND, PORTS)
    first = sightings(everything)[0]

    assert incidents(everything) == []
    assert (str(first.host.address), first.host.mac) == ("10.77.0.10", "58:50:ed:1f:e3:85")
    assert [str(seen.endpoint) for seen in first.observations if seen.field is Field.PORT_OPEN] == [
        "10.77.0.10:80/tcp",
        "10.77.0.10:554/tcp",
        "10.77.0.10:8000/tcp",
    ]
    assert {seen.observed_at for seen in first.observations} == {time_of("10:05:47")}
    assert {(seen.via, seen.source) for seen in first.observations} == {(Via.IMPORTED, "nmap")}


def test_what_scripts_and_service_detection_quote_names_the_makers() -> None:
    database = load()
    verdicts = {
        str(each.host.address): judge(each.host, each.observations, database)
        for each in sightings(told(KIND, SCRIPTS))
    }

    assert {address: verdict.maker for address, verdict in verdicts.items()} == {
        "10.77.0.10": "Hikvision",
        "10.77.0.11": "Dahua",
        "10.77.0.12": "Hikvision",
        "10.77.0.13": "Dahua",
        "10.77.0.14": "Dahua",
        "10.77.0.15": "Axis",
        "10.77.0.16": "Cisco",
        "10.77.0.17": None,
        "10.77.0.18": None,
        "10.77.0.19": "Dahua",
    }


def test_a_file_that_ends_early_gives_its_whole_hosts_and_says_where_it_ends() -> None:
    cut = PORTS.index(b'addr="10.77.0.12"', PORTS.index(b"<host starttime"))
    everything = told(KIND, PORTS[:cut])
    found = {str(each.host.address): values(each) for each in sightings(everything)}

    assert found["10.77.0.11"][Field.PORT_OPEN] == "37777/tcp"
    # nmap had met this one, and not finished with it.
    assert found["10.77.0.12"] == {"link.mac": "c0:56:e3:7a:20:11"}
    assert incidents(everything) == [
        f"the-file, byte {PORTS.rindex(b'<host ', 0, cut)}: this host is not whole.",
        f"the-file ends at byte {cut}, before nmap was done: hosts are missing. "
        "Let nmap finish, and import the file then.",
    ]


@pytest.mark.parametrize("cut", range(len(HEAD), len(HEAD + host(1) + FOOT) - len(b"\n</nmaprun>\n"), 7))
def test_a_cut_anywhere_is_an_incident_and_no_half_fact(cut: int) -> None:
    everything = told(KIND, (HEAD + host(1) + FOOT)[:cut])

    is_whole = cut >= len(HEAD + host(1)) - 1
    assert [values(each) for each in sightings(everything)] == [{"port.open": "80/tcp"}] * is_whole
    assert incidents(everything)[-1].startswith(f"the-file ends at byte {cut}, before nmap was done")


def test_a_broken_host_costs_itself_only() -> None:
    unended = host(2).replace(b"</host>", b"")
    homeless = host(3).replace(b"10.0.0.3", b"nowhere")
    everything = told(KIND, HEAD + host(1) + unended + homeless + host(4) + FOOT)

    assert [str(each.host.address) for each in sightings(everything)] == ["10.0.0.1", "10.0.0.4"]
    assert incidents(everything) == [
        f"the-file, byte {len(HEAD + host(1))}: this host is not whole.",
        f"the-file, byte {len(HEAD + host(1) + unended)}: this host has no address, or is not XML.",
    ]


def test_more_broken_hosts_than_anybody_reads_are_counted() -> None:
    everything = incidents(told(KIND, HEAD + b"<host>\n</host>" * 50 + FOOT))

    assert len(everything) == nmap_file.MAX_COMPLAINTS + 1
    assert everything[-1] == "the-file: 30 further hosts are not whole."


def test_hosts_that_are_down_or_that_nobody_heard_are_none() -> None:
    down = host(1).replace(b'"up"', b'"down"')
    assumed = host(2, b"").replace(b'"syn-ack"', b'"user-set"')
    answered = host(3, b'<ports><extraports state="closed" count="9"/></ports>')

    assert addresses(HEAD + down + assumed + answered.replace(b'"syn-ack"', b'"user-set"') + FOOT) == [
        "10.0.0.3"
    ]


def test_masscan_s_xml_which_gives_no_state_is_read_as_well() -> None:
    # src/out-xml.c of masscan.
    found = host(1).replace(b'<status state="up" reason="syn-ack"/>', b"")
    everything = told(KIND, HEAD + found + FOOT.replace(b' exit="success"', b' timestr="x" elapsed="4"'))

    assert [values(each) for each in sightings(everything)] == [{"port.open": "80/tcp"}]
    assert incidents(everything) == []


def test_what_nmap_itself_did_not_finish_is_said() -> None:
    given_up = host(1, OPEN, b' timedout="true"')

    assert incidents(told(KIND, HEAD + given_up + FOOT.replace(b"success", b"error"))) == [
        f"the-file, byte {len(HEAD)}: nmap gave 10.0.0.1 up unfinished (--host-timeout).",
        "the-file: nmap says that it ended with an error, so hosts may be missing. Scan again.",
    ]


def test_a_time_is_the_host_s_own_else_that_of_the_scan_and_never_later_than_the_file() -> None:
    times = [
        each.seen_at
        for attributes in (b' endtime="1795341947"', b"", b' endtime="1999999999"', b' endtime="x"')
        for each in sightings(told(KIND, HEAD + host(1, OPEN, attributes) + FOOT))
    ]

    assert times == [time_of("10:05:47"), time_of("10:05:46"), TOLD_AT, time_of("10:05:46")]


def test_an_entity_declaration_makes_the_file_refused() -> None:
    bomb = HEAD.replace(b"<!DOCTYPE nmaprun>", b'<!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaa">]>')

    with pytest.raises(NotThisKind):
        told(KIND, bomb + host(1) + FOOT)


def test_an_entity_declaration_inside_a_host_costs_that_host() -> None:
    hostile = host(1).replace(OPEN, b'<!DOCTYPE x [<!ENTITY a "a">]>' + OPEN)

    assert addresses(HEAD + hostile + host(2) + FOOT) == ["10.0.0.2"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b"\n \n", "it is empty"),
        (b"<html><body>x</body></html>", "it begins with '<html>"),
        (b'{"ip":"10.0.0.5","data":{"http":{}}}', "it looks like the kind zgrab2: name that one"),
        (b"# Nmap 7.93 scan initiated", "nmap's text output: repeat the scan with -oX"),
        (b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "give it to 'camcensus listen --pcap'"),
        (b"\x1f\x8b\x08\0", "compressed: unpack it first"),
    ],
)
def test_another_kind_of_file_is_refused_with_what_it_looks_like(data: bytes, said: str) -> None:
    with pytest.raises(NotThisKind) as refusal:
        told(KIND, data)

    assert said in str(refusal.value) and "Nothing of it was read." in str(refusal.value)


class Stream(io.BytesIO):
    """A stream that makes up what is read from it, and keeps none of it."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__()
        self._parts = parts

    def read(self, size: int | None = -1) -> bytes:
        return b"".join(itertools.islice(self._parts, max(1, (size or 0) // 16500)))


def test_memory_holds_one_host_and_not_the_file() -> None:
    count, script = 600, b'<hostscript><script id="x" output="%b"/></hostscript>' % (b"x" * 16384)
    parts = itertools.chain([HEAD], (host(number, OPEN + script) for number in range(count)), [FOOT])
    source = Source(Stream(parts), "the-file", TOLD_AT)
    tracemalloc.start()

    found = sum(1 for _ in KIND.read(source))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == count
    # The file has 10 MB; a chunk of it, and the element that it is cut into, have half of one each.
    assert peak < 4 * 1024 * 1024


def test_a_host_without_end_is_given_up_at_the_cap() -> None:
    pieces = Pieces(io.BytesIO(b"<host>" + b"x" * 5000 + b"<host >y</host>"), max_bytes=1000)

    found = list(pieces.cut("host"))

    assert [(piece.position, piece.is_whole) for piece in found][-1] == (5006, True)
    assert not found[0].is_whole


SMALL = HEAD + host(1) + host(2, OPEN, b' endtime="1795341947"') + FOOT


@given(st.integers(0, len(SMALL) - 1), st.binary(max_size=16), st.integers(0, 64))
def test_a_mutated_file_is_read_without_complaint(start: int, junk: bytes, length: int) -> None:
    try:
        told(KIND, SMALL[:start] + junk + SMALL[start + length :])
    except NotThisKind:
        assert start < len(HEAD)
