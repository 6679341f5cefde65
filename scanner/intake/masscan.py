"""masscan's JSON: the array of ``-oJ`` and the lines of ``-oD``.

One record a line: an open port, or a banner that a service said on it. Format: src/out-json.c,
src/out-ndjson.c and the names in src/masscan-app.c of masscan; older versions end records with a comma or
the file with ``{finished: 1}``, which is not JSON. Every byte of a banner that is not plain ASCII is
written as ``\\u00XX``, so that the bytes themselves come back.
"""

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from scanner.intake import moment
from scanner.intake.contract import Kind, Source, Told
from scanner.intake.json_entry import Entry
from scanner.intake.line import BadLine
from scanner.intake.text_line import Line, Reading
from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Sighting, sighted
from scanner.protocols import banner, certificate, http, rtsp
from scanner.protocols.text import decode

NAME = "masscan"
EXPECTED = """masscan's JSON of -oJ or -oD, such as '{ "ip": "10.0.0.5", "timestamp": "1795340856", ... }'"""
# A banner fills at most 64 KiB, six characters a byte; other tools put a whole array on one line.
MAX_LINE_CHARACTERS = 16 * 1024 * 1024
# 65,536 hosts with ten open ports and as many banners of 1 KiB.
MAX_FILE_BYTES = 2 * 1024 * 1024 * 1024

_BETWEEN = re.compile(r"[\s,\[\]]*")
_OPENING = re.compile(r'[\s,\[]*\{\s*"ip"\s*:\s*"[^"]*"\s*,\s*"timestamp"\s*:')
_FINISHED = re.compile(r'\{\s*"?finished"?\s*:')
_DECODER = json.JSONDecoder()


def read(source: Source) -> Iterator[Told]:
    """Yield a sighting for every record of an open port."""
    reading = Reading(source, MAX_LINE_CHARACTERS, MAX_FILE_BYTES)
    lines = reading.opened(EXPECTED, _OPENING.match)
    yield from reading.understood(lines, partial(_take, source.told_at))
    yield from reading.closed()


KIND = Kind(NAME, "masscan's JSON: -oJ, or lines of -oD", read)


def _take(told_at: datetime, line: Line) -> Iterator[Sighting]:
    """Yield what the records of a line tell. Raises BadLine at the first that is none."""
    position = _gap(line.text, 0)
    while position < len(line.text) and not _FINISHED.match(line.text, position):
        try:
            found, position = _DECODER.raw_decode(line.text, position)
        except (ValueError, RecursionError) as error:
            raise BadLine(f"it is not JSON ({error})") from error
        if not isinstance(found, dict):
            raise BadLine("it is not a record of masscan")
        yield from _sightings(Entry(found), told_at)
        position = _gap(line.text, position)


def _gap(text: str, position: int) -> int:
    match = _BETWEEN.match(text, position)
    return match.end() if match else position


def _sightings(record: Entry, told_at: datetime) -> Iterator[Sighting]:
    host = Host(record.address("ip"))
    at = moment.of_seconds(record.number("timestamp"), told_at)
    # -oD names one port in the record itself, and what it tells under "data".
    for told in (*record.entries("ports"), record):
        endpoint = told.endpoint(host.address, told.text("proto"))
        if endpoint is not None and (facts := _facts(told, endpoint)):
            yield sighted(host, facts, NAME, Via.IMPORTED, at, endpoint)


def _facts(told: Entry, endpoint: Endpoint) -> tuple[Fact, ...]:
    service, data = told.entry("service"), told.entry("data")
    name = service.text("name") or data.text("service_name")
    if not name and "open" not in (told.text("status"), data.text("status")):
        return ()
    said = _bytes(service.text("banner") or data.text("banner"))
    opened = Fact(Field.PORT_OPEN, f"{endpoint.port}/{endpoint.transport.value}", said)
    return (opened, *_quoted(name, said, endpoint.port))


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _quoted(name: str, said: bytes, port: int) -> tuple[Fact, ...]:
    reader = _READERS.get(name)
    return reader(said, port) if reader and said else ()


def _one(field: Field) -> Callable[[bytes, int], tuple[Fact, ...]]:
    def quoted(said: bytes, _port: int) -> tuple[Fact, ...]:
        value = " ".join(decode(said).split())
        return (Fact(field, value, said),) if value else ()

    return quoted


def _head(said: bytes, _port: int) -> tuple[Fact, ...]:
    return http.read(said)


def _page(said: bytes, _port: int) -> tuple[Fact, ...]:
    return http.read(said) if said.lstrip().startswith(b"<") else ()


def _certificate(said: bytes, _port: int) -> tuple[Fact, ...]:
    try:
        return certificate.read(b64decode(said))
    except (Base64Error, ValueError):
        return ()


def _greeting(said: bytes, port: int) -> tuple[Fact, ...]:
    return http.read(said) or rtsp.read(said) or banner.read(said, port)


# By masscan's name of what the banner is; the other names are protocols that no fact of ours speaks of.
_READERS: dict[str, Callable[[bytes, int], tuple[Fact, ...]]] = {
    "http": _head,
    "http.server": _one(Field.HTTP_SERVER),
    "title": _one(Field.HTML_TITLE),
    "html": _page,
    "X509": _certificate,
    "ssh": lambda said, _port: banner.read_ssh(said),
    "ftp": lambda said, _port: banner.read_ftp(said),
    "telnet": lambda said, _port: banner.read_telnet(said),
    "unknown": _greeting,
}
