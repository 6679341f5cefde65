"""An earlier census in JSON Lines: its evidence as it was seen, to be judged again.

A line of type ``host`` holds the matches of one host with their values, raw bytes, ways and times, so that
what may weigh less (an announcement by multicast) weighs as it did. What no signature had matched was not
written, so a host that had answered without matching anything comes back as not assessed. A census out of
the inventory has no matches but the few values that told most, which count as those of the CSV do. The line
of type ``coverage`` tells whether that census looked at everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scanner.intake import field, findings, findings_csv, moment
from scanner.intake.contract import Kind, Source, Told
from scanner.intake.findings import host_of, stated
from scanner.intake.json_entry import Entry
from scanner.intake.text_line import Line, Reading
from scanner.model.host import Endpoint, Host, Transport
from scanner.model.observation import MAX_RAW_BYTES, Observation, Via
from scanner.model.scope import parse_address
from scanner.model.sighting import Incident, Sighting

NAME = "jsonl"
EXPECTED = """a census in JSON Lines, such as '{"type": "host", "schema_version": 1, ... }'"""
# A host has at most 1,000 observations with 4 KiB of raw bytes each, in base64, and their values.
MAX_LINE_CHARACTERS = 16 * 1024 * 1024
# Ten signatures for every tenth observation; a census of this release writes fewer than 200 of a host.
MAX_MATCHES = 4000
# A device has a handful of addresses of each family.
MAX_PLACES = 64

_HOST, _COVERAGE = "host", "coverage"
_VIAS = {via.value: via for via in Via}


def read(source: Source) -> Iterator[Told]:
    """Yield a sighting for every host, and an incident where that census says that it was incomplete."""
    reading = Reading(source, MAX_LINE_CHARACTERS, findings.MAX_FILE_BYTES)
    lines = reading.opened(EXPECTED, _is_ours)
    census = _Census(source)
    yield from reading.understood(lines, census.take)
    yield from census.closed()
    yield from reading.closed()


KIND = Kind(NAME, "an earlier camcensus result in JSON Lines", read)


@dataclass(slots=True)
class _Census:
    source: Source
    newest_version: int = findings.SCHEMA_VERSION
    gaps: str = ""
    unknown_count: int = 0

    def take(self, line: Line) -> Iterator[Sighting]:
        entry = Entry.parse(line.text)
        self.newest_version = max(self.newest_version, entry.number("schema_version") or 0)
        kind = entry.text("type")
        if kind == _COVERAGE and entry.said.get("complete") is False:
            self.gaps = " ".join(entry.texts("gaps")) or "it does not say why."
        if kind == _HOST:
            yield from self._sightings(entry)

    def _sightings(self, entry: Entry) -> Iterator[Sighting]:
        host = host_of(entry.text("address"), entry.text("mac"), entry.text("segment"))
        at = moment.of_text(entry.text("observed_at"), self.source.told_at)
        matched = tuple(self._matched(entry, host, at) if "matches" in entry.said else _told(entry, host, at))
        proven = {(seen.field, seen.value.rstrip(".")) for seen in matched}
        said = stated(host, entry.texts("open_ports"), entry.text("hostname"), NAME, at)
        others = (seen for seen in said if (seen.field, seen.value) not in proven)
        yield Sighting(host, tuple(dict.fromkeys((*matched, *others))))
        for place in entry.entries("also_at")[:MAX_PLACES]:
            # Its MAC is what brings an address together with its device again.
            if host.mac and place.text("mac") == host.mac:
                yield Sighting(host_of(place.text("address"), host.mac, place.text("segment")))

    def _matched(self, entry: Entry, host: Host, at: datetime) -> Iterator[Observation]:
        for match in entry.entries("matches")[:MAX_MATCHES]:
            seen = _observation(match, host, at)
            if seen is None:
                self.unknown_count += 1
            else:
                yield seen

    def closed(self) -> Iterator[Incident]:
        if self.newest_version > findings.SCHEMA_VERSION:
            yield findings.newer(self.source.name, self.newest_version)
        if self.unknown_count:
            yield Incident(
                f"{self.source.name}: {self.unknown_count} pieces of evidence name a fact or a way that this "
                "release does not know; they were left out."
            )
        if self.gaps:
            yield Incident(f"{self.source.name} says that its census was not complete: {self.gaps}")


def _is_ours(text: str) -> bool:
    entry = Entry.parse(text)
    return entry.text("type") in (_HOST, _COVERAGE) and entry.number("schema_version") is not None


def _told(entry: Entry, host: Host, at: datetime) -> Iterator[Observation]:
    """Yield what the values in a row without matches show."""
    via = findings_csv.VIAS.get(entry.text("tier"), Via.OVERHEARD)
    cell = findings_csv.LIST_SEPARATOR.join(entry.texts("evidence"))
    for name, value in findings_csv.evidence(cell):
        for fact in field.read(name, value):
            yield fact.seen(host, NAME, via, at)


def _observation(match: Entry, host: Host, at: datetime) -> Observation | None:
    name, via = field.BY_NAME.get(match.text("field")), _VIAS.get(match.text("via"))
    if name is None or via is None or not match.text("value"):
        return None
    seen_at = moment.of_text(match.text("observed_at"), at)
    raw = match.data("raw_base64")[:MAX_RAW_BYTES]
    where = _endpoint(match.text("endpoint"))
    return Observation(host, name, match.text("value"), match.text("source"), via, seen_at, where, raw)


def _endpoint(text: str) -> Endpoint | None:
    """Return the endpoint that ``10.0.0.5:80/tcp`` or ``[fe80::5]:80/tcp`` names."""
    place, _, transport = text.rpartition("/")
    address, _, port = place.rpartition(":")
    try:
        number = int(port)
        where = Endpoint(parse_address(address.strip("[]")), number, Transport(transport))
    except ValueError:
        return None
    return where if 0 < number <= 65535 else None
