"""A switch's MAC table: which hardware address was learned behind which port, in which VLAN.

Two forms: a table with a header and commas, semicolons or tabs between its columns, as management
software exports it, in which the columns are known by the names below; and the text of ``show mac
address-table`` of Cisco IOS and NX-OS. There are no addresses in it: it tells that a device is there, and
where the cable ends. It tells no time either; switches forget an address after five minutes of silence,
unless they are told otherwise (IEEE 802.1D, ageing time of 300 s).
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scanner.intake.contract import Kind, Source, Told
from scanner.intake.line import BadLine
from scanner.intake.text_line import NO_ADDRESS, Line, Reading, is_one_host, mac
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.sighting import Sighting

NAME = "mac-table"
EXPECTED = "a MAC table with a header such as 'switch,vlan,mac,port', or the text of 'show mac address-table'"

# Names of columns with everything but letters and digits left away, as the exports in use spell them.
_COLUMNS: dict[str, frozenset[str]] = {
    "mac": frozenset({"mac", "macaddress", "macaddr", "destinationaddress", "physicaladdress", "hwaddr"}),
    "vlan": frozenset({"vlan", "vlanid", "vid", "vlannumber"}),
    "port": frozenset({"port", "ports", "portid", "interface", "ifname", "destinationport", "switchport"}),
    "switch": frozenset({"switch", "switchname", "device", "devicename", "node"}),
}
_DELIMITERS = ",;\t"
_NO_LETTER = re.compile(r"[^a-z0-9]")
# A VLAN's number, alone or behind its name's beginning: 12, VLAN12, vlan-12, Vlan 12.
_VLAN = re.compile(r"(?:vlan)?[ _-]?(?P<number>[0-9]{1,4})(?![0-9])", re.IGNORECASE)
_MAX_VLAN = 4094
# Cisco IOS: "  10    0200.0000.0005    DYNAMIC     Gi1/0/5"
# NX-OS:     "*   10     0200.0000.0005   dynamic  0         F      F    Eth1/5"
_TEXT_ROW = re.compile(
    r"(?:\S{1,3}\s+)?(?P<vlan>[0-9]{1,4}|All|N/A|-)\s+"
    r"(?P<mac>[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4})\s(?P<others>.*)"
)
_BROKEN_ROW = re.compile(r"(?:[*+~]\s+)?[0-9]{1,4}\s+[0-9a-fA-F]{2}")
# What every name of the address's column has in it, so that the other lines are soon told from a header;
# it may come again where files were put together.
_HEADER = re.compile(r"mac|addr", re.IGNORECASE)
# The prompt in front of the command, where it was copied with its output.
_PROMPT = re.compile(r"(?P<switch>[\w.-]{1,64})[#>]\s*sh")


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the columns stand."""

    delimiter: str
    places: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Row:
    """One learned address; empty where the table has no such column."""

    mac: str
    vlan: str
    port: str
    switch: str


def read(source: Source) -> Iterator[Told]:
    """Yield every hardware address, with its VLAN as the segment."""
    reading = Reading(source)
    yield from reading.understood(reading.opened(EXPECTED, _is_ours), _Table(source.told_at).take)
    yield from reading.closed()


KIND = Kind(NAME, "a switch's MAC table: CSV, or the text of 'show mac address-table'", read)


@dataclass(slots=True)
class _Table:
    told_at: datetime
    header: _Header | None = None
    switch: str = ""

    def take(self, line: Line) -> Iterator[Sighting]:
        header = _header(line.text) if _HEADER.search(line.text) else None
        if header:
            self.header = header
            return
        row = _cells(line.text, self.header) if self.header else self._text_row(line.text)
        if row is not None and is_one_host(hardware := mac(row.mac)):
            host = Host(NO_ADDRESS, hardware, segment=_segment(row.vlan))
            port = f"{row.switch} {row.port}".strip()
            yield line.shows(host, NAME, self.told_at, (Field.SWITCH_PORT, port))

    def _text_row(self, text: str) -> _Row | None:
        """Return the row of a text table; the lines around the rows tell nothing but the switch's name."""
        row = _TEXT_ROW.match(text.strip())
        if row:
            return _Row(row["mac"], row["vlan"], row["others"].split()[-1], self.switch)
        if prompt := _PROMPT.match(text.strip()):
            self.switch = prompt["switch"]
        elif _BROKEN_ROW.match(text.strip()):
            raise BadLine(f"{text.strip()[:60]!r} is not a row of a MAC table")
        return None


def _is_ours(text: str) -> object:
    return (_HEADER.search(text) and _header(text)) or _TEXT_ROW.match(text.strip())


def _header(text: str) -> _Header | None:
    """Return where the columns stand, if this is a header: it names the MAC and one thing more."""
    for delimiter in _DELIMITERS:
        names = [_NO_LETTER.sub("", cell.lower()) for cell in _split(text, delimiter)]
        places = {
            column: place
            for column, known in _COLUMNS.items()
            for place in reversed(range(len(names)))
            if names[place] in known
        }
        if "mac" in places and len(places) > 1:
            return _Header(delimiter, places)
    return None


def _cells(text: str, header: _Header) -> _Row:
    cells = _split(text, header.delimiter)
    named = {name: cells[place].strip() for name, place in header.places.items() if place < len(cells)}
    if "mac" not in named:
        raise BadLine("it has fewer columns than the header")
    return _Row(named["mac"], named.get("vlan", ""), named.get("port", ""), named.get("switch", ""))


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error as error:
        raise BadLine(f"it is not a row of columns ({error})") from error


def _segment(vlan: str) -> str | None:
    named = _VLAN.match(vlan)
    number = int(named["number"]) if named else 0
    return f"vlan {number}" if 0 < number <= _MAX_VLAN else None
