"""zgrab2's results: one JSON object per host and line, with what each of its modules was told.

Format: the schemas in zgrab2_schemas and the types of lib/http/response.go, lib/ssh/log.go and modules/ of
zmap/zgrab2. A module whose status is not ``success`` tells nothing. zgrab2 writes header names in lower
case and sorted, unless it ran with ``--raw-headers``: without that, spelling and order are not facts.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

from scanner.intake import field, moment
from scanner.intake.contract import Kind, Source, Told
from scanner.intake.json_entry import Entry
from scanner.intake.text_line import NO_ADDRESS, Line, Reading
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Sighting, sighted
from scanner.protocols import banner, certificate, http, rtsp

NAME = "zgrab2"
EXPECTED = """zgrab2's JSON lines, such as '{"ip":"10.0.0.5","data":{"http":{"status":"success", ... }}}'"""
# zgrab2 keeps 256 KiB of each page, in JSON up to six times as long, of as many redirects as it follows.
MAX_LINE_CHARACTERS = 16 * 1024 * 1024
# 65,536 hosts with the page and the certificate of four ports each.
MAX_FILE_BYTES = 8 * 1024 * 1024 * 1024
# zgrab2 follows none unless told to, and browsers give up at 20.
MAX_REDIRECTS = 20

_SUCCESS = "success"
_LINE_END = b"\r\n"
# Where zgrab2 keeps headers of which its own list has no name.
_UNLISTED = "unknown"
_LOST_BY_SORTING = frozenset({Field.HTTP_HEAD, Field.HTTP_NAMES})


def read(source: Source) -> Iterator[Told]:
    """Yield a sighting for every module that a host has answered."""
    reading = Reading(source, MAX_LINE_CHARACTERS, MAX_FILE_BYTES)
    lines = reading.opened(EXPECTED, _is_ours)
    yield from reading.understood(lines, partial(_take, source.told_at))
    yield from reading.closed()


KIND = Kind(NAME, "zgrab2's JSON lines", read)


def _is_ours(text: str) -> bool:
    entry = Entry.parse(text)
    grabs = entry.said.get("data")
    is_named = bool(entry.text("ip") or entry.text("domain"))
    return is_named and isinstance(grabs, dict) and all(isinstance(grab, dict) for grab in grabs.values())


def _take(told_at: datetime, line: Line) -> Iterator[Sighting]:
    entry = Entry.parse(line.text)
    host = Host(entry.address("ip"))
    asked = frozenset({"", str(host.address), entry.text("domain")})
    for name, grab in entry.entry("data").named_entries():
        # Whatever else the module is called, its protocol tells what it asked.
        reader = _READERS.get(grab.text("protocol") or name)
        if reader and grab.text("status") == _SUCCESS:
            endpoint = grab.endpoint(host.address)
            at = moment.of_text(grab.text("timestamp"), told_at)
            yield sighted(host, _facts(grab, reader, asked), NAME, Via.IMPORTED, at, endpoint)


def _facts(grab: Entry, reader: "_Reader", asked: frozenset[str]) -> Iterator[Fact]:
    # Older versions of zgrab2 do not write the port.
    endpoint = grab.endpoint(NO_ADDRESS)
    if endpoint:
        yield Fact(Field.PORT_OPEN, f"{endpoint.port}/tcp")
    yield from reader(grab.entry("result"), asked)
    yield from _certificate(grab.entry("result", "tls"))


def _http(result: Entry, asked: frozenset[str]) -> Iterator[Fact]:
    """Yield what the last answer tells, then those that redirected to it, where the host itself gave them."""
    chain = result.entries("redirect_response_chain")[:MAX_REDIRECTS]
    for response in (result.entry("response"), *chain):
        if _is_of(response, asked):
            yield from _head(response)
            yield from field.read(Field.HTTP_BODY, response.text("body"))
            yield from _certificate(response.entry("request", "tls_log"))


def _is_of(response: Entry, asked: frozenset[str]) -> bool:
    """Whether the host itself answered: a redirect may lead anywhere."""
    named = response.entry("request").text("host") or response.entry("request", "url").text("host")
    bare = named[1:].partition("]")[0] if named.startswith("[") else named.partition(":")[0]
    return bare in asked


def _head(response: Entry) -> tuple[Fact, ...]:
    if raw := response.data("headers_raw"):
        return http.read(raw.rstrip(_LINE_END) + 2 * _LINE_END)
    protocol = response.text("protocol") or response.entry("protocol").text("name")
    lines = [f"{protocol} {response.text('status_line')}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in _headers(response.entry("headers"))]
    head = _LINE_END.join(" ".join(line.split()).encode() for line in lines) + 2 * _LINE_END
    return tuple(fact for fact in http.read(head) if fact.field not in _LOST_BY_SORTING)


def _headers(headers: Entry) -> Iterator[tuple[str, str]]:
    for name in headers.said:
        if name != _UNLISTED:
            yield from ((name, value) for value in headers.texts(name))
    for unlisted in headers.entries(_UNLISTED):
        yield from ((unlisted.text("key"), value) for value in unlisted.texts("value"))


def _certificate(tls_log: Entry) -> tuple[Fact, ...]:
    served = tls_log.entry("handshake_log", "server_certificates", "certificate")
    return certificate.read(served.data("raw"))


def _ssh(result: Entry, _asked: frozenset[str]) -> tuple[Fact, ...]:
    return banner.read_ssh(result.entry("server_id").text("raw").encode())


def _tls(result: Entry, _asked: frozenset[str]) -> tuple[Fact, ...]:
    return _certificate(result)


def _ftp(result: Entry, _asked: frozenset[str]) -> tuple[Fact, ...]:
    return banner.read_ftp(result.text("banner").encode())


def _telnet(result: Entry, _asked: frozenset[str]) -> tuple[Fact, ...]:
    return banner.read_telnet(result.text("banner").encode())


def _banner(result: Entry, _asked: frozenset[str]) -> tuple[Fact, ...]:
    said = result.text("banner").encode()
    return http.read(said) or rtsp.read(said) or banner.read(said)


_Reader = Callable[[Entry, frozenset[str]], Iterable[Fact]]

# By zgrab2's name of the protocol; the other modules speak what no fact of ours speaks of.
_READERS: dict[str, _Reader] = {
    "http": _http,
    "tls": _tls,
    "ssh": _ssh,
    "ftp": _ftp,
    "telnet": _telnet,
    "banner": _banner,
}
